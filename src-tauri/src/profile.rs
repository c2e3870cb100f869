//! Where the web view of a data folder keeps its own files: language and colours, nothing about
//! anybody.
//!
//! Not beside the data, which may lie on a small disk that is full: a web view does not get over
//! that. Each data folder has a profile among the user's caches, and a profile notes its data
//! folder, so that it does not outlive it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use app::health::Space;

/// The file in a profile that names its data folder.
const NOTE: &str = "data-folder";
/// A web view gets by with so much room, in bytes.
const ROOM: u64 = 16 * 1024 * 1024;

/// The profile of a data folder, made where it is missing; those whose data folder is gone are
/// removed. Nothing where the disk has no room for one, or takes none.
pub fn of(profiles: &Path, data: &Path) -> Option<PathBuf> {
    let data = data.canonicalize().ok()?;
    let name = blake3::hash(data.as_os_str().as_encoded_bytes()).to_hex();
    let profile = profiles.join(&name[..16]);
    fs::create_dir_all(profiles).ok()?;
    remove_forsaken(profiles, &profile);
    if Space::of(profiles).is_some_and(|space| space.free < ROOM) {
        return None;
    }
    fs::create_dir_all(&profile).ok()?;
    // Of a name that is no text nothing is noted, and such a profile stays.
    if let Some(data) = data.to_str() {
        fs::write(profile.join(NOTE), data).ok()?;
    }
    Some(profile)
}

/// Removes the profiles of data folders that are gone, but not this start's own. One that cannot be
/// removed, or that does not say whose it is, stays.
fn remove_forsaken(profiles: &Path, own: &Path) {
    for profile in fs::read_dir(profiles).into_iter().flatten().flatten() {
        let profile = profile.path();
        let is_gone = |data: String| matches!(Path::new(&data).try_exists(), Ok(false));
        if profile != own && fs::read_to_string(profile.join(NOTE)).is_ok_and(is_gone) {
            // The next start tries again.
            let _ = fs::remove_dir_all(profile);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data folder, and the profile that a start on it gets.
    fn started(profiles: &Path, data: &Path) -> PathBuf {
        fs::create_dir_all(data).expect("a data folder");
        of(profiles, data).expect("a profile")
    }

    #[test]
    fn each_data_folder_has_a_profile_of_its_own_and_keeps_it() {
        let place = tempfile::tempdir().expect("a folder");
        let (profiles, hall) = (place.path().join("windows"), place.path().join("hall"));
        let own = started(&profiles, &hall);
        fs::write(own.join("language"), "de").expect("a choice");
        assert_ne!(started(&profiles, &place.path().join("rehearsal")), own);
        assert_eq!(started(&profiles, &hall.join("..").join("hall")), own);
        assert_eq!(fs::read_to_string(own.join("language")).expect("the choice"), "de");
    }

    #[test]
    fn a_profile_goes_with_its_data_folder_at_the_next_start() {
        let place = tempfile::tempdir().expect("a folder");
        let (profiles, rehearsal) = (place.path().join("windows"), place.path().join("rehearsal"));
        let forsaken = started(&profiles, &rehearsal);
        let of_nobody = profiles.join("0123456789abcdef");
        fs::create_dir(&of_nobody).expect("a profile that says nothing");
        let own = started(&profiles, &place.path().join("hall"));
        assert!(forsaken.exists(), "its data folder is there");

        fs::remove_dir_all(&rehearsal).expect("the rehearsal is over");
        assert_eq!(started(&profiles, &place.path().join("hall")), own);

        assert!(!forsaken.exists());
        assert!(own.exists() && of_nobody.exists());
    }

    #[test]
    fn where_no_profile_can_be_made_there_is_none() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("windows");
        fs::write(&file, "no folder").expect("a file");
        assert_eq!(of(&file, place.path()), None);
        assert_eq!(of(&place.path().join("profiles"), &place.path().join("nowhere")), None);
    }
}
