//! The book of record: an append-only log in one SQLite file, and what is stored in one
//! transaction with it.
//!
//! One [`Store`] writes, in one thread; readers have their own connections from [`open_reader`].
//! Invariants: positions are 1, 2, 3 ... without gaps; a stored event never changes; what a commit
//! contains is durable together or not at all. The log knows names and bytes and no domain type.
//! It reads no clock; random numbers are made only for keys, nonces and the device's id.

#![warn(clippy::print_stderr)]

mod append;
mod cache;
mod chain;
mod check;
mod checkpoints;
mod commands;
mod damage;
mod database;
mod error;
mod event;
mod folder;
mod inspect;
mod key_file;
mod log;
mod outbox;
mod placed;
mod process;
mod quarantine;
mod remains;
mod shared_memory;
mod snapshots;
mod stderr;
mod store;
mod timeouts;
mod transfer;
mod vault;
mod verify;
mod witness;

pub use append::{AppendError, Appended, Cause, Expected, MAX_PAYLOAD_BYTES, NewEvent};
pub use chain::{canonical_bytes, chain_hash};
pub use check::{Wrong, check_commands, check_snapshots};
pub use checkpoints::{Checkpoint, checkpoints};
pub use commands::{CommandRecord, read_commands};
pub use damage::{DAMAGE_FILE, mark_damaged};
pub use database::{
    APPEND_SQL, APPLICATION_ID, DATABASE_FILE, EVENT_LOG_SQL, OUTBOX_SQL, open_reader,
    refuse_unwitnessed, stored_mode,
};
pub use error::{OpenError, StoreError};
pub use event::{DeviceId, EventHash, StoredEvent, StoredEventRef, event_id};
pub use folder::{DataFolder, Held, LOCK_FILE, Mode, Opening, require_database};
pub use inspect::{Inspection, WitnessSays};
pub use key_file::{KEY_FILE, StoreKey};
pub use log::{
    for_each, for_each_in_stream, identities, last_position, position_at, read_all,
    read_all_of_types, read_correlation, read_stream,
};
pub use outbox::{FailedDelivery, OutboxEntry, next_in_outbox};
pub use quarantine::{Quarantined, quarantined};
pub use remains::Remains;
pub use snapshots::Snapshot;
pub use stderr::say_line;
pub use store::{Step, Store};
pub use timeouts::Timeout;
pub use transfer::{
    AlsoCopied, CopiedLog, CopyError, CopyFiles, check_copy, copy_in, copy_out,
    destroy_copied_keys, erased_persons, files::live_address, key_check_of,
};
pub use vault::{EventVault, PersonKeys, VaultError};
pub use verify::{
    ChainWalk, Fault, FaultKind, Report, check_newest, check_pages, end_of_log, verify_chain,
};
pub use witness::{WITNESS_FILE, set_witness_aside, witnessed_position};
