//! Fixed ids.

/// The standard conference.
pub const CONFERENCE: &str = "01930000-0000-7000-8000-0000000000c1";
/// Another one beside it.
pub const OTHER_CONFERENCE: &str = "01930000-0000-7000-8000-0000000000c2";
/// General admission, 199.00.
pub const GA: &str = "01930000-0000-7000-8000-0000000000a1";
/// CQRS Workshop, 500.00.
pub const WS: &str = "01930000-0000-7000-8000-0000000000a2";
/// Cocktail party, 50.00.
pub const CP: &str = "01930000-0000-7000-8000-0000000000a3";

/// The id of this number, the same in every run.
pub fn id(number: u64) -> String {
    format!("01930000-0000-7000-9000-{number:012x}")
}

/// The short name of a standard seat type.
pub fn seat_name(seat_type_id: &str) -> &'static str {
    match seat_type_id {
        GA => "GA",
        WS => "WS",
        CP => "CP",
        _ => "another",
    }
}
