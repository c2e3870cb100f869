//! The figures by which a person recognizes their data.

use std::{collections::BTreeMap, fmt};

use event_store::Store;
use kernel::Money;
use read_models::READ_MODELS;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plural::counted;

/// The totals of a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Totals {
    /// Conferences.
    pub conferences: i64,
    /// Orders, in whatever state.
    pub orders: i64,
    /// Orders by their state.
    pub orders_by_status: BTreeMap<String, i64>,
    /// Seats of confirmed orders.
    pub seats: i64,
    /// Seats with an attendee.
    pub attendees: i64,
    /// Payments and invoices.
    pub payments: i64,
    /// The sum of all orders' totals by currency, in minor units.
    pub amounts: BTreeMap<String, i64>,
}

impl Totals {
    /// Those of the read models in a database, whose schema has this name.
    pub fn read(connection: &Connection, schema: &str) -> rusqlite::Result<Self> {
        let count = |table: &str, condition: &str| {
            let sql = format!("SELECT COUNT(*) FROM {schema}.{table} WHERE {condition}");
            connection.query_row(&sql, [], |row| row.get(0))
        };
        let by = |what: &str| -> rusqlite::Result<BTreeMap<String, i64>> {
            connection
                .prepare(&format!("SELECT {what} FROM {schema}.rm_order GROUP BY 1"))?
                .query_map([], |row| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?)))?
                .map(|row| row.map(|(key, value)| (key.unwrap_or_default(), value)))
                .collect()
        };
        Ok(Self {
            conferences: count("rm_conference", "1")?,
            orders: count("rm_order", "1")?,
            orders_by_status: by("status, COUNT(*)")?,
            seats: count("rm_order_seat", "1")?,
            attendees: count("rm_order_seat", "attendee_id IS NOT NULL")?,
            payments: count("rm_payment", "1")?,
            amounts: by("total_currency, COALESCE(SUM(total_amount), 0)")?,
        })
    }

    /// Those of a store.
    pub fn of(store: &Store) -> rusqlite::Result<Self> {
        Self::read(store.connection(), "main")
    }

    /// Those of a database that another release may have written: nothing where its read models
    /// are not those of this one.
    pub fn if_current(connection: &Connection, schema: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT version FROM {schema}.checkpoints WHERE name = ?1");
        for model in READ_MODELS {
            let version: Option<i64> = connection
                .prepare_cached(&sql)?
                .query_map([model.name], |row| row.get(0))?
                .next()
                .transpose()?;
            if version != Some(model.version) {
                return Ok(None);
            }
        }
        Self::read(connection, schema).map(Some)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.conferences, "conference"))?;
        for (count, noun) in [
            (self.orders, "order"),
            (self.seats, "seat"),
            (self.attendees, "attendee"),
            (self.payments, "payment"),
        ] {
            write!(f, ", {}", counted(count, noun))?;
        }
        for (currency, amount) in self.amounts.iter().filter(|(currency, _)| !currency.is_empty()) {
            match currency.parse() {
                Ok(currency) => write!(f, ", {}", Money::new(*amount, currency))?,
                Err(_) => write!(f, ", {amount} minor units of {currency}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_each_is_singular_and_money_is_written_as_money() {
        let amounts = [("USD", 19_900), ("JPY", 500), ("", 0), ("?", 7)];
        let totals = Totals {
            conferences: 1,
            orders: 1,
            orders_by_status: BTreeMap::new(),
            seats: 2,
            attendees: 1,
            payments: 0,
            amounts: amounts.map(|(currency, sum)| (currency.to_owned(), sum)).into(),
        };
        assert_eq!(
            totals.to_string(),
            "1 conference, 1 order, 2 seats, 1 attendee, 0 payments, 7 minor units of ?, 500 JPY, \
             199.00 USD"
        );
    }
}
