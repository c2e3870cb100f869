//! The one place where ids and random values are made.

use kernel::{AccessCode, CommandId, Id, PersonId, Timestamp};
use uuid::{Builder, Uuid};

/// A fresh command id, for a caller that gave none.
#[expect(clippy::disallowed_methods, reason = "this is the place where ids are made")]
pub fn fresh<K>() -> Id<K> {
    Id::from_uuid(Uuid::now_v7())
}

/// Where access codes come from.
#[derive(Debug, Clone, Copy, Default)]
pub enum Codes {
    /// The operating system's randomness.
    #[default]
    System,
    /// A seed and how many were made from it, for a sample that is the same every time.
    Seeded {
        /// The seed.
        seed: u64,
        /// How many codes were made.
        made: u64,
    },
}

impl Codes {
    /// From a seed, or from the operating system.
    pub const fn new(seed: Option<u64>) -> Self {
        match seed {
            Some(seed) => Self::Seeded { seed, made: 0 },
            None => Self::System,
        }
    }

    /// The next code.
    ///
    /// # Errors
    /// The operating system has no randomness to give.
    pub fn draw(&mut self) -> Result<AccessCode, getrandom::Error> {
        match self {
            // 30^5 codes: a 64-bit number is even enough among them (bias below 10^-12).
            Self::System => getrandom::u64().map(AccessCode::from_number),
            Self::Seeded { seed, made } => {
                *made += 1;
                let number = derived(b"code", Uuid::from_u64_pair(*seed, *made), 0);
                Ok(AccessCode::from_number(number.as_u64_pair().0))
            }
        }
    }
}

/// The id of the command that a program sends itself for a cause: a repeated cause is the same
/// command.
pub fn derived_command(cause: Uuid, index: u32) -> CommandId {
    CommandId::from_uuid(derived(b"command", cause, index))
}

/// The entry of the person that a command introduces.
///
/// It begins as the command's id does, which is the time where the caller made it so: persons who
/// come one after the other then lie side by side in every table, however many there are already.
pub fn person_of(command: CommandId) -> PersonId {
    let mut bytes = derived(b"person", command.uuid(), 0).into_bytes();
    bytes[..6].copy_from_slice(&command.uuid().as_bytes()[..6]);
    PersonId::from_uuid(Uuid::from_bytes(bytes))
}

/// The id of the command that a due timeout becomes.
pub fn firing_of(name: &str, key: Uuid, due: Timestamp) -> CommandId {
    let mut purpose = name.as_bytes().to_vec();
    purpose.extend(due.micros().to_be_bytes());
    CommandId::from_uuid(derived(&purpose, key, 0))
}

fn derived(purpose: &[u8], cause: Uuid, index: u32) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose).update(cause.as_bytes()).update(&index.to_be_bytes());
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    Builder::from_custom_bytes(bytes).into_uuid()
}
