//! Every state by every input: the table in code, the table in the documentation, and what the
//! process does are the same.

use std::{fmt::Write as _, fs, path::PathBuf};

use super::*;
use crate::attention::AttentionResolved;

type Column = (&'static str, fn() -> Seen);

const STATES: [Column; 14] = [
    ("NotStarted", not_started),
    ("Awaiting", awaiting),
    ("Awaiting, paid", awaiting_paid),
    ("Received", received),
    ("Paid", payment_received),
    ("Reacquiring", reacquiring),
    ("Reacquiring, on card", reacquiring_on_card),
    ("Attention, expired", late),
    ("Attention, unpriced", late_unpriced),
    ("Attention, confirmed", overpaid),
    ("Completed, expired", expired),
    ("Completed, unanswered", expired_unanswered),
    ("Completed, unpriced", expired_at_once),
    ("Completed, confirmed", confirmed),
];

type Cells = [&'static str; STATES.len()];

type Row = (&'static str, fn(&Seen) -> Input, Cells);

/// Nothing is done, by decision.
const NO: &str = "·";

/// Cannot arise: no payment came before.
const NA: &str = "–";

const COMMIT: &str = "Commit; disarm → Completed, confirmed";
const REPEATED: Cells = [NA, NA, NO, NA, NO, NO, NO, NO, NO, NO, NA, NA, NA, NO];
const PAID: Cells = [
    NO,
    "→ Awaiting, paid",
    "raise over",
    "Confirm → Paid",
    "raise over",
    "raise over",
    "raise over",
    "Make → Reacquiring",
    "raise late",
    "raise over",
    "Make → Reacquiring",
    "raise late → Attention, unpriced",
    "raise late → Attention, unpriced",
    "raise over → Attention, confirmed",
];

const NEVER: Cells = [NO; STATES.len()];

const fn only(column: usize, effect: &'static str) -> Cells {
    at([(column, effect)])
}

/// These columns, and nothing in the others.
const fn at<const N: usize>(cells: [(usize, &'static str); N]) -> Cells {
    let mut row = NEVER;
    let mut next = 0;
    while next < N {
        row[cells[next].0] = cells[next].1;
        next += 1;
    }
    row
}

const GRID: [Row; 22] = [
    ("OrderPlaced, in time", |_| placed(), only(0, "Make; arm → Awaiting")),
    (
        "OrderPlaced, already expired",
        |_| placed_long_ago(),
        only(0, "Reject → Completed, unpriced"),
    ),
    ("OrderUpdated", |_| updated(), at([(1, "Make"), (2, "Make"), (3, "Make → Awaiting")])),
    (
        "SeatsReserved, all",
        |seen| granted(seen.last_request()),
        at([
            (1, "Mark → Received"),
            (2, "Mark, Confirm → Paid"),
            (5, "Revive, Confirm → Paid"),
            (6, "Revive, Confirm; retried → Paid"),
            (8, "Cancel"),
            (11, "Cancel → Completed, unpriced"),
        ]),
    ),
    (
        "SeatsReserved, not all",
        |seen| partly_granted(seen.last_request()),
        at([
            (1, "Mark → Received"),
            (2, "Reject, Cancel; disarm; raise late → Attention, unpriced"),
            (5, "Cancel; raise late → Attention, expired"),
            (6, "Cancel → Attention, expired"),
            (8, "Cancel"),
            (11, "Cancel → Completed, unpriced"),
        ]),
    ),
    ("SeatsReserved, stale", |_| granted(CommandId::from_u128(0xBAD)), NEVER),
    ("PaymentCompleted, new", |_| paid(PaymentId::from_u128(0xD9)), PAID),
    ("PaymentCompleted, repeated", repeated, REPEATED),
    ("DeskSettled", |_| paid_at_the_desk(PaymentId::from_u128(0xD9)), PAID),
    ("PaymentRejected", |_| Input::PaymentRejected { payment_id: FIRST }, NEVER),
    ("FreeOrderConfirmed", |_| Input::FreeOrderConfirmed, only(3, "Confirm → Paid")),
    (
        "InvoiceAccepted, at once",
        |_| invoice(SECOND, InvoiceTerms::AtOnce),
        only(3, "Confirm → Paid"),
    ),
    (
        "InvoiceAccepted, pay first",
        |_| invoice(SECOND, InvoiceTerms::PayFirst { due: minute(9_999) }),
        only(3, "arm"),
    ),
    ("OrderPaymentConfirmed", |_| Input::OrderPaymentConfirmed, at([(3, COMMIT), (4, COMMIT)])),
    (
        "ReservationExtended",
        |_| Input::ReservationExtended { expiration: minute(20) },
        at([(1, "arm"), (2, "arm"), (3, "arm")]),
    ),
    (
        "OrderExpired",
        |_| Input::OrderExpired,
        at([
            (1, "Cancel; disarm → Completed, unanswered"),
            (2, "Cancel; disarm; raise late → Attention, unpriced"),
            (3, "Cancel; disarm → Completed, expired"),
        ]),
    ),
    ("OrderCancelled", |_| Input::OrderCancelled, NEVER),
    (
        "Timeout, the armed one",
        timeout,
        at([
            (1, "Reject, Cancel → Completed, unanswered"),
            (2, "Reject, Cancel; raise late → Attention, unpriced"),
            (3, "Reject, Cancel → Completed, expired"),
        ]),
    ),
    ("Timeout, an older one", |_| Input::Timeout { token: 0 }, NEVER),
    ("RetryLatePayment", any_card_retry, only(7, "Make → Reacquiring, on card")),
    (
        "RecordRefund",
        |seen| refund(any_card(seen)),
        at([
            (7, "refunded → Completed, expired"),
            (8, "refunded → Completed, unanswered"),
            (9, "refunded → Completed, confirmed"),
        ]),
    ),
    (
        "DismissAttention",
        |seen| dismiss(any_card(seen)),
        at([
            (7, "dismissed → Completed, expired"),
            (8, "dismissed → Completed, unanswered"),
            (9, "dismissed → Completed, confirmed"),
        ]),
    ),
];

fn repeated(seen: &Seen) -> Input {
    let payments = seen.process.registration().map(|registration| &registration.payments);
    let seen_before = payments.and_then(|payments| payments.last());
    paid(seen_before.copied().unwrap_or(FIRST))
}

/// The payment of an open card, or one without a card.
fn any_card(seen: &Seen) -> PaymentId {
    let card = seen.process.registration().and_then(|registration| registration.cards.first());
    card.map_or(FIRST, |card| card.payment.payment_id)
}

fn any_card_retry(seen: &Seen) -> Input {
    retry(any_card(seen))
}

fn label(process: &Process) -> &'static str {
    match process {
        Process::NotStarted => "NotStarted",
        Process::AwaitingReservationConfirmation(Awaiting { kept: None, .. }) => "Awaiting",
        Process::AwaitingReservationConfirmation(Awaiting { kept: Some(_), .. }) => {
            "Awaiting, paid"
        }
        Process::ReservationConfirmationReceived(_) => "Received",
        Process::PaymentConfirmationReceived(_) => "Paid",
        Process::AwaitingReacquisition(Reacquiring { is_on_card: false, .. }) => "Reacquiring",
        Process::AwaitingReacquisition(Reacquiring { is_on_card: true, .. }) => {
            "Reacquiring, on card"
        }
        Process::NeedsAttention(Ended { registration, outcome: Outcome::Expired }) => {
            if registration.seats.is_empty() {
                "Attention, unpriced"
            } else {
                "Attention, expired"
            }
        }
        Process::NeedsAttention(Ended { outcome: Outcome::Confirmed, .. }) => {
            "Attention, confirmed"
        }
        Process::Completed(Ended { outcome: Outcome::Confirmed, .. }) => "Completed, confirmed",
        Process::Completed(Ended { registration, outcome: Outcome::Expired }) => {
            match registration.correlation {
                Some(_) => "Completed, unanswered",
                None if registration.seats.is_empty() => "Completed, unpriced",
                None => "Completed, expired",
            }
        }
    }
}

const fn verb(command: &ProcessCommand) -> &'static str {
    match command {
        ProcessCommand::MakeSeatReservation(_) => "Make",
        ProcessCommand::CancelSeatReservation(_) => "Cancel",
        ProcessCommand::CommitSeatReservation(_) => "Commit",
        ProcessCommand::MarkSeatsAsReserved { .. } => "Mark",
        ProcessCommand::ConfirmOrderPayment { .. } => "Confirm",
        ProcessCommand::ReviveOrder { .. } => "Revive",
        ProcessCommand::RejectOrder { .. } => "Reject",
    }
}

const fn change(change: &TimeoutChange) -> &'static str {
    match change {
        TimeoutChange::Arm { .. } => "arm",
        TimeoutChange::Disarm { .. } => "disarm",
    }
}

const fn news(event: &AttentionEvent) -> &'static str {
    match event {
        AttentionEvent::AttentionRaised(raised) => match raised.kind {
            AttentionKind::LatePayment => "raise late",
            AttentionKind::Overpayment => "raise over",
        },
        AttentionEvent::AttentionResolved(AttentionResolved { resolution, .. }) => match resolution
        {
            Resolution::Retried => "retried",
            Resolution::Refunded { .. } => "refunded",
            Resolution::Dismissed { .. } => "dismissed",
        },
    }
}

/// What a reaction comes to, in the words of the table.
fn effect(before: &Process, reaction: &Reaction) -> String {
    let commands = reaction.commands.iter().map(verb).collect::<Vec<_>>().join(", ");
    let mut words = vec![];
    if !commands.is_empty() {
        words.push(commands);
    }
    words.extend(reaction.timeouts.iter().map(|timeout| change(timeout).to_owned()));
    words.extend(reaction.events.iter().map(|event| news(event).to_owned()));
    let mut effect = words.join("; ");
    let state = label(&reaction.state);
    if state != label(before) {
        if !effect.is_empty() {
            effect.push(' ');
        }
        write!(effect, "→ {state}").unwrap();
    }
    if effect.is_empty() { NO.to_owned() } else { effect }
}

#[test]
fn every_state_is_what_its_column_says() {
    for (name, reach) in STATES {
        assert_eq!(label(&reach().process), name);
    }
}

#[test]
fn every_cell_is_as_the_table_says() {
    for (input_name, input, cells) in GRID {
        for ((state_name, reach), expected) in STATES.into_iter().zip(cells) {
            if expected == NA {
                continue;
            }
            let seen = reach();
            let reaction = seen.react(&input(&seen));
            let actual = effect(&seen.process, &reaction);
            assert_eq!(actual, expected, "{input_name} in {state_name}");
        }
    }
}

#[test]
fn what_does_nothing_changes_nothing() {
    for (input_name, input, cells) in GRID {
        for ((state_name, reach), expected) in STATES.into_iter().zip(cells) {
            let seen = reach();
            if expected == NO {
                let reaction = seen.react(&input(&seen));
                assert_eq!(reaction.state, seen.process, "{input_name} in {state_name}");
            }
        }
    }
}

#[test]
fn what_is_remembered_reads_back() {
    for (name, reach) in STATES {
        let process = reach().process;
        let stored = serde_json::to_string(&process).unwrap();
        assert_eq!(serde_json::from_str::<Process>(&stored).unwrap(), process, "{name}");
    }
}

#[test]
fn a_request_for_seats_is_always_sent_first() {
    for (input_name, input, _) in GRID {
        for (state_name, reach) in STATES {
            let seen = reach();
            let reaction = seen.react(&input(&seen));
            let request = reaction.commands.iter().position(|command| verb(command) == "Make");
            assert!(matches!(request, None | Some(0)), "{input_name} in {state_name}");
        }
    }
}

fn table() -> String {
    let mut table = String::from("| input |");
    for (state, _) in STATES {
        write!(table, " {state} |").unwrap();
    }
    table.push_str("\n|");
    table.push_str(&" --- |".repeat(STATES.len() + 1));
    for (input, _, cells) in GRID {
        write!(table, "\n| {input} |").unwrap();
        for cell in cells {
            write!(table, " {cell} |").unwrap();
        }
    }
    table
}

/// After a change: run the tests with `WRITE_DOCS=1`, and read the difference before keeping it.
#[test]
fn the_documentation_shows_this_table() {
    const BEGIN: &str = "<!-- grid -->\n";
    const END: &str = "\n<!-- end of grid -->";
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/REGISTRATION_PROCESS.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the table's first mark");
    let (shown, after) = rest.split_once(END).expect("the table's last mark");
    if shown != table() && std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&path, [before, BEGIN, &table(), END, after].concat()).unwrap();
        return;
    }
    assert_eq!(shown, table(), "run the tests with WRITE_DOCS=1 to show the table in code");
}
