//! Orders and Registrations: who wants which seats, who holds them, who sits on them, and what
//! it costs.
//!
//! Pure: it does no IO, reads no clock and makes no random numbers; times, access codes and ids
//! come in the commands. It asks no other context: prices and names come from its own
//! [`Catalogue`](pricing::Catalogue). Source: `docs/REGISTRATION_PROCESS.md` and the domain
//! specification, sections 3 to 6.

pub mod attention;
mod derived;
pub mod order;
pub mod pricing;
pub mod process;
pub mod seat_assignments;
pub mod seats;
pub mod seats_availability;
mod stored;

#[cfg(test)]
mod testing;
