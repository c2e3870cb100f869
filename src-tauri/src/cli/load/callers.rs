//! What the callers of a load do: made-up registrants with everything that a sale can come to.

use std::time::{Duration, Instant};

use app::{App, Caller, Role};
use fastrand::Rng;
use kernel::PaymentId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::{Ledger, Line};

/// The conference that seats are sold for, and its owner's commands: the same in every load.
const CONFERENCE: u128 = 0x0193_0000_0000_7000_8000_0000_0000_10c1;
/// The first of the halls, which have more seats than a load sells.
const HALL: u128 = 0x0193_0000_0000_7000_8000_0000_0000_10a1;
/// So few seats that orders get a part of what they want, or nothing.
const WORKSHOP: u128 = 0x0193_0000_0000_7000_8000_0000_0000_10a0;
/// The command ids of the setting up; one more for each command.
const SETTING_UP: u128 = 0x0193_0000_0000_7000_8000_0000_0000_2000;

const HALLS: u128 = 10;
const HALL_SEATS: u32 = 100_000;
const WORKSHOP_SEATS: u32 = 40;

/// After a failure a caller waits this long, as a person would.
const AFTER_A_FAILURE: Duration = Duration::from_millis(20);
/// With a clock that stands still, time passes by so much between two orders of a caller.
const BETWEEN_ORDERS: u32 = 30;

/// Why a caller does not go on with what it began.
#[derive(Debug)]
pub enum Stopped {
    /// A rule says no.
    Refused,
    /// The application could not.
    Failed,
    /// The ledger cannot be written.
    Ledger(std::io::Error),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Ledger(error)
    }
}

/// One caller, and what it has seen.
pub struct OneCaller<'l> {
    app: &'l App,
    ledger: &'l Ledger,
    rng: Rng,
    /// How long each acknowledged command took.
    pub took: Vec<Duration>,
    /// How many of them were stored before this load began.
    pub before: u64,
    /// The last position when it began.
    began_at: i64,
    /// Orders that were paid.
    pub purchases: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Commands that failed.
    pub failed: u64,
}

impl<'l> OneCaller<'l> {
    /// A caller whose doings follow from the seed.
    pub fn new(app: &'l App, ledger: &'l Ledger, seed: u64) -> Self {
        let rng = Rng::with_seed(seed);
        let (took, began_at) = (Vec::new(), app.position());
        Self { app, ledger, rng, took, before: 0, began_at, purchases: 0, refused: 0, failed: 0 }
    }

    /// Makes the conference, unless that is done.
    ///
    /// # Errors
    /// It cannot be made, or the ledger cannot be written.
    pub fn set_up(&mut self) -> Result<(), Stopped> {
        let conference = Uuid::from_u128(CONFERENCE);
        let seat_type = |id, name: &str, seats, amount| {
            json!({
                "conferenceId": conference, "seatTypeId": Uuid::from_u128(id), "name": name,
                "description": "A seat.", "quantity": seats,
                "price": { "amount": amount, "currency": "EUR" },
            })
        };
        let form = json!({
            "conferenceId": conference, "name": "Load", "description": "Nobody meets here.",
            "location": "Nowhere", "slug": "load", "startDate": "2027-03-01",
            "endDate": "2027-03-02", "timeZone": "Europe/Vienna", "currency": "EUR",
            "ownerName": "Olga Owner", "ownerEmail": "olga@example.org",
        });
        let workshop = seat_type(WORKSHOP, "Workshop", WORKSHOP_SEATS, 50_000);
        let mut commands = vec![("CreateConference", form), ("CreateSeatType", workshop)];
        for hall in 0..HALLS {
            let name = format!("Hall {}", hall + 1);
            commands.push(("CreateSeatType", seat_type(HALL + hall, &name, HALL_SEATS, 19_900)));
        }
        commands.push(("PublishConference", json!({ "conferenceId": conference })));
        for (id, (method, params)) in (SETTING_UP..).zip(commands) {
            self.send(Role::Organizer, Uuid::from_u128(id), method, params)?;
        }
        Ok(())
    }

    /// One order, to whatever end. What is refused ends it, as does a failure.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn order(&mut self) -> std::io::Result<()> {
        match self.buy() {
            Ok(()) | Err(Stopped::Refused) => {}
            Err(Stopped::Failed) => std::thread::sleep(AFTER_A_FAILURE),
            Err(Stopped::Ledger(error)) => return Err(error),
        }
        if self.app.clock().is_manual() {
            let organizer = Caller::new(Role::Organizer, "load");
            let later = self.app.advance_clock(&organizer, json!({ "seconds": BETWEEN_ORDERS }));
            // A failure here is one of the next command, too, and is counted there.
            let _ = later.map(app::Pending::wait);
        }
        Ok(())
    }

    fn buy(&mut self) -> Result<(), Stopped> {
        let order = self.fresh();
        let in_hall = self.rng.i64(1..=3);
        let mut seats = vec![(HALL + self.rng.u128(..HALLS), in_hall)];
        if self.rng.u8(..10) < 2 {
            seats.push((WORKSHOP, self.rng.i64(1..=4)));
        }
        self.registers("RegisterToConference", registration(order, &seats))?;
        // Some go away, and their seats come back when their time is over.
        if self.rng.u8(..10) == 0 {
            return Ok(());
        }
        let [first, last] = self.name();
        let email = format!("{}.{}@example.org", first.to_lowercase(), last.to_lowercase());
        let person = json!({ "firstName": first, "lastName": last, "email": email });
        let mut details = person.clone();
        details["orderId"] = json!(order);
        self.registers("AssignRegistrantDetails", details)?;
        let mut payment = self.fresh();
        let initiate = |payment| json!({ "paymentId": payment, "orderId": order });
        self.registers("InitiateThirdPartyProcessorPayment", initiate(payment))?;
        if self.rng.u8(..10) == 0 {
            self.processes("CancelThirdPartyProcessorPayment", payment)?;
            payment = self.fresh();
            self.registers("InitiateThirdPartyProcessorPayment", initiate(payment))?;
        }
        self.processes("CompleteThirdPartyProcessorPayment", payment)?;
        self.purchases += 1;
        if self.rng.bool() {
            let seat = json!({ "orderId": order, "position": 0, "attendee": person });
            self.registers("AssignSeat", seat)?;
        }
        if self.rng.u8(..10) == 0 {
            let cancelled = json!({
                "orderId": order, "positions": [in_hall - 1], "reason": "ill",
                "returned": "backToSale",
            });
            self.organizes("CancelOrderSeats", cancelled)?;
        }
        Ok(())
    }

    fn registers(&mut self, method: &'static str, params: Value) -> Result<(), Stopped> {
        let id = self.fresh();
        self.send(Role::Registrant, id, method, params)
    }

    fn organizes(&mut self, method: &'static str, params: Value) -> Result<(), Stopped> {
        let id = self.fresh();
        self.send(Role::Organizer, id, method, params)
    }

    fn processes(&mut self, method: &'static str, payment: Uuid) -> Result<(), Stopped> {
        let id = self.fresh();
        let token = self.app.processor_token(PaymentId::from_uuid(payment));
        let params = json!({ "paymentId": payment, "token": token });
        self.send(Role::Processor, id, method, params)
    }

    /// Sends a command, with a line before and a line after.
    fn send(
        &mut self,
        role: Role,
        id: Uuid,
        method: &'static str,
        params: Value,
    ) -> Result<(), Stopped> {
        let mut sent = params.clone();
        sent["commandId"] = json!(id);
        self.ledger.write(&Line::Intent { id, method: method.to_owned(), params })?;
        let began = Instant::now();
        let answer = self.app.execute(Caller::new(role, "load"), method, sent).wait();
        let took = began.elapsed();
        match answer {
            Ok(answer) => {
                self.took.push(took);
                let position = position(answer.get());
                self.before += u64::from(position <= self.began_at);
                self.ledger.write(&Line::Acked { id, position })?;
                Ok(())
            }
            Err(error) if is_refusal(error.code) => {
                self.refused += 1;
                self.ledger.write(&Line::Refused { id, code: error.code.to_owned() })?;
                Err(Stopped::Refused)
            }
            Err(error) => {
                self.failed += 1;
                let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                self.ledger.write(&Line::Failed { id, code: error.code.to_owned(), ms })?;
                Err(Stopped::Failed)
            }
        }
    }

    fn fresh(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid()
    }

    fn name(&mut self) -> [&'static str; 2] {
        const FIRST: [&str; 6] = ["Anna", "Boris", "Carla", "Dmitri", "Elif", "Farid"];
        const LAST: [&str; 6] = ["Andersen", "Baumgartner", "Castillo", "Hofer", "Petrov", "Xu"];
        [FIRST[self.rng.usize(..FIRST.len())], LAST[self.rng.usize(..LAST.len())]]
    }
}

fn registration(order: Uuid, seats: &[(u128, i64)]) -> Value {
    let seats: Vec<Value> = seats
        .iter()
        .map(|(id, seats)| json!({ "seatTypeId": Uuid::from_u128(*id), "quantity": seats }))
        .collect();
    json!({ "orderId": order, "conferenceId": Uuid::from_u128(CONFERENCE), "seats": seats })
}

/// Whether a code says that a rule refused it, so that nothing was stored.
pub fn is_refusal(code: &str) -> bool {
    code.starts_with("Refused") || code.starts_with("Invalid")
}

/// The position in an answer; -1 where there is none, which no log has.
pub fn position(answer: &str) -> i64 {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["position"].as_i64().unwrap_or(-1)
}
