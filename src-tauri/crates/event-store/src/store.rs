//! The write side: one connection, one transaction at a time.
//!
//! Invariant: what is kept in memory (next position, head hash, logical clock, numbers of names,
//! stream revisions) is what the open transaction sees; going back takes it back too. The caller
//! keeps the store in one thread and answers nobody before [`Store::commit`] returns.

use std::{cell::RefCell, io, mem, path::Path, time::Duration};

use kernel::{EventId, PersonId, Timestamp};
use rusqlite::{Connection, OptionalExtension, config::DbConfig, ffi};

use crate::{
    DataFolder, DeviceId, EventHash, EventVault, OpenError, PersonKeys, StoreError, VaultError,
    cache::Cache,
    chain::GENESIS,
    damage,
    database::{self, companions},
    folder::require_database,
    key_file::{self, key_check},
    log,
    placed::Placed,
    say,
    shared_memory::SharedMemory,
    vault,
    verify::{check_all, check_newest},
    witness::Witness,
};

/// A WAL that is longer was not emptied when it should have been, by a failure or for a reader; in
/// bytes: twice as much as a commit leaves in it.
const MOST_IN_LOG: u64 = 16 * 1024 * 1024;

/// The last event, as far as the next one follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub position: i64,
    pub origin_position: i64,
    pub hlc: i64,
    /// Of the last event under this device's present identity.
    pub hash: EventHash,
    /// Of its last event under whichever identity: what the witness is told.
    pub witnessed: EventHash,
}

/// Where a transaction or savepoint began.
#[derive(Debug, Clone, Copy)]
struct Mark {
    head: Head,
    learnt: usize,
}

/// Where a step of a transaction began that has no savepoint of its own.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    head: Head,
    /// Rows that the connection has written in its life.
    rows: u64,
}

/// The one writer of a log.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) device: DeviceId,
    pub(crate) head: Head,
    pub(crate) cache: Cache,
    /// Kept to be filled again for each event.
    pub(crate) buffer: Vec<u8>,
    /// An append wrote something and then failed.
    pub(crate) unfinished: bool,
    keys: PersonKeys,
    vault_failure: RefCell<Option<VaultError>>,
    witness: Witness,
    /// The files of the connection.
    placed: Placed,
    /// Of the connection. Dropped after it.
    shared_memory: SharedMemory,
    /// The transaction's own mark first, then one for each savepoint.
    marks: Vec<Mark>,
    /// The database was not reachable when everything had to be read again.
    stale: bool,
}

impl Store {
    /// Opens the log of a folder, brings it to the latest form, and makes it if there is none.
    ///
    /// `migrations` are all of them in order; the first is [`EVENT_LOG_SQL`](crate::EVENT_LOG_SQL).
    /// `device` is the id that a new log gets; one is made if there is none. An existing log keeps
    /// its own.
    ///
    /// # Errors
    /// All but `Locked` and `NotASandbox`. With `Newer`, `KeyMissing`, `WrongKey`, `WitnessAhead`
    /// and `WitnessDiffers` the files are as they were.
    pub fn open(
        folder: &DataFolder,
        migrations: &[&'static str],
        device: Option<DeviceId>,
    ) -> Result<Self, OpenError> {
        Self::open_after(folder, migrations, device, |_| Ok(()))
    }

    /// As [`open`](Self::open), and refuses a log whose newest events are damaged, before anything
    /// is written. Where the folder was marked by [`mark_damaged`](crate::mark_damaged), every
    /// page and every event is looked at; if all are sound, the mark goes.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_whole(
        folder: &DataFolder,
        migrations: &[&'static str],
        device: Option<DeviceId>,
    ) -> Result<Self, OpenError> {
        let path = folder.database();
        if !damage::is_marked(folder) {
            return Self::open_after(folder, migrations, device, |log| check_newest(log, &path));
        }
        let store = Self::open_after(folder, migrations, device, |log| check_all(log, &path))?;
        damage::take_away_mark(folder);
        Ok(store)
    }

    fn open_after(
        folder: &DataFolder,
        migrations: &[&'static str],
        device: Option<DeviceId>,
        check: impl FnOnce(&Connection) -> Result<(), OpenError>,
    ) -> Result<Self, OpenError> {
        let path = folder.database();
        let key = if path.exists() {
            database::refuse_newer(&path, migrations)?;
            let key = key_file::read_key(folder.path())?;
            database::check_before_writing(folder, &key_check(&key))?;
            database::peek(&path, |log| Ok(check(log)))??;
            key
        } else {
            Witness::refuse_empty_log(folder)?;
            SharedMemory::require_room(&path)?;
            let device = match device {
                Some(device) => device,
                None => random_device().map_err(OpenError::NoRandomness)?,
            };
            database::create(folder, migrations, device)?
        };
        SharedMemory::require_room(&path)?;
        let mut connection = database::open_writer(&path)?;
        let mut shared_memory = SharedMemory::default();
        shared_memory.take_room(&path)?;
        let placed = Placed::of(&path).map_err(|source| OpenError::io(&path, source))?;
        database::migrate(&mut connection, migrations, &path)?;
        let failed = |source| OpenError::sqlite(&path, source);
        let device = log::own_device(&connection).map_err(failed)?;
        let head = read_head(&connection).map_err(failed)?;
        let mut witness = Witness::open(folder)?;
        witness.note(head.position, &head.witnessed);
        Ok(Self {
            connection,
            device,
            head,
            cache: Cache::default(),
            buffer: Vec::new(),
            unfinished: false,
            keys: PersonKeys::new(key),
            vault_failure: RefCell::new(None),
            witness,
            placed,
            shared_memory,
            marks: Vec::new(),
            stale: false,
        })
    }

    /// The connection, for tables that change in the same transaction.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Whether this log was restored from a backup: its device had another identity before.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn is_copy(&self) -> rusqlite::Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM devices WHERE id <= 0")?.exists([])
    }

    /// The position of the last event, as the open transaction sees it; 0 if there is none.
    pub fn last_position(&self) -> i64 {
        self.head.position
    }

    /// The latest moment that this device's log knows of, to the millisecond and rounded up; the
    /// epoch if it is empty.
    pub fn last_moment(&self) -> Timestamp {
        if self.head.hlc == 0 {
            return Timestamp::from_micros(0);
        }
        Timestamp::from_micros(((self.head.hlc >> 16) + 1) * 1_000)
    }

    /// The hash of this device's last event, which stands for its whole history; zeros if there is
    /// none.
    pub fn head_hash(&self) -> EventHash {
        self.head.witnessed
    }

    /// The revision of a stream, as the open transaction sees it; 0 if it has no event.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn revision(&mut self, stream: &str) -> rusqlite::Result<i64> {
        Ok(self.cache.stream(&self.connection, stream)?.revision)
    }

    /// The keys of the persons. A clone serves a reader in another thread.
    pub fn keys(&self) -> &PersonKeys {
        &self.keys
    }

    /// Seals and opens the personal fields of one event. If that fails for another reason than a
    /// destroyed key or an altered text, the transaction cannot be committed.
    pub fn vault<'a>(&'a self, event_id: EventId, type_name: &'a str) -> EventVault<'a> {
        self.keys.sealing(&self.connection, event_id, type_name, &self.vault_failure)
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// `Sqlite`: one is open already, or the database is held elsewhere.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        if self.stale {
            self.reload()?;
        }
        self.run("BEGIN IMMEDIATE")?;
        self.cache.settle();
        self.marks.clear();
        self.marks.push(self.mark());
        Ok(())
    }

    /// Makes everything since [`begin`](Self::begin) durable, and notes it with the witness.
    ///
    /// # Errors
    /// `NoTransaction`, `Unfinished`, `Vault`: nothing is committed, and the transaction must be
    /// rolled back. `Commit`: everything is rolled back already. `Unconfirmed`: the disk has failed,
    /// or the files were deleted or replaced while they were worked with.
    /// After these two, whether everything is durable cannot be told before the database was opened
    /// anew; but a commit that found no room left nothing.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.check_open()?;
        if let Err(error) = self.run("COMMIT") {
            self.stale = true;
            // The commit's error tells more than that of the way back.
            let _ = self.rollback();
            return Err(StoreError::Commit(error));
        }
        self.placed
            .confirm()
            .and_then(|()| self.witness.confirm_flush())
            .map_err(StoreError::Unconfirmed)?;
        self.marks.clear();
        self.cache.settle();
        self.witness.note(self.head.position, &self.head.witnessed);
        Ok(())
    }

    /// Drops everything since [`begin`](Self::begin). Does nothing if no transaction is open.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn rollback(&mut self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            self.stale = true;
            self.run("ROLLBACK")?;
        }
        self.reload()
    }

    /// Marks a point to go back to. Points may be nested.
    ///
    /// # Errors
    /// `Unfinished`, `Vault`, `Sqlite`.
    pub fn savepoint(&mut self) -> Result<(), StoreError> {
        self.check_open()?;
        self.run("SAVEPOINT step")?;
        self.marks.push(self.mark());
        Ok(())
    }

    /// Keeps what happened since the last [`savepoint`](Self::savepoint), and forgets the point.
    ///
    /// # Errors
    /// `Unfinished`, `Vault`: go back instead. `Sqlite`.
    pub fn release(&mut self) -> Result<(), StoreError> {
        self.check_open()?;
        self.run("RELEASE step")?;
        self.marks.pop();
        Ok(())
    }

    /// Drops what happened since the last [`savepoint`](Self::savepoint), and forgets the point.
    ///
    /// # Errors
    /// SQLite refused, or has given up the whole transaction; then roll back.
    pub fn rollback_to(&mut self) -> Result<(), StoreError> {
        self.run("ROLLBACK TO step")?;
        self.run("RELEASE step")?;
        // The first mark is the transaction's own and belongs to no savepoint.
        if self.marks.len() > 1
            && let Some(mark) = self.marks.pop()
        {
            self.head = mark.head;
            self.cache.go_back(mark.learnt);
        }
        self.forgive();
        Ok(())
    }

    /// Begins a step that has no savepoint: it cannot go back alone, and costs nothing.
    ///
    /// # Errors
    /// `Unfinished`, `Vault`.
    pub fn step(&mut self) -> Result<Step, StoreError> {
        self.check_open()?;
        Ok(Step { head: self.head, rows: self.connection.total_changes() })
    }

    /// Whether a step that failed wrote nothing: then it is forgiven, and the transaction goes on
    /// as if it had not been. Otherwise the whole transaction must be rolled back.
    pub fn is_untouched_since(&mut self, step: Step) -> bool {
        // Where an append failed on a damaged page, a part of its row may be there and not counted.
        let is_untouched = !self.unfinished
            && !self.connection.is_autocommit()
            && self.connection.total_changes() == step.rows
            && self.head == step.head;
        if is_untouched {
            self.forgive();
        }
        is_untouched
    }

    /// Flushes the witness file to the disk.
    ///
    /// # Errors
    /// `Witness`: it could not be written, now or after an earlier commit.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.witness.sync().map_err(StoreError::Witness)
    }

    /// Rolls back what is open, empties the WAL into the database and closes. Readers must be
    /// closed before; then a folder at rest is one database file, the witness, the key and the
    /// lock.
    ///
    /// # Errors
    /// `Sqlite`, `Witness`: everything committed is durable all the same. `Unconfirmed`: the files were
    /// deleted or replaced while they were worked with, and what was in them is gone.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.placed.confirm().map_err(StoreError::Unconfirmed)?;
        self.rollback()?;
        self.sync()?;
        self.checkpoint()?;
        self.connection.flush_prepared_statement_cache();
        self.connection.close().map_err(|(_, error)| error)?;
        drop(self.shared_memory);
        Ok(())
    }

    /// Gives the connection up after the disk failed, without writing anything more through it: what
    /// it still holds in memory may not be what is on the disk. Until [`reopen`](Self::reopen)
    /// succeeds, every transaction is refused.
    ///
    /// # Errors
    /// `Sqlite`: there is no memory for a stand-in.
    pub fn give_up(&mut self) -> Result<(), StoreError> {
        let stand_in = Connection::open_in_memory()?;
        let given_up = mem::replace(&mut self.connection, stand_in);
        // The last connection to close would empty the WAL, by way of the disk that failed.
        let setting = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        if let Err(error) = given_up.set_db_config(setting, true) {
            say!("lanyard: the failed connection may still write when it closes: {error}");
        }
        drop(given_up);
        self.stale = true;
        self.marks.clear();
        Ok(())
    }

    /// Opens the database anew, as after a restart, and makes sure of it before anything is
    /// accepted: it must be what the witness saw, its newest events must be whole, and everything
    /// in the WAL is written once more, into the database file, and flushed. For after a failed
    /// flush the system may show bytes that are not on the disk, and never writes them again.
    ///
    /// What was being committed when the disk failed is there as a whole or not at all; its command
    /// id tells which.
    ///
    /// # Errors
    /// As [`open`](Self::open), and `Sqlite` while a reader is open. Nothing is accepted then.
    pub fn reopen(&mut self, folder: &DataFolder) -> Result<(), OpenError> {
        let path = folder.database();
        let failed = |source| OpenError::sqlite(&path, source);
        self.give_up().map_err(|error| OpenError::io(&path, io::Error::other(error)))?;
        let key = key_file::read_key(folder.path())?;
        require_database(folder.path())?;
        database::check_before_writing(folder, &key_check(&key))?;
        SharedMemory::require_room(&path)?;
        let connection = database::open_writer(&path)?;
        self.shared_memory.take_room(&path)?;
        let placed = Placed::of(&path).map_err(|source| OpenError::io(&path, source))?;
        check_newest(&connection, &path)?;
        write_all_again(&connection).map_err(failed)?;
        let head = read_head(&connection).map_err(failed)?;
        let mut witness = Witness::open(folder)?;
        witness.note(head.position, &head.witnessed);
        witness.sync().map_err(|source| OpenError::io(folder.path(), source))?;
        self.witness = witness;
        self.placed = placed;
        self.connection = connection;
        self.reload().map_err(|error| OpenError::io(&path, io::Error::other(error)))
    }

    /// Empties the WAL into the database, so that nothing overwritten is left in it. Says whether
    /// that succeeded: a reader in the middle of reading prevents it.
    ///
    /// # Errors
    /// `Sqlite`, also if a transaction is open.
    pub fn checkpoint(&self) -> Result<bool, StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Empties what can be emptied of a WAL that is far longer than commits let it become: SQLite does
    /// not say that it could not empty it with a commit.
    ///
    /// # Errors
    /// `Sqlite`.
    pub fn relieve(&self) -> Result<(), StoreError> {
        let [log, ..] = companions(Path::new(self.connection.path().unwrap_or_default()));
        if log.metadata().is_ok_and(|log| MOST_IN_LOG < log.len()) {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// As [`checkpoint`](Self::checkpoint), and waits for no reader.
    ///
    /// # Errors
    /// `Sqlite`, also if a transaction is open.
    pub fn try_checkpoint(&self) -> Result<bool, StoreError> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let emptied = self.checkpoint();
        self.connection.busy_timeout(database::BUSY_TIMEOUT)?;
        emptied
    }

    /// Whether a person has a key: one was made, and it was not destroyed.
    ///
    /// # Errors
    /// SQLite refused.
    pub fn has_key(&self, person: PersonId) -> rusqlite::Result<bool> {
        vault::has_key(&self.connection, person)
    }

    /// Destroys the key of a person for ever, so that nothing sealed under it can be read. A key
    /// is not made again either: what is sealed for this person later cannot be read. The bytes are
    /// gone from the files after [`checkpoint`](Self::checkpoint).
    ///
    /// # Errors
    /// SQLite refused.
    pub fn destroy_key(&self, person: PersonId) -> rusqlite::Result<()> {
        vault::destroy(&self.connection, person)
    }

    /// Refuses where no transaction is open, for what must not be committed by itself. One that was
    /// begun may be gone: after an error of the disk, even of a read, SQLite gives it up as a whole.
    ///
    /// # Errors
    /// `NoTransaction`.
    pub fn require_transaction(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() { Err(StoreError::NoTransaction) } else { Ok(()) }
    }

    /// Refuses to go on in no transaction, or after something in it failed half-way.
    ///
    /// # Errors
    /// `Unfinished`, `Vault`, `Sqlite`.
    pub fn check_open(&mut self) -> Result<(), StoreError> {
        self.require_transaction()?;
        if let Some(failure) = self.vault_failure.take() {
            self.unfinished = true;
            return Err(failure.into());
        }
        if self.unfinished { Err(StoreError::Unfinished) } else { Ok(()) }
    }

    fn mark(&self) -> Mark {
        Mark { head: self.head, learnt: self.cache.mark() }
    }

    fn forgive(&mut self) {
        self.unfinished = false;
        self.vault_failure.replace(None);
    }

    /// Reads again what is kept in memory.
    fn reload(&mut self) -> Result<(), StoreError> {
        self.stale = true;
        self.marks.clear();
        self.forgive();
        self.cache = Cache::default();
        self.head = read_head(&self.connection)?;
        self.stale = false;
        Ok(())
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// Copies the whole WAL into the database file and flushes that.
fn write_all_again(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    let busy: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if busy == 0 {
        return Ok(());
    }
    let busy = ffi::Error::new(ffi::SQLITE_BUSY);
    Err(rusqlite::Error::SqliteFailure(busy, Some("a reader is still open".to_owned())))
}

pub(crate) fn random_device() -> Result<DeviceId, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(DeviceId::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid()))
}

fn read_head(connection: &Connection) -> rusqlite::Result<Head> {
    let position = log::last_position(connection)?;
    let own = connection
        .prepare_cached(
            "SELECT origin, origin_pos, hlc, hash FROM events WHERE origin <= 1
             ORDER BY position DESC LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let (origin, origin_position, hlc, witnessed): (i64, i64, i64, EventHash) =
        own.unwrap_or((1, 0, 0, GENESIS));
    // Under a new identity events are numbered and chained from the beginning; the clock goes on.
    let (origin_position, hash) =
        if origin == 1 { (origin_position, witnessed) } else { (0, GENESIS) };
    Ok(Head { position, origin_position, hlc, hash, witnessed })
}
