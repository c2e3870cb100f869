//! The organizer's lists, page by page.

use read_models::{
    answers::{AttendeeRow, OrderRow, Page},
    folded, order_list,
    order_seats::{self, Place},
};
use rusqlite::Connection;

use crate::{error::AppError, wire::queries as wire};

/// Orders, newest first.
pub fn orders(query: &wire::ListOrders, views: &Connection) -> Result<Page<OrderRow>, AppError> {
    let before = query.after.as_deref().map(|after| after.parse().map_err(|_| wrong_page()));
    let search = search(query.search.as_deref())?;
    let (conference_id, limit) = (query.conference_id, limit(query.limit)?);
    let before = before.transpose()?;
    Ok(order_list::list(views, conference_id, &search, query.status, before, limit)?)
}

/// Every seat of every confirmed order, by name.
pub fn attendees(
    query: &wire::ListAttendees,
    views: &Connection,
) -> Result<Page<AttendeeRow>, AppError> {
    let after = query.after.as_deref().map(|after| Place::parse(after).ok_or_else(wrong_page));
    let search = search(query.search.as_deref())?;
    let (conference_id, limit) = (query.conference_id, limit(query.limit)?);
    let after = after.transpose()?;
    Ok(order_seats::list(views, conference_id, &search, after.as_ref(), limit)?)
}

fn wrong_page() -> AppError {
    AppError::on_field("InvalidRequest", "after", "after is the `next` of the page before")
}

pub(super) fn limit(given: Option<u32>) -> Result<u32, AppError> {
    match given {
        None => Ok(50),
        Some(limit) if (1..=500).contains(&limit) => Ok(limit),
        Some(_) => Err(AppError::on_field("InvalidRequest", "limit", "limit is 1 to 500")),
    }
}

fn search(given: Option<&str>) -> Result<String, AppError> {
    let search = folded(given.unwrap_or_default().trim());
    if search.chars().count() == 1 {
        return Err(AppError::on_field("InvalidTooShort", "search", "type at least 2 letters"));
    }
    Ok(search)
}
