//! The conferences at which seats are bought, and what buying is.

use app::{App, Caller, Role, ids::fresh};
use kernel::OrderId;
use serde_json::{Value, json};

use crate::{
    Outcome,
    callers::{Command, Script},
};

/// Commands of a purchase.
pub const COMMANDS: u64 = 5;
/// Events of a purchase.
pub const EVENTS: u64 = 11;
/// The most seats of a type.
const MOST_SEATS: u32 = 100_000;

/// A conference with one type of seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// Its id.
    pub conference: String,
    /// Its only seat type.
    pub seat_type: String,
}

impl Venue {
    /// The conference of this number, the same in every run.
    pub fn number(number: u32) -> Self {
        Self {
            conference: format!("01930000-0000-7000-8000-0000c{number:07x}"),
            seat_type: format!("01930000-0000-7000-8000-0000a{number:07x}"),
        }
    }

    /// Opens the sale of as many seats as there can be.
    ///
    /// # Errors
    /// The application refuses.
    pub fn open(&self, app: &App) -> Outcome {
        self.open_with(app, MOST_SEATS)
    }

    /// Opens the sale of so many seats.
    ///
    /// # Errors
    /// The application refuses.
    pub fn open_with(&self, app: &App, seats: u32) -> Outcome {
        for command in self.opening(seats) {
            say(app, command)?;
        }
        Ok(())
    }

    /// The commands that open the sale of so many seats.
    pub fn opening(&self, seats: u32) -> Script {
        let Self { conference, seat_type } = self;
        let form = json!({
            "conferenceId": conference,
            "name": "CQRS Days",
            "description": "Two days on events.",
            "location": "Redmond",
            "tagline": "Say what happened",
            "slug": format!("cqrs-days-{}", conference.trim_start_matches("01930000-0000-7000-8000-")),
            "startDate": "2027-03-01",
            "endDate": "2027-03-02",
            "timeZone": "America/Los_Angeles",
            "currency": "USD",
            "ownerName": "Olga Owner",
            "ownerEmail": "olga@example.org",
        });
        let seats = json!({
            "conferenceId": conference,
            "seatTypeId": seat_type,
            "name": "General admission",
            "description": "A seat.",
            "price": { "amount": 19_900, "currency": "USD" },
            "quantity": seats,
        });
        let published = json!({ "conferenceId": conference });
        vec![
            command(Role::Organizer, "CreateConference", form),
            command(Role::Organizer, "CreateSeatType", seats),
            command(Role::Organizer, "PublishConference", published),
        ]
    }

    /// Somebody orders so many seats.
    pub fn order(&self, order: &str, seats: u32) -> Command {
        let seats = json!([{ "seatTypeId": self.seat_type, "quantity": seats }]);
        let params = json!({ "orderId": order, "conferenceId": self.conference, "seats": seats });
        command(Role::Registrant, "RegisterToConference", params)
    }

    /// A whole purchase of one seat: order, details, payment, its acceptance, and who sits there.
    pub fn purchase(&self, random: &mut fastrand::Rng) -> Script {
        let order = new_id();
        let mut script = self.bought(&order, 1, random);
        script.push(seating(&order, 0, random));
        script
    }

    /// An order of so many seats that is paid for.
    pub fn bought(&self, order: &str, seats: u32, random: &mut fastrand::Rng) -> Script {
        let payment = new_id();
        let person = sample::somebody(random);
        let details = json!({
            "orderId": order,
            "firstName": person.first,
            "lastName": person.last,
            "email": person.email,
        });
        let begun = json!({ "paymentId": payment, "orderId": order });
        let accepted = json!({ "paymentId": payment });
        vec![
            self.order(order, seats),
            command(Role::Registrant, "AssignRegistrantDetails", details),
            command(Role::Registrant, "InitiateThirdPartyProcessorPayment", begun),
            command(Role::Organizer, "CompleteThirdPartyProcessorPayment", accepted),
        ]
    }

    /// So many purchases.
    pub fn purchases(&self, count: u64, random: &mut fastrand::Rng) -> Vec<Script> {
        (0..count).map(|_| self.purchase(random)).collect()
    }
}

/// Somebody gets a seat.
pub fn seating(order: &str, position: u32, random: &mut fastrand::Rng) -> Command {
    let person = sample::somebody(random);
    let attendee =
        json!({ "firstName": person.first, "lastName": person.last, "email": person.email });
    let params = json!({ "orderId": order, "position": position, "attendee": attendee });
    command(Role::Registrant, "AssignSeat", params)
}

/// An id as callers make them: it rises with time.
pub fn new_id() -> String {
    fresh::<OrderId>().to_string()
}

fn command(role: Role, method: &'static str, mut params: Value) -> Command {
    params["commandId"] = new_id().into();
    Command { role, method, params }
}

/// Sends a command and waits for its answer.
///
/// # Errors
/// The application refuses.
pub fn say(app: &App, command: Command) -> Outcome {
    let Command { role, method, params } = command;
    app.execute(Caller::on_command_line(role, "Web"), method, params).wait()?;
    Ok(())
}
