//! The series in which this device numbers its invoices.
//!
//! Invariant: no two devices number in the same series, so that each is without gaps and no number
//! is given twice. A series goes with the device's identity: a restored copy, which has a new one,
//! begins a series of its own. It does not know what an invoice is.

use event_store::{DeviceId, Store};
use kernel::ALPHABET;
use serde::{Deserialize, Serialize};

use crate::{error::AppError, settings};

/// The series of an installation that is nobody's copy.
const FIRST: &str = "K1";
/// How many characters follow the `K` of a copy's series. Of a hundred copies of one log, two meet
/// with a probability of one to five thousand.
const CHARACTERS: usize = 5;
const SETTING: &str = "invoiceSeries";

/// What is remembered. A backup brings the setting along; the device tells that it is another's.
#[derive(Serialize, Deserialize)]
struct Kept {
    device: String,
    series: String,
}

/// The series of this device. Until one is kept, the same one is chosen each time, or another one
/// where somebody else has used it meanwhile.
///
/// # Errors
/// What is wrong with the disk.
pub fn of_this_device(store: &Store) -> Result<String, AppError> {
    match find_kept(store)? {
        Some(series) => Ok(series),
        None if store.is_copy()? => of_copy(store, store.device()),
        None => Ok(FIRST.to_owned()),
    }
}

/// Keeps the series of this device, with its first invoice: from then on it stays.
///
/// # Errors
/// What is wrong with the disk.
pub fn keep_of_this_device(store: &Store, series: &str) -> Result<(), AppError> {
    if find_kept(store)?.is_some() {
        return Ok(());
    }
    let kept = Kept { device: store.device().to_string(), series: series.to_owned() };
    let kept = serde_json::to_string(&kept).map_err(AppError::broken)?;
    Ok(settings::keep(store.connection(), SETTING, &kept)?)
}

fn find_kept(store: &Store) -> Result<Option<String>, AppError> {
    let kept = settings::find(store.connection(), SETTING)?;
    let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
    let device = store.device().to_string();
    Ok(kept.filter(|kept| kept.device == device).map(|kept| kept.series))
}

/// It follows from the device's id, which is random. One that the log knows is another device's.
fn of_copy(store: &Store, device: DeviceId) -> Result<String, AppError> {
    let mut attempt = 0;
    loop {
        let series = derived(device, attempt);
        if !payments::is_series_in_use(store.connection(), &series)? {
            return Ok(series);
        }
        attempt += 1;
    }
}

fn derived(device: DeviceId, attempt: u32) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(device.uuid().as_bytes()).update(&attempt.to_be_bytes());
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    let mut rest = u64::from_be_bytes(bytes);
    let mut series = String::from("K");
    for _ in 0..CHARACTERS {
        series.push(char::from(ALPHABET[usize::try_from(rest % 30).unwrap_or(0)]));
        rest /= 30;
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_follows_from_the_device() {
        let device = |number| DeviceId::from_uuid(uuid::Uuid::from_u128(number));
        let series = derived(device(1), 0);
        assert_eq!(series, derived(device(1), 0));
        assert_eq!((&series[..1], series.len()), ("K", 1 + CHARACTERS));
        assert!(series[1..].bytes().all(|one| ALPHABET.contains(&one)), "{series}");
        assert_ne!(series, derived(device(2), 0));
        assert_ne!(series, derived(device(1), 1));
    }
}
