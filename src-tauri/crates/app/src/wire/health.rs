//! The state of the data: what a verification found, how far a rebuild is.

use event_store::{FaultKind, WitnessSays};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::Difference;

/// Begins a verification of everything, in the background.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyData {}

/// Stops a verification; what it had found so far is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelVerification {}

/// Begins to make the read models anew from the log, in the background.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RebuildReadModels {
    /// Goes on where a rebuild was stopped, instead of beginning again.
    #[serde(default)]
    pub resume: bool,
}

/// Stops a rebuild; it can be taken up again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancelRebuild {}

/// How the data is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetDataHealth {}

/// How far a rebuild is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetRebuild {}

/// What verifying found. Stable: fields may be added, none is renamed or removed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Whether nothing is wrong. Events that are set aside are not wrong.
    pub sound: bool,
    /// How many events were read.
    pub events: i64,
    /// The position of the last one; 0 if there is none.
    pub last_position: i64,
    /// What the witness file says; absent while the application runs, which looked at its start,
    /// and where the end of the log cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witnessed>,
    /// What is wrong with the log, by position; the first thousand.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub fault_count: usize,
    /// Tables that differ from what the log tells.
    pub tables: Vec<Difference>,
    /// Why tables were not compared; absent if they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_compared: Option<String>,
    /// Accepted commands that do not agree with the log.
    pub commands: Vec<Wrong>,
    /// Snapshots that do not agree with the log.
    pub snapshots: Vec<Wrong>,
    /// Events that this release does not understand. They stay in the log and count for nothing.
    pub quarantine: Vec<SetAside>,
    /// What SQLite's own check found wrong with the file.
    pub pages: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// Something that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Where.
    pub position: i64,
    /// Which kind, for programs.
    pub kind: FaultName,
    /// What, in words.
    pub what: String,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FaultName {
    /// Events are missing before it.
    Missing,
    /// It, or its hash, is not what was recorded.
    Altered,
    /// It does not follow the one before it of its device.
    OriginPosition,
    /// It does not follow the one before it of its stream.
    Revision,
    /// Its id does not follow from its command.
    EventId,
    /// A value has not the form of its column.
    Unreadable,
    /// The file cannot be read here.
    Broken,
}

/// Something beside the log that does not agree with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wrong {
    /// Which: a command's id, a stream's name.
    pub key: String,
    /// What, in words.
    pub what: String,
}

/// An event that this release does not understand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetAside {
    /// Its place in the log.
    pub position: i64,
    /// Its stored name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Why it is not understood.
    pub reason: String,
}

/// What the witness file says of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Witnessed {
    /// In one word.
    pub says: WitnessWord,
    /// About which position; absent if about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

/// What the witness file can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WitnessWord {
    /// There is no file, or nothing was noted in it.
    Nothing,
    /// The log is what it saw.
    Agrees,
    /// It saw more than the log has: the log has lost its end.
    Ahead,
    /// It saw another event.
    Differs,
    /// It is damaged itself.
    Unreadable,
}

impl WitnessWord {
    /// Whether something is wrong.
    pub const fn is_against_the_log(self) -> bool {
        match self {
            Self::Nothing | Self::Agrees => false,
            Self::Ahead | Self::Differs | Self::Unreadable => true,
        }
    }
}

/// What is being verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Each event against its hash and its neighbours.
    Chain,
    /// Each table against a fresh fold of the log.
    Tables,
    /// The file's pages.
    File,
}

/// How the data is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataHealth {
    /// What the scan of the log after the start has found; absent where none was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<Scan>,
    /// The verification that was asked for.
    pub verification: VerificationState,
    /// The rebuild.
    pub rebuild: RebuildState,
    /// Events that this release does not understand.
    pub quarantine: Vec<SetAside>,
    /// What can be done now: `verify`, `cancelVerification`, `rebuild`, `resumeRebuild`,
    /// `cancelRebuild`.
    pub actions: Vec<String>,
}

/// The scan of the log that begins after each start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// How it stands.
    pub state: ScanState,
    /// Up to which position the log was checked.
    pub done: i64,
    /// How long the log is.
    pub total: i64,
    /// When the last scan reached the end of the log; absent if none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Timestamp>,
    /// What is wrong; the first hundred.
    pub faults: Vec<Fault>,
}

/// How a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ScanState {
    /// It is under way.
    Running,
    /// Nothing is wrong with the log.
    Sound,
    /// Something is.
    Damaged,
    /// It could not be done.
    Failed,
}

/// A verification that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationState {
    /// How it stands.
    pub state: TaskState,
    /// What is being done; absent unless it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Events done in this phase.
    pub done: i64,
    /// Events in all.
    pub total: i64,
    /// When the last one ended; absent if none did since the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What the last one found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Verification>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A rebuild of the read models.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RebuildState {
    /// How it stands.
    pub state: TaskState,
    /// What is being done; absent unless it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<RebuildPhase>,
    /// Events applied, or rows copied, in this phase.
    pub done: i64,
    /// Of so many.
    pub total: i64,
    /// Events applied in a second, since it was begun or taken up.
    pub events_per_second: f64,
    /// When the last one ended; absent if none did since the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a rebuild is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RebuildPhase {
    /// Applies the log's events to new tables, beside the database.
    Replay,
    /// Copies the new tables into the database.
    Copy,
}

/// How something that takes its time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TaskState {
    /// Nobody asked for it yet.
    Idle,
    /// It is under way.
    Running,
    /// It was stopped; a rebuild can be taken up where it was.
    Stopped,
    /// It came to its end.
    Done,
    /// It could not be done.
    Failed,
}

impl From<&event_store::Fault> for Fault {
    fn from(fault: &event_store::Fault) -> Self {
        let kind = match &fault.kind {
            FaultKind::Missing { .. } => FaultName::Missing,
            FaultKind::Altered => FaultName::Altered,
            FaultKind::OriginPosition { .. } => FaultName::OriginPosition,
            FaultKind::Revision { .. } => FaultName::Revision,
            FaultKind::EventId => FaultName::EventId,
            FaultKind::Unreadable(_) => FaultName::Unreadable,
            FaultKind::Broken(_) => FaultName::Broken,
        };
        Self { position: fault.position, kind, what: fault.kind.to_string() }
    }
}

impl From<event_store::Wrong> for Wrong {
    fn from(wrong: event_store::Wrong) -> Self {
        Self { key: wrong.key, what: wrong.what }
    }
}

impl From<&WitnessSays> for Witnessed {
    fn from(says: &WitnessSays) -> Self {
        let (says, position) = match *says {
            WitnessSays::Nothing => (WitnessWord::Nothing, None),
            WitnessSays::Agrees { position } => (WitnessWord::Agrees, Some(position)),
            WitnessSays::Ahead { position } => (WitnessWord::Ahead, Some(position)),
            WitnessSays::Differs { position } => (WitnessWord::Differs, Some(position)),
            WitnessSays::Unreadable { .. } => (WitnessWord::Unreadable, None),
        };
        Self { says, position }
    }
}
