//! Carrying out each command: one function a use case, split by context.

mod attention;
mod conference;
mod fields;
mod mails;
mod orders;
mod payments;
mod privacy;
mod seats;

use kernel::{AccessCode, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    backup::FOLDER_SETTING,
    command::Command,
    error::AppError,
    settings,
    unit::Unit,
    wire::{answers, commands::SetHoldLimit},
};

/// More than this is no limit.
const MOST_HELD: i64 = 1_000;

/// What a command's answer says besides the position.
pub enum Outcome {
    /// Nothing.
    Done,
    /// The new conference's code.
    CreatedConference(AccessCode),
    /// The order's code.
    Registered(AccessCode),
    /// The invoice's number, and until when it has to be paid.
    IssuedInvoice(String, Option<Timestamp>),
    /// How many entries of the person there were.
    ErasedPersons(usize),
}

impl Outcome {
    /// The answer, once the position of the whole chain is known.
    pub fn answer(self, position: i64) -> Result<Box<RawValue>, AppError> {
        match self {
            Self::Done => raw(&answers::Done { position }),
            Self::CreatedConference(access_code) => {
                raw(&answers::CreatedConference { position, access_code })
            }
            Self::Registered(access_code) => raw(&answers::Registered { position, access_code }),
            Self::IssuedInvoice(invoice_number, due_at) => {
                raw(&answers::IssuedInvoice { position, invoice_number, due_at })
            }
            Self::ErasedPersons(entries) => raw(&answers::ErasedPersons { position, entries }),
        }
    }
}

/// JSON of an answer.
pub fn raw<T: Serialize>(answer: &T) -> Result<Box<RawValue>, AppError> {
    serde_json::value::to_raw_value(answer).map_err(AppError::broken)
}

/// Carries out a command, without its reactions.
pub fn handle(unit: &mut Unit<'_>, command: Command) -> Result<Outcome, AppError> {
    match command {
        Command::CreateConference(command) => conference::create(unit, command),
        Command::UpdateConference(command) => conference::update(unit, command),
        Command::PublishConference(command) => conference::publish(unit, command),
        Command::UnpublishConference(command) => conference::unpublish(unit, command),
        Command::SetInvoicePolicy(command) => conference::set_invoice_policy(unit, command),
        Command::CreateSeatType(command) => conference::create_seat_type(unit, command),
        Command::UpdateSeatType(command) => conference::update_seat_type(unit, command),
        Command::DeleteSeatType(command) => conference::delete_seat_type(unit, command),
        Command::RegisterToConference(command) => orders::register(unit, command),
        Command::AssignRegistrantDetails(command) => orders::assign_details(unit, &command),
        Command::ExtendReservation(command) => orders::extend(unit, &command),
        Command::ConfirmFreeOrder(command) => orders::confirm_free(unit, &command),
        Command::CancelOrderSeats(command) => orders::cancel_seats(unit, command),
        Command::SettleAtDesk(command) => payments::settle_at_desk(unit, command),
        Command::InitiateThirdPartyProcessorPayment(command) => payments::initiate(unit, &command),
        Command::CompleteThirdPartyProcessorPayment(command) => payments::complete(unit, command),
        Command::CancelThirdPartyProcessorPayment(command) => payments::cancel(unit, command),
        Command::ScriptThirdPartyProcessorPayment(command) => payments::script(unit, &command),
        Command::InitiateInvoicePayment(command) => payments::invoice(unit, command),
        Command::MarkInvoicePaid(command) => payments::mark_paid(unit, command),
        Command::AssignSeat(command) => seats::assign(unit, &command),
        Command::UnassignSeat(command) => seats::unassign(unit, &command),
        Command::RetryLatePayment(command) => attention::retry(unit, &command),
        Command::RecordRefund(command) => attention::refund(unit, &command),
        Command::DismissAttention(command) => attention::dismiss(unit, command),
        Command::ErasePerson(command, found) => privacy::erase(unit, command, found),
        Command::MarkMailsExported(command) => mails::mark_exported(unit, &command),
        Command::SetMailServer(command) => mails::set_server(unit, &command),
        Command::RemoveMailServer(_) => mails::remove_server(unit),
        Command::SendMails(_) => mails::hurry(unit),
        Command::RetryMails(command) => mails::retry(unit, &command),
        Command::SetBackupFolder(command) => {
            settings::keep(unit.connection(), FOLDER_SETTING, &command.folder)?;
            Ok(Outcome::Done)
        }
        Command::SetHoldLimit(command) => set_hold_limit(unit, &command),
        // They are carried out beside the writer.
        Command::MakeBackup(_) | Command::CancelBackup(_) => {
            Err(AppError::broken("a backup came to the writer"))
        }
        Command::TestMailServer(_) => Err(AppError::broken("a test mail came to the writer")),
        Command::Care(_) => Err(AppError::broken("the writer was asked for background work")),
    }
}

fn set_hold_limit(unit: &Unit<'_>, form: &SetHoldLimit) -> Result<Outcome, AppError> {
    if !(1..=MOST_HELD).contains(&form.hold_limit) {
        let message = format_args!("holdLimit is 1 to {MOST_HELD} seats");
        return Err(AppError::on_field("InvalidQuantity", "holdLimit", message));
    }
    settings::keep_hold_limit(unit.connection(), form.hold_limit)?;
    Ok(Outcome::Done)
}

pub use payments::{PROCESSOR_TIMEOUT, answer_for_processor};
