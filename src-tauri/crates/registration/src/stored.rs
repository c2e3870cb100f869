//! Reading a stored payload into the event of its name.

use kernel::DecodeError;
use serde::de::DeserializeOwned;

/// The data of one event, wrapped into the enum of its stream.
pub(crate) fn read<Data: DeserializeOwned, Event>(
    type_name: &str,
    payload: &str,
    wrap: fn(Data) -> Event,
) -> Result<Event, DecodeError> {
    serde_json::from_str(payload)
        .map(wrap)
        .map_err(|source| DecodeError::malformed(type_name, source))
}
