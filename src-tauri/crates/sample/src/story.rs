//! What happens in the thirty days before the sample is opened.

use app::{App, AppError, Role};
use serde_json::{Value, json};

use crate::{
    Progress, Teller,
    people::{Person, somebody},
};

/// Orders before the last ten minutes.
const ORDERS: u32 = 196;
/// How many minutes lie between two orders, at the most.
const LONGEST_PAUSE_MINUTES: u32 = 400;

/// The conference and its seat types.
struct Venue {
    conference: String,
    pass: String,
    workshop: String,
    dinner: String,
    meetup: String,
}

/// How an order ends.
#[derive(Clone, Copy)]
enum Ending {
    Paid,
    PaidAtSecondTry,
    Invoiced,
    AtTheDesk,
    Abandoned,
    AbandonedBeforeDetails,
    CancelledLater,
}

const ENDINGS: &[(Ending, u32)] = &[
    (Ending::Paid, 66),
    (Ending::PaidAtSecondTry, 5),
    (Ending::Invoiced, 10),
    (Ending::AtTheDesk, 5),
    (Ending::Abandoned, 6),
    (Ending::AbandonedBeforeDetails, 5),
    (Ending::CancelledLater, 3),
];

/// Seats of the dinner that are left at the end.
const AT_ONE_TABLE: i64 = 6;

/// Tells the whole story, from the beginning on. The clock of `app` must stand at
/// [`beginning`](crate::beginning) and ends thirty days later; `progress` hears of every order.
///
/// # Errors
/// What the API refuses; a story that is told on an empty demo folder is refused nothing.
pub fn tell(app: &App, seed: u64, mut progress: impl FnMut(Progress)) -> Result<String, AppError> {
    let end = app.clock().now().plus_minutes(crate::DAYS * 24 * 60);
    let mut teller = Teller { app, random: fastrand::Rng::with_seed(seed) };
    let venue = open_venue(&mut teller)?;
    late_payment(&mut teller, &venue)?;
    for number in 0..ORDERS {
        progress(Progress { done: number, total: ORDERS });
        let left = app.clock().now().seconds_until(end) - 30 * 60;
        let orders_left = i64::from(ORDERS - number);
        let fair = u32::try_from((left / orders_left).max(60)).unwrap_or(60);
        let pause = teller.random.u32(1..=(2 * fair).min(LONGEST_PAUSE_MINUTES * 60));
        teller.pass(pause)?;
        order(&mut teller, &venue)?;
    }
    let left = app.clock().now().seconds_until(end) - 10 * 60;
    teller.pass(u32::try_from(left).unwrap_or(0))?;
    just_now(&mut teller, &venue)?;
    one_more_table(&mut teller, &venue)?;
    let left = app.clock().now().seconds_until(end);
    teller.pass(u32::try_from(left).unwrap_or(0))?;
    progress(Progress { done: ORDERS, total: ORDERS });
    Ok(venue.conference)
}

fn open_venue(teller: &mut Teller<'_>) -> Result<Venue, AppError> {
    let venue = Venue {
        conference: teller.id(),
        pass: teller.id(),
        workshop: teller.id(),
        dinner: teller.id(),
        meetup: teller.id(),
    };
    let conference = &venue.conference;
    let now = teller.app.clock().now();
    let day = |days: i64| -> String { now.plus_minutes(days * 24 * 60).to_string()[..10].into() };
    teller.say(
        Role::Organizer,
        "CreateConference",
        json!({
            "conferenceId": conference,
            "name": "Alpine Systems Days",
            "tagline": "Three days on software that keeps working",
            "description": "Talks, workshops and long conversations about systems that survive \
                bad networks, bad disks and good ideas. Two tracks, one mountain view.",
            "location": "Congress Innsbruck, Rennweg 3, Innsbruck",
            "slug": "alpine-systems-days",
            "startDate": day(45),
            "endDate": day(47),
            "timeZone": "Europe/Vienna",
            "currency": "EUR",
            "ownerName": "Marlene Thaler",
            "ownerEmail": "marlene@example.org",
        }),
    )?;
    let seat_types = [
        (&venue.pass, "Conference pass", "All three days, lunch and coffee.", 39_000, 320),
        (
            &venue.workshop,
            "Workshop: Events as the truth",
            "Half a day, bring a laptop.",
            18_000,
            24,
        ),
        (&venue.dinner, "Dinner at the Nordkette", "Cable car up, three courses.", 8_500, 90),
        (&venue.meetup, "Community meet-up", "Free for everybody, first evening.", 0, 150),
    ];
    for (id, name, description, amount, quantity) in seat_types {
        teller.say(
            Role::Organizer,
            "CreateSeatType",
            json!({
                "conferenceId": conference,
                "seatTypeId": id,
                "name": name,
                "description": description,
                "price": { "amount": amount, "currency": "EUR" },
                "quantity": quantity,
            }),
        )?;
    }
    let published = json!({ "conferenceId": conference });
    teller.say(Role::Organizer, "PublishConference", published)?;
    Ok(venue)
}

/// Somebody pays when the time is over and the seats are gone: a card for the organizer.
fn late_payment(teller: &mut Teller<'_>, venue: &Venue) -> Result<(), AppError> {
    let slow = place(teller, venue, Role::Registrant, &[(&venue.workshop, 20)])?;
    let person = somebody(&mut teller.random);
    details(teller, &slow, &person)?;
    let payment = initiate(teller, &slow)?;
    teller.pass(31 * 60)?;
    for _ in 0..3 {
        let quick = place(teller, venue, Role::Registrant, &[(&venue.workshop, 6)])?;
        let person = somebody(&mut teller.random);
        details(teller, &quick, &person)?;
        pay(teller, &quick, true)?;
        teller.pass(300)?;
    }
    process(teller, &payment, true)
}

fn order(teller: &mut Teller<'_>, venue: &Venue) -> Result<(), AppError> {
    let wanted = wish(teller, venue);
    let ending = draw(&mut teller.random);
    let role = match ending {
        Ending::AtTheDesk => Role::Desk,
        _ if teller.random.u32(..10) == 0 => Role::Kiosk,
        _ => Role::Registrant,
    };
    let order = place(teller, venue, role, &wanted)?;
    let person = somebody(&mut teller.random);
    teller.pass(40)?;
    if matches!(ending, Ending::AbandonedBeforeDetails) {
        return Ok(());
    }
    details(teller, &order, &person)?;
    teller.pass(70)?;
    let total = total_of(teller, &order)?;
    if total.is_none() || matches!(ending, Ending::Abandoned) {
        return Ok(());
    }
    if total == Some(0) {
        teller.say(role, "ConfirmFreeOrder", json!({ "orderId": order }))?;
    } else {
        settle(teller, &order, &person, ending)?;
    }
    assign(teller, &order, &person)?;
    if matches!(ending, Ending::CancelledLater) {
        teller.pass(900)?;
        teller.say(
            Role::Organizer,
            "CancelOrderSeats",
            json!({ "orderId": order, "reason": "cannot travel", "returned": "backToSale" }),
        )?;
    }
    Ok(())
}

fn settle(
    teller: &mut Teller<'_>,
    order: &str,
    person: &Person,
    ending: Ending,
) -> Result<(), AppError> {
    match ending {
        Ending::PaidAtSecondTry => {
            pay(teller, order, false)?;
            teller.pass(60)?;
            pay(teller, order, true)
        }
        Ending::Invoiced => {
            let payment = teller.id();
            let name = format!("{} {}", person.first, person.last);
            let answer = teller.say(
                Role::Registrant,
                "InitiateInvoicePayment",
                json!({
                    "paymentId": payment,
                    "orderId": order,
                    "billing": { "name": name, "address": "Marktplatz 1, Linz", "country": "AT" },
                }),
            )?;
            if teller.random.bool() {
                let paid = json!({ "invoiceNumber": answer["invoiceNumber"] });
                teller.pass(600)?;
                teller.say(Role::Organizer, "MarkInvoicePaid", paid)?;
            }
            Ok(())
        }
        Ending::AtTheDesk => {
            let means = if teller.random.bool() { "cash" } else { "terminal" };
            let settled = json!({ "orderId": order, "means": means });
            teller.say(Role::Desk, "SettleAtDesk", settled).map(|_| ())
        }
        _ => pay(teller, order, true),
    }
}

fn wish<'a>(teller: &mut Teller<'_>, venue: &'a Venue) -> Vec<(&'a String, u32)> {
    let random = &mut teller.random;
    if random.u32(..12) == 0 {
        return vec![(&venue.meetup, random.u32(1..=2))];
    }
    let people = [1, 1, 1, 1, 2, 2, 3][random.usize(..7)];
    let mut wanted = vec![(&venue.pass, people)];
    if random.u32(..3) == 0 {
        wanted.push((&venue.dinner, people));
    }
    if random.u32(..8) == 0 {
        wanted.push((&venue.workshop, 1));
    }
    if random.u32(..4) == 0 {
        wanted.push((&venue.meetup, people));
    }
    wanted
}

fn draw(random: &mut fastrand::Rng) -> Ending {
    let all: u32 = ENDINGS.iter().map(|(_, weight)| weight).sum();
    let mut left = random.u32(..all);
    for (ending, weight) in ENDINGS {
        if left < *weight {
            return *ending;
        }
        left -= weight;
    }
    Ending::Paid
}

fn place(
    teller: &mut Teller<'_>,
    venue: &Venue,
    role: Role,
    wanted: &[(&String, u32)],
) -> Result<String, AppError> {
    let order = teller.id();
    let seats: Vec<Value> = wanted
        .iter()
        .map(|(id, quantity)| json!({ "seatTypeId": id, "quantity": quantity }))
        .collect();
    let params = json!({ "orderId": order, "conferenceId": venue.conference, "seats": seats });
    teller.say(role, "RegisterToConference", params)?;
    Ok(order)
}

fn details(teller: &mut Teller<'_>, order: &str, person: &Person) -> Result<(), AppError> {
    let params = json!({
        "orderId": order,
        "firstName": person.first,
        "lastName": person.last,
        "email": person.email,
    });
    teller.say(Role::Registrant, "AssignRegistrantDetails", params).map(|_| ())
}

fn initiate(teller: &mut Teller<'_>, order: &str) -> Result<String, AppError> {
    let payment = teller.id();
    let params = json!({ "paymentId": payment, "orderId": order });
    teller.say(Role::Registrant, "InitiateThirdPartyProcessorPayment", params)?;
    Ok(payment)
}

fn pay(teller: &mut Teller<'_>, order: &str, accepted: bool) -> Result<(), AppError> {
    let payment = initiate(teller, order)?;
    teller.pass(45)?;
    process(teller, &payment, accepted)
}

/// The processor's answer.
fn process(teller: &mut Teller<'_>, payment: &str, accepted: bool) -> Result<(), AppError> {
    let method = if accepted {
        "CompleteThirdPartyProcessorPayment"
    } else {
        "CancelThirdPartyProcessorPayment"
    };
    let token = teller.app.processor_token(payment.parse().map_err(AppError::broken)?);
    let params = json!({ "paymentId": payment, "token": token });
    teller.say(Role::Processor, method, params).map(|_| ())
}

/// The total in minor units; nothing when no seat could be reserved.
fn total_of(teller: &Teller<'_>, order: &str) -> Result<Option<i64>, AppError> {
    let caller = app::Caller::new(Role::Registrant, "Web");
    let answer = teller.app.query(&caller, "GetPricedOrder", json!({ "orderId": order }))?;
    let priced: Value = serde_json::from_str(answer.get()).map_err(AppError::broken)?;
    let has_lines = priced["lines"].as_array().is_some_and(|lines| !lines.is_empty());
    Ok(if has_lines { priced["total"]["amount"].as_i64() } else { None })
}

/// Most people say at once who sits where; some leave a seat open.
fn assign(teller: &mut Teller<'_>, order: &str, registrant: &Person) -> Result<(), AppError> {
    let caller = app::Caller::new(Role::Registrant, "Web");
    let answer = teller.app.query(&caller, "GetOrderSeats", json!({ "orderId": order }))?;
    let seats: Value = serde_json::from_str(answer.get()).map_err(AppError::broken)?;
    for seat in seats["seats"].as_array().into_iter().flatten() {
        if teller.random.u32(..6) == 0 {
            continue;
        }
        let other = somebody(&mut teller.random);
        let person = if seat["position"] == 0 { registrant } else { &other };
        let params = json!({
            "orderId": order,
            "position": seat["position"],
            "attendee": {
                "firstName": person.first,
                "lastName": person.last,
                "email": person.email,
            },
        });
        teller.say(Role::Registrant, "AssignSeat", params)?;
    }
    Ok(())
}

/// What is going on while the sample is opened: held, partially held and half-paid orders.
fn just_now(teller: &mut Teller<'_>, venue: &Venue) -> Result<(), AppError> {
    let held = place(teller, venue, Role::Registrant, &[(&venue.pass, 2)])?;
    let person = somebody(&mut teller.random);
    details(teller, &held, &person)?;
    teller.pass(90)?;
    place(teller, venue, Role::Kiosk, &[(&venue.pass, 1), (&venue.workshop, 2)])?;
    teller.pass(90)?;
    let paying = place(teller, venue, Role::Registrant, &[(&venue.pass, 1)])?;
    let person = somebody(&mut teller.random);
    details(teller, &paying, &person)?;
    initiate(teller, &paying)?;
    place(teller, venue, Role::Registrant, &[(&venue.dinner, 2)])?;
    Ok(())
}

/// The restaurant has room for a few more, whatever was sold: a seat type that is scarce.
fn one_more_table(teller: &mut Teller<'_>, venue: &Venue) -> Result<(), AppError> {
    let caller = app::Caller::new(Role::Organizer, "Office");
    let asked = json!({ "conferenceId": venue.conference });
    let answer = teller.app.query(&caller, "GetSeatTypes", asked)?;
    let seat_types: Value = serde_json::from_str(answer.get()).map_err(AppError::broken)?;
    let seat_types = seat_types["seatTypes"].as_array().into_iter().flatten();
    for dinner in seat_types.filter(|one| one["seatTypeId"] == venue.dinner) {
        let number = |field: &str| dinner[field].as_i64().unwrap_or(0);
        let form = json!({
            "conferenceId": venue.conference,
            "seatTypeId": venue.dinner,
            "name": dinner["name"],
            "description": dinner["description"],
            "price": dinner["price"],
            "quantity": number("sold") + number("held") + AT_ONE_TABLE,
        });
        teller.say(Role::Organizer, "UpdateSeatType", form)?;
    }
    Ok(())
}
