//! Who may call what.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The part that a caller plays. It is decided in Rust, never by a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Registers and pays for seats.
    Registrant,
    /// An unattended station: as the registrant.
    Kiosk,
    /// The simulated payment processor's own window.
    Processor,
    /// Admits people at a door.
    Checkin,
    /// A staffed desk.
    Desk,
    /// Everything.
    Organizer,
}

/// The text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role; choose registrant, kiosk, processor, checkin, desk or organizer")]
pub struct UnknownRole;

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Registrant,
        Self::Kiosk,
        Self::Processor,
        Self::Checkin,
        Self::Desk,
        Self::Organizer,
    ];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registrant => "registrant",
            Self::Kiosk => "kiosk",
            Self::Processor => "processor",
            Self::Checkin => "checkin",
            Self::Desk => "desk",
            Self::Organizer => "organizer",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// Who calls: a role, at a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The part that it plays.
    pub role: Role,
    /// The station's name, such as `this computer` or `Kiosk 3`; never a person's name.
    pub station: String,
    /// Whether no more seats than a setting says may be held from here at once.
    pub is_hold_limited: bool,
    /// Whether this caller may answer for the simulated processor without a payment's token.
    pub may_stand_for_processor: bool,
}

impl Caller {
    /// A caller without a limit of seats.
    pub fn new(role: Role, station: &str) -> Self {
        Self {
            role,
            station: station.to_owned(),
            is_hold_limited: false,
            may_stand_for_processor: false,
        }
    }

    /// A caller in a window. Where registrants are by themselves, they may hold so many seats at once
    /// and no more. Source: the page on screens, section 1.
    pub fn in_window(role: Role, station: &str) -> Self {
        let is_hold_limited = matches!(role, Role::Registrant | Role::Kiosk);
        Self { is_hold_limited, ..Self::new(role, station) }
    }

    /// A caller on the command line. There the organizer may answer for the simulated processor,
    /// which has no window of its own. No window calls in this way: registrants pay in the
    /// organizer's, too.
    pub fn on_command_line(role: Role, station: &str) -> Self {
        Self { may_stand_for_processor: role == Role::Organizer, ..Self::new(role, station) }
    }

    /// The program itself, when something falls due.
    pub fn program() -> Self {
        Self::new(Role::Organizer, "program")
    }

    /// Whether a conference is there for this caller: a draft is nobody's business but its owner's.
    pub fn may_see(&self, was_ever_published: bool) -> bool {
        was_ever_published || self.role == Role::Organizer
    }

    /// As the log records it: `role@station`.
    pub fn actor(&self) -> String {
        format!("{}@{}", self.role.as_str(), self.station)
    }
}
