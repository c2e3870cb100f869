//! Reading ids, codes and money out of rows.

use kernel::{AccessCode, Currency, Id, Money, Timestamp};
use rusqlite::{Error, Result, Row, types::Type};

/// The id in a column of sixteen bytes.
pub fn id<K>(row: &Row<'_>, column: usize) -> Result<Id<K>> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Id::from_uuid(uuid::Uuid::from_bytes(bytes)))
}

/// The id in a column that may be empty.
pub fn optional_id<K>(row: &Row<'_>, column: usize) -> Result<Option<Id<K>>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(|bytes| Id::from_uuid(uuid::Uuid::from_bytes(bytes))))
}

/// An access code.
pub fn code(row: &Row<'_>, column: usize) -> Result<AccessCode> {
    parsed(row, column)
}

/// A moment in microseconds.
pub fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

/// An amount and, in the next column, its currency.
pub fn money(row: &Row<'_>, column: usize) -> Result<Money> {
    let currency: Currency = parsed(row, column + 1)?;
    Ok(Money::new(row.get(column)?, currency))
}

/// A text that one of our types wrote.
pub fn parsed<T>(row: &Row<'_>, column: usize) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error| conversion(column, error))
}

/// JSON that one of our types wrote.
pub fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| conversion(column, error))
}

/// A name out of a closed list.
pub fn named<T>(row: &Row<'_>, column: usize, parse: fn(&str) -> Option<T>) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| conversion(column, UnknownName(text.to_owned())))
}

/// JSON for a column.
pub fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(Box::new(error)))
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is not one of the known names")]
struct UnknownName(String);

fn conversion(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
