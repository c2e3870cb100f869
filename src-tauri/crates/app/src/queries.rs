//! Answering each query, from the read models and, for histories, from the log.

mod attention;
mod figures;
mod history;
mod lists;
pub mod mails;
mod orders;

use kernel::Timestamp;
use read_models::{conference, given_out, payment, seat_type};
use registration::{pricing::estimate, seats::WantedSeats};
use rusqlite::Connection;

use crate::{
    app::{App, raw},
    catalogues::Catalogues,
    error::AppError,
    health::Space,
    query::Query,
    role::{Caller, Role},
    settings,
    throttles::{self, CodeOf},
    wire::{answers, queries as wire},
    writer::Answer,
};

/// More orders than this are only counted where a quota goes below what they have.
const MOST_GIVEN_OUT: u32 = 20;

/// What a query is answered from.
pub struct Shown<'a> {
    /// The read models, of now or of a moment of the past.
    pub views: &'a Connection,
    /// The log.
    pub log: &'a Connection,
    /// The last position that counts.
    pub until: i64,
    /// The moment, if it is one of the past. Nothing can be done in the past.
    pub past: Option<Timestamp>,
}

impl<'a> Shown<'a> {
    /// The present.
    pub const fn now(log: &'a Connection, until: i64) -> Self {
        Self { views: log, log, until, past: None }
    }
}

/// Answers a query.
pub fn run(app: &App, caller: &Caller, query: &Query, shown: &Shown<'_>) -> Answer {
    let Shown { views, log, until, .. } = *shown;
    match query {
        Query::GetApplication(_) => raw(&application(app, caller)),
        Query::GetConference(query) => raw(&get_conference(caller, query, shown)?),
        Query::ListConferences(query) => raw(&list_conferences(caller, query, views)?),
        Query::LocateConference(query) => raw(&locate_conference(app, query, views)?),
        Query::EstimateTotal(query) => raw(&estimate_total(app, caller, query, log)?),
        Query::GetSeatTypes(query) => raw(&get_seat_types(caller, query, views)?),
        Query::PreviewQuota(query) => raw(&preview_quota(query, views)?),
        Query::GetDraftOrder(query) => raw(&orders::draft(app, caller, query, shown)?),
        Query::GetPricedOrder(query) => raw(&orders::priced(query, views)?),
        Query::LocateOrder(query) => raw(&orders::locate(app, query, views)?),
        Query::GetOrderSeats(query) => raw(&orders::seats(query, shown)?),
        Query::GetPaymentDetails(query) => {
            let payment = payment::by_id(views, query.payment_id)?;
            raw(&payment.ok_or_else(|| AppError::not_found("the payment"))?)
        }
        Query::ListOrders(query) => raw(&lists::orders(query, views)?),
        Query::ListAttendees(query) => raw(&lists::attendees(query, views)?),
        Query::ListAttentionCards(query) => raw(&attention::cards(query, shown)?),
        Query::GetDashboard(query) => raw(&figures::dashboard(query, shown)?),
        Query::ExplainFigure(query) => raw(&figures::explain(app, query, shown)?),
        Query::GetHistory(query) => raw(&history::history(app, query, log, until)?),
        Query::GetMailServer(_) => raw(&app.sending().state(log)?),
        Query::ListMails(query) => raw(&mails::list(app, query, views, log)?),
        Query::GetSettings(_) => {
            raw(&answers::Settings { hold_limit: settings::find_hold_limit(log)? })
        }
        Query::GetBackups(_) => raw(&app.backups().state()),
        Query::ListBackups(_) => raw(&answers::BackupList { items: app.backups().list() }),
        Query::GetDataHealth(_) => raw(&app.care().health(log)?),
        Query::GetRebuild(_) => raw(&app.care().rebuild_state()),
    }
}

/// What this window is, and how its storage is.
pub fn application(app: &App, caller: &Caller) -> answers::Application {
    let condition = app.health().condition();
    let is_staff = caller.role == Role::Organizer;
    answers::Application {
        mode: app.mode().as_str().to_owned(),
        role: caller.role,
        kiosk: caller.role == Role::Kiosk,
        station: caller.station.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: app.clock().now(),
        clock_is_manual: app.clock().is_manual(),
        position: app.position(),
        sends_mails: app.sending().is_sending(),
        clock_off_seconds: app.clock().difference(),
        storage: answers::Storage {
            state: condition.state,
            free_bytes: condition.space.map(|space| space.free),
            needed_bytes: condition.space.map(Space::needed),
            folder: is_staff.then(|| app.folder().display().to_string()),
        },
    }
}

/// What only the owner may see is taken away for everybody else.
fn for_caller(
    caller: &Caller,
    conference: read_models::answers::ConferenceDetails,
) -> read_models::answers::ConferenceDetails {
    if caller.role == Role::Organizer {
        return conference;
    }
    read_models::answers::ConferenceDetails {
        owner_name: None,
        owner_email: None,
        access_code: None,
        ..conference
    }
}

fn get_conference(
    caller: &Caller,
    query: &wire::GetConference,
    shown: &Shown<'_>,
) -> Result<answers::ConferenceAnswer, AppError> {
    let views = shown.views;
    let found = match (query.conference_id, &query.slug) {
        (Some(conference_id), _) => conference::by_id(views, conference_id)?,
        (None, Some(slug)) => conference::by_slug(views, slug)?,
        (None, None) => {
            let message = "give conferenceId or slug";
            return Err(AppError::on_field("InvalidRequired", "conferenceId", message));
        }
    };
    let is_owner = caller.role == Role::Organizer;
    let conference = found
        .filter(|conference| caller.may_see(conference.was_ever_published))
        .ok_or_else(|| AppError::not_found("the conference"))?;
    let actions = if shown.past.is_some() { vec![] } else { actions(&conference, is_owner) };
    let checklist = if is_owner { checklist(&conference, views)? } else { vec![] };
    let actions = actions.into_iter().map(str::to_owned).collect();
    Ok(answers::ConferenceAnswer { conference: for_caller(caller, conference), actions, checklist })
}

fn actions(
    conference: &read_models::answers::ConferenceDetails,
    is_owner: bool,
) -> Vec<&'static str> {
    let mut actions = Vec::new();
    if conference.is_published {
        actions.push("register");
    }
    if is_owner {
        actions.push("edit");
        actions.push(if conference.is_published { "unpublish" } else { "publish" });
        if !conference.was_ever_published {
            actions.push("deleteSeatTypes");
        }
    }
    actions
}

fn checklist(
    conference: &read_models::answers::ConferenceDetails,
    views: &Connection,
) -> Result<Vec<answers::ChecklistItem>, AppError> {
    let seat_types = seat_type::list(views, conference.conference_id)?;
    let item = |item: &str, done: bool| answers::ChecklistItem { item: item.to_owned(), done };
    Ok(vec![
        item("details", !conference.description.is_empty()),
        item("seatTypes", !seat_types.is_empty()),
        item("seats", seat_types.iter().any(|seat_type| 0 < seat_type.quantity)),
        item("published", conference.is_published),
    ])
}

fn list_conferences(
    caller: &Caller,
    query: &wire::ListConferences,
    views: &Connection,
) -> Result<answers::Conferences, AppError> {
    let published_only = query.published_only || caller.role != Role::Organizer;
    let items = conference::list(views, published_only)?;
    Ok(answers::Conferences {
        items: items.into_iter().map(|one| for_caller(caller, one)).collect(),
    })
}

fn locate_conference(
    app: &App,
    query: &wire::LocateConference,
    views: &Connection,
) -> Result<answers::LocatedConference, AppError> {
    let now = app.clock().now();
    let attempt = app.throttles().begin(CodeOf::Conference, now)?;
    let found = match (query.email.parse(), query.access_code.parse()) {
        (Ok(email), Ok(code)) => conference::locate(views, &email, code)?,
        _ => None,
    };
    match found {
        Some(conference_id) => Ok(answers::LocatedConference { conference_id }),
        None => {
            app.keep(throttles::SETTING, attempt.was_wrong()?);
            // A wrong code and an unknown address read the same.
            Err(AppError::not_found("a conference of this e-mail and access code"))
        }
    }
}

fn get_seat_types(
    caller: &Caller,
    query: &wire::GetSeatTypes,
    views: &Connection,
) -> Result<answers::SeatTypes, AppError> {
    conference::by_id(views, query.conference_id)?
        .filter(|conference| caller.may_see(conference.was_ever_published))
        .ok_or_else(|| AppError::not_found("the conference"))?;
    let mut seat_types = seat_type::list(views, query.conference_id)?;
    if caller.role != Role::Organizer {
        seat_types.retain(|seat_type| seat_type.announced);
    }
    let most_per_type = i64::from(registration::seats::MOST_PER_TYPE);
    Ok(answers::SeatTypes { seat_types, most_per_type })
}

fn preview_quota(
    query: &wire::PreviewQuota,
    views: &Connection,
) -> Result<answers::QuotaPreview, AppError> {
    let seat_types = seat_type::list(views, query.conference_id)?;
    let now = seat_types
        .into_iter()
        .find(|one| one.seat_type_id == query.seat_type_id)
        .ok_or_else(|| AppError::not_found("the seat type"))?;
    let remaining = query.quantity.saturating_sub(now.sold).saturating_sub(now.held);
    let (orders, all) =
        given_out::orders(views, query.conference_id, query.seat_type_id, MOST_GIVEN_OUT)?;
    let more_orders = all - i64::try_from(orders.len()).unwrap_or(0);
    let (sold, held, is_below) = (now.sold, now.held, remaining < 0);
    Ok(answers::QuotaPreview { sold, held, remaining, is_below, orders, more_orders })
}

/// The estimate reads registration's own copy of the prices and the aggregate's pricing code.
fn estimate_total(
    app: &App,
    caller: &Caller,
    query: &wire::EstimateTotal,
    log: &Connection,
) -> Result<answers::Estimate, AppError> {
    let catalogue = Catalogues::default()
        .of(query.conference_id, log, app.keys())?
        .filter(|catalogue| caller.may_see(catalogue.was_ever_published()))
        .ok_or_else(|| AppError::not_found("the conference"))?;
    let wanted: Vec<WantedSeats> = query
        .seats
        .iter()
        .map(|line| WantedSeats { seat_type_id: line.seat_type_id, quantity: line.quantity })
        .collect();
    let priced = estimate(&wanted, &catalogue)?;
    let lines = priced.lines.iter().map(|line| answers::EstimateLine {
        seat_type_id: line.seat_type_id,
        quantity: line.quantity,
        line_total: line.line_total,
    });
    Ok(answers::Estimate { total: priced.total, lines: lines.collect() })
}
