//! Whether the disk keeps what it is told: what is wrong with it, in words and in figures.
//!
//! The writer finds out and sets it; everybody else reads it. Nothing here touches the disk but
//! [`Space::of`].

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use event_store::{AppendError, OpenError, StoreError, VaultError};
use rusqlite::ErrorCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    error::{AppError, report_of},
    replay::Unreadable,
};

/// Below so much the person is warned, in bytes. Source: quality.md 1.3, free-space guard.
const WARN_BELOW: u64 = 1024 * 1024 * 1024;
/// Below so much nothing more is accepted, so that what is accepted can always be stored.
const REFUSE_BELOW: u64 = 64 * 1024 * 1024;

/// The detail that says whether something was stored, where that cannot be told.
const OUTCOME: &str = "outcome";
const UNKNOWN: &str = "unknown";

/// What a disk does not do any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// No room is left.
    Full,
    /// It takes no writes.
    ReadOnly,
    /// Reading, writing or flushing failed.
    Failed,
    /// What was read is not what was written.
    Damaged,
}

/// How the storage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StorageState {
    /// Everything is stored.
    #[default]
    Fine,
    /// Everything is stored, and there is little room left.
    Low,
    /// Nothing is stored until there is room.
    Full,
    /// Nothing is stored: the disk or the folder takes no writes.
    ReadOnly,
    /// Nothing is stored until the disk works again and what is on it was checked.
    Failed,
    /// Nothing is stored: what is on the disk is not what was recorded.
    Damaged,
    /// Nothing is stored, because a copy was opened to look at.
    LookOnly,
}

/// Room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What this program may still use.
    pub free: u64,
    /// The size of the disk.
    pub total: u64,
}

/// How the storage is, with the figures that were measured last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Condition {
    /// In a word.
    pub state: StorageState,
    /// Room on the disk; absent where it cannot be measured.
    pub space: Option<Space>,
}

/// The condition, shared by the writer with everybody who asks.
#[derive(Debug, Default)]
pub struct Health(Mutex<Condition>);

impl Space {
    /// Of the disk that holds a folder.
    #[cfg(unix)]
    pub fn of(folder: &Path) -> Option<Self> {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(Self {
            free: disk.f_bavail.saturating_mul(disk.f_frsize),
            total: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
    }

    /// Of the disk that holds a folder: not measured on this system.
    #[cfg(not(unix))]
    pub fn of(_folder: &Path) -> Option<Self> {
        None
    }

    /// How much must be free for anything to be accepted. Small disks, such as a memory card, keep
    /// a sixteenth.
    pub fn needed(self) -> u64 {
        REFUSE_BELOW.min(self.total / 16)
    }

    fn warn_below(self) -> u64 {
        WARN_BELOW.min(self.total / 8)
    }

    /// What follows from it alone.
    pub fn state(self) -> StorageState {
        if self.free < self.needed() {
            StorageState::Full
        } else if self.free < self.warn_below() {
            StorageState::Low
        } else {
            StorageState::Fine
        }
    }
}

impl DiskFault {
    /// What SQLite's error means for the disk; nothing where it is about something else.
    pub fn of(error: &rusqlite::Error) -> Option<Self> {
        match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some(Self::Full),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Some(Self::ReadOnly),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Some(Self::Failed),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(Self::Damaged),
            _ => None,
        }
    }

    /// Why a database could not be opened again. Where even the key is gone, so is its folder, as
    /// with a disk that was unplugged; that can come back.
    pub const fn of_opening(error: &OpenError) -> Self {
        match error {
            OpenError::Full { .. } => Self::Full,
            OpenError::NotWritable { .. } => Self::ReadOnly,
            OpenError::Damaged { .. }
            | OpenError::NotOurs { .. }
            | OpenError::WrongKey { .. }
            | OpenError::WitnessAhead { .. }
            | OpenError::WitnessUnreadable { .. }
            | OpenError::WitnessDiffers { .. } => Self::Damaged,
            _ => Self::Failed,
        }
    }

    /// The fault that a refusal tells of.
    pub fn of_refusal(error: &AppError) -> Option<Self> {
        [Self::Full, Self::ReadOnly, Self::Failed, Self::Damaged]
            .into_iter()
            .find(|fault| fault.code() == error.code)
    }

    /// Its code at the boundary.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "BusyStorageFull",
            Self::ReadOnly => "BusyStorageReadOnly",
            Self::Failed => "BusyStorageFailed",
            Self::Damaged => "BrokenStorageDamaged",
        }
    }

    /// How the storage is then.
    pub const fn state(self) -> StorageState {
        match self {
            Self::Full => StorageState::Full,
            Self::ReadOnly => StorageState::ReadOnly,
            Self::Failed => StorageState::Failed,
            Self::Damaged => StorageState::Damaged,
        }
    }

    /// What a caller is told whose command was not stored for it.
    pub fn refusal(self) -> AppError {
        let message = match self {
            Self::Full => "the disk is full and nothing was stored; make room and try again",
            Self::ReadOnly => {
                "the disk takes no writes and nothing was stored; allow writing and try again"
            }
            Self::Failed => {
                "the disk failed and nothing was stored; it is tried again by itself every second"
            }
            Self::Damaged => {
                "what is on the disk is damaged and nothing was stored; close the application and \
                 open it again, which tells what can be done"
            }
        };
        let refusal = AppError::new(self.code(), message);
        match self.report() {
            Some(report) => refusal.with_details(json!({ "report": report })),
            None => refusal,
        }
    }

    /// The number under which the log of errors tells of damage; what passes by itself needs none.
    pub(crate) fn report(self) -> Option<String> {
        (self == Self::Damaged).then(|| report_of(self.code()))
    }

    /// What everybody is told whose command was in a commit that failed half way: it may be found
    /// whole after the reopening.
    pub fn unknown_outcome(self) -> AppError {
        let message = "the disk failed while this was being stored, and whether it is stored cannot \
                       be told; look for it once the disk works, or send it once more with the same \
                       commandId";
        let mut error = Self::with_unknown_outcome(self.code(), message);
        if let (Some(report), Some(details)) = (self.report(), &mut error.details) {
            details["report"] = report.into();
        }
        error
    }

    /// An error after which it cannot be told whether something was stored.
    pub fn with_unknown_outcome(code: &'static str, message: &str) -> AppError {
        AppError::new(code, message).with_details(json!({ OUTCOME: UNKNOWN }))
    }

    /// Whether an error is an [`unknown_outcome`](Self::unknown_outcome).
    pub fn leaves_outcome_unknown(error: &AppError) -> bool {
        error.details.as_ref().is_some_and(|details| details[OUTCOME] == UNKNOWN)
    }

    /// The refusal, where an error is one of the disk's.
    pub fn refusal_of(error: &rusqlite::Error) -> Option<AppError> {
        Self::of(error).map(Self::refusal)
    }
}

impl StorageState {
    /// Why nothing is accepted; nothing where everything is.
    pub const fn fault(self) -> Option<DiskFault> {
        match self {
            Self::Fine | Self::Low => None,
            Self::Full => Some(DiskFault::Full),
            Self::ReadOnly | Self::LookOnly => Some(DiskFault::ReadOnly),
            Self::Failed => Some(DiskFault::Failed),
            Self::Damaged => Some(DiskFault::Damaged),
        }
    }
}

impl Condition {
    /// The refusal of everything that is to be stored; nothing while it can be.
    pub fn refusal(self) -> Option<AppError> {
        let refusal = self.state.fault()?.refusal();
        Some(match self.space {
            Some(space) if self.state == StorageState::Full => refusal
                .with_details(json!({ "freeBytes": space.free, "neededBytes": space.needed() })),
            _ => refusal,
        })
    }
}

impl Health {
    /// Of a copy to look at, for ever.
    pub fn to_look_only() -> Self {
        Self(Mutex::new(Condition { state: StorageState::LookOnly, space: None }))
    }

    /// What is known now.
    pub fn condition(&self) -> Condition {
        *self.lock()
    }

    /// The refusal of what is to be stored, where the disk of a folder has got full since it was
    /// looked at last. Where something is known to be wrong, the writer knows more.
    pub fn refusal_if_full_by_now(&self, folder: &Path) -> Option<AppError> {
        if self.condition().state.fault().is_some() {
            return None;
        }
        let space = Space::of(folder)?;
        let state = space.state();
        let space = Some(space);
        if state == StorageState::Full { Condition { state, space }.refusal() } else { None }
    }

    /// Sets it; says whether the state is another one.
    pub fn set(&self, condition: Condition) -> bool {
        let mut kept = self.lock();
        let is_new = kept.state != condition.state;
        *kept = condition;
        is_new
    }

    fn lock(&self) -> MutexGuard<'_, Condition> {
        // The value is replaced whole, so a panic elsewhere cannot have left half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> Self {
        DiskFault::refusal_of(&error).unwrap_or_else(|| Self::broken(error))
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sqlite(error) | StoreError::Vault(VaultError::Sqlite(error)) => {
                error.into()
            }
            StoreError::Commit(error) => match DiskFault::of(&error) {
                // A commit that finds no room leaves nothing behind.
                Some(DiskFault::Full) => DiskFault::Full.refusal(),
                Some(fault) => fault.unknown_outcome(),
                None if is_constraint(&error) => Self::broken(error),
                // Such as no memory left: how far it came is found out by opening it anew.
                None => DiskFault::Failed.unknown_outcome(),
            },
            StoreError::Unconfirmed(_) => DiskFault::Failed.unknown_outcome(),
            // The writer always begins one; it is gone where SQLite gave it up for the disk.
            StoreError::Witness(_) | StoreError::NoTransaction => DiskFault::Failed.refusal(),
            other => Self::broken(other),
        }
    }
}

/// Whether SQLite refused a commit by what is in it, before it wrote anything.
fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}

impl From<AppendError> for AppError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Store(error) => error.into(),
            other => Self::broken(other),
        }
    }
}

impl From<Unreadable> for AppError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Sqlite(error) => error.into(),
            Unreadable::Store(error) => error.into(),
            other => Self::broken(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn of(free: u64, total: u64) -> StorageState {
        Space { free: free * MIB, total: total * MIB }.state()
    }

    #[test]
    fn a_large_disk_warns_below_a_gibibyte_and_refuses_below_64_mebibytes() {
        let large = 500 * 1024;
        assert_eq!(of(1024, large), StorageState::Fine);
        assert_eq!(of(1023, large), StorageState::Low);
        assert_eq!(of(64, large), StorageState::Low);
        assert_eq!(of(63, large), StorageState::Full);
    }

    #[test]
    fn a_fault_of_the_disk_passes_and_damage_is_found_by_its_number() {
        for fault in [DiskFault::Full, DiskFault::ReadOnly, DiskFault::Failed] {
            let refusal = fault.refusal();
            assert!(refusal.code.starts_with("Busy"), "{refusal}");
            assert_eq!(refusal.details, None);
            assert_eq!(fault.unknown_outcome().details, Some(json!({ "outcome": "unknown" })));
        }
        let report = DiskFault::Damaged.report().expect("a number");
        let refusal = DiskFault::Damaged.refusal();
        assert_eq!(refusal.code, "BrokenStorageDamaged");
        assert_eq!(refusal.details, Some(json!({ "report": report })));
        let unknown = DiskFault::Damaged.unknown_outcome();
        assert_eq!(unknown.details, Some(json!({ "outcome": "unknown", "report": report })));
    }

    #[test]
    fn a_small_disk_is_used_all_the_same() {
        assert_eq!(of(64, 64), StorageState::Fine);
        assert_eq!(of(7, 64), StorageState::Low);
        assert_eq!(of(4, 64), StorageState::Low);
        assert_eq!(of(3, 64), StorageState::Full);
    }
}
