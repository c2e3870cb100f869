//! Ids that follow from another id, so that a repeated cause names the same thing again.

use kernel::Id;
use uuid::Builder;

/// The id that belongs to `source` for one purpose.
///
/// The sixteen bytes of the source, each combined by exclusive or with the byte of `purpose` at
/// its place, marked as a UUID of version 8. Forever: stored ids were made this way.
pub(crate) fn id<From, To>(source: Id<From>, purpose: &[u8; 16]) -> Id<To> {
    let mut bytes = *source.as_bytes();
    for (byte, mask) in bytes.iter_mut().zip(purpose) {
        *byte ^= mask;
    }
    Id::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
}
