//! One file per question: the projection that keeps the answer ready, and the queries.
//!
//! Projections run in the transaction that stores the events, so a reader sees both or neither.
//! All of them can be dropped and replayed from the log, and the rebuilt tables equal the live
//! ones. They know the contexts' events and nothing of commands, windows or the command line.

pub mod answers;
pub mod attention;
pub mod conference;
pub mod draft_order;
mod fact;
pub mod given_out;
pub mod order_list;
pub mod order_seats;
pub mod payment;
pub mod priced_order;
mod search;
pub mod seat_type;
mod sql;

pub use fact::Fact;
pub use search::folded;

use kernel::Recorded;
use rusqlite::{Connection, Result};

/// One read model.
pub struct ReadModel {
    /// Its name; its checkpoint hangs on it.
    pub name: &'static str,
    /// The version of its projection and table.
    pub version: i64,
    /// The statements that make its table.
    pub schema: &'static str,
    /// The table.
    pub table: &'static str,
    /// Applies an event; tells whether anything may have changed.
    pub project: fn(&Connection, &Recorded<Fact>) -> Result<bool>,
}

/// All read models, in the order in which an event is applied to them: the names of order seats
/// come from the priced order.
pub const READ_MODELS: &[ReadModel] = &[
    ReadModel {
        name: conference::NAME,
        version: conference::VERSION,
        schema: conference::SCHEMA,
        table: "rm_conference",
        project: conference::project,
    },
    ReadModel {
        name: seat_type::NAME,
        version: seat_type::VERSION,
        schema: seat_type::SCHEMA,
        table: "rm_seat_type",
        project: seat_type::project,
    },
    ReadModel {
        name: draft_order::NAME,
        version: draft_order::VERSION,
        schema: draft_order::SCHEMA,
        table: "rm_draft_order",
        project: draft_order::project,
    },
    ReadModel {
        name: priced_order::NAME,
        version: priced_order::VERSION,
        schema: priced_order::SCHEMA,
        table: "rm_priced_order",
        project: priced_order::project,
    },
    ReadModel {
        name: order_list::NAME,
        version: order_list::VERSION,
        schema: order_list::SCHEMA,
        table: "rm_order",
        project: order_list::project,
    },
    ReadModel {
        name: order_seats::NAME,
        version: order_seats::VERSION,
        schema: order_seats::SCHEMA,
        table: "rm_order_seat",
        project: order_seats::project,
    },
    ReadModel {
        name: payment::NAME,
        version: payment::VERSION,
        schema: payment::SCHEMA,
        table: "rm_payment",
        project: payment::project,
    },
    ReadModel {
        name: attention::NAME,
        version: attention::VERSION,
        schema: attention::SCHEMA,
        table: "rm_attention",
        project: attention::project,
    },
];

/// Applies an event to every read model; `moved` hears the names of those that may have changed.
pub fn project(
    conn: &Connection,
    fact: &Recorded<Fact>,
    mut moved: impl FnMut(&'static str),
) -> Result<()> {
    for model in READ_MODELS {
        if (model.project)(conn, fact)? {
            moved(model.name);
        }
    }
    Ok(())
}
