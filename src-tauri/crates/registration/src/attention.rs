//! What an organizer has to look at: money that no order could take.
//!
//! One stream per order. The [process](crate::process) raises and resolves the cards; it holds
//! the open ones.

mod events;

#[cfg(test)]
mod tests;

pub use events::{AttentionEvent, AttentionKind, AttentionRaised, AttentionResolved, Resolution};
