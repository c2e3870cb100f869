//! One list of all commands, parsed from their wire form.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    care::Task,
    error::AppError,
    persons::Found,
    wire::{commands as wire, mails},
};

/// What can be asked to happen.
#[derive(Debug, Clone)]
pub enum Command {
    /// See [`wire::CreateConference`].
    CreateConference(wire::CreateConference),
    /// See [`wire::UpdateConference`].
    UpdateConference(wire::UpdateConference),
    /// See [`wire::PublishConference`].
    PublishConference(wire::PublishConference),
    /// See [`wire::UnpublishConference`].
    UnpublishConference(wire::UnpublishConference),
    /// See [`wire::SetInvoicePolicy`].
    SetInvoicePolicy(wire::SetInvoicePolicy),
    /// See [`wire::SeatTypeForm`].
    CreateSeatType(wire::SeatTypeForm),
    /// See [`wire::SeatTypeForm`].
    UpdateSeatType(wire::SeatTypeForm),
    /// See [`wire::DeleteSeatType`].
    DeleteSeatType(wire::DeleteSeatType),
    /// See [`wire::RegisterToConference`].
    RegisterToConference(wire::RegisterToConference),
    /// See [`wire::AssignRegistrantDetails`].
    AssignRegistrantDetails(wire::AssignRegistrantDetails),
    /// See [`wire::ExtendReservation`].
    ExtendReservation(wire::ExtendReservation),
    /// See [`wire::ConfirmFreeOrder`].
    ConfirmFreeOrder(wire::ConfirmFreeOrder),
    /// See [`wire::SettleAtDesk`].
    SettleAtDesk(wire::SettleAtDesk),
    /// See [`wire::CancelOrderSeats`].
    CancelOrderSeats(wire::CancelOrderSeats),
    /// See [`wire::InitiateThirdPartyProcessorPayment`].
    InitiateThirdPartyProcessorPayment(wire::InitiateThirdPartyProcessorPayment),
    /// See [`wire::CompleteThirdPartyProcessorPayment`].
    CompleteThirdPartyProcessorPayment(wire::CompleteThirdPartyProcessorPayment),
    /// See [`wire::CancelThirdPartyProcessorPayment`].
    CancelThirdPartyProcessorPayment(wire::CancelThirdPartyProcessorPayment),
    /// See [`wire::ScriptThirdPartyProcessorPayment`].
    ScriptThirdPartyProcessorPayment(wire::ScriptThirdPartyProcessorPayment),
    /// See [`wire::InitiateInvoicePayment`].
    InitiateInvoicePayment(wire::InitiateInvoicePayment),
    /// See [`wire::MarkInvoicePaid`].
    MarkInvoicePaid(wire::MarkInvoicePaid),
    /// See [`wire::AssignSeat`].
    AssignSeat(wire::AssignSeat),
    /// See [`wire::UnassignSeat`].
    UnassignSeat(wire::UnassignSeat),
    /// See [`wire::RetryLatePayment`].
    RetryLatePayment(wire::RetryLatePayment),
    /// See [`wire::RecordRefund`].
    RecordRefund(wire::RecordRefund),
    /// See [`wire::DismissAttention`].
    DismissAttention(wire::DismissAttention),
    /// See [`wire::ErasePerson`].
    ///
    /// With it, whom it was found to mean before the writer had its turn, if anybody looked.
    ErasePerson(wire::ErasePerson, Option<Found>),
    /// See [`wire::MarkMailsExported`].
    MarkMailsExported(wire::MarkMailsExported),
    /// See [`mails::SetMailServer`].
    SetMailServer(mails::SetMailServer),
    /// See [`mails::RemoveMailServer`].
    RemoveMailServer(mails::RemoveMailServer),
    /// See [`mails::TestMailServer`].
    TestMailServer(mails::TestMailServer),
    /// See [`mails::SendMails`].
    SendMails(mails::SendMails),
    /// See [`mails::RetryMails`].
    RetryMails(mails::RetryMails),
    /// See [`wire::SetBackupFolder`].
    SetBackupFolder(wire::SetBackupFolder),
    /// See [`wire::SetHoldLimit`].
    SetHoldLimit(wire::SetHoldLimit),
    /// See [`wire::MakeBackup`].
    MakeBackup(wire::MakeBackup),
    /// See [`wire::CancelBackup`].
    CancelBackup(wire::CancelBackup),
    /// Nothing for the log: something to do for the data in the background.
    Care(Task),
}

impl Command {
    /// Reads the parameters of a method.
    ///
    /// # Errors
    /// `InvalidRequest` naming the field that is unknown, missing or of a wrong type.
    pub fn parse(method: &str, params: Value) -> Result<Self, AppError> {
        Ok(match method {
            "CreateConference" => Self::CreateConference(read(params)?),
            "UpdateConference" => Self::UpdateConference(read(params)?),
            "PublishConference" => Self::PublishConference(read(params)?),
            "UnpublishConference" => Self::UnpublishConference(read(params)?),
            "SetInvoicePolicy" => Self::SetInvoicePolicy(read(params)?),
            "CreateSeatType" => Self::CreateSeatType(read(params)?),
            "UpdateSeatType" => Self::UpdateSeatType(read(params)?),
            "DeleteSeatType" => Self::DeleteSeatType(read(params)?),
            "RegisterToConference" => Self::RegisterToConference(read(params)?),
            "AssignRegistrantDetails" => Self::AssignRegistrantDetails(read(params)?),
            "ExtendReservation" => Self::ExtendReservation(read(params)?),
            "ConfirmFreeOrder" => Self::ConfirmFreeOrder(read(params)?),
            "SettleAtDesk" => Self::SettleAtDesk(read(params)?),
            "CancelOrderSeats" => Self::CancelOrderSeats(read(params)?),
            "InitiateThirdPartyProcessorPayment" => {
                Self::InitiateThirdPartyProcessorPayment(read(params)?)
            }
            "CompleteThirdPartyProcessorPayment" => {
                Self::CompleteThirdPartyProcessorPayment(read(params)?)
            }
            "CancelThirdPartyProcessorPayment" => {
                Self::CancelThirdPartyProcessorPayment(read(params)?)
            }
            "ScriptThirdPartyProcessorPayment" => {
                Self::ScriptThirdPartyProcessorPayment(read(params)?)
            }
            "InitiateInvoicePayment" => Self::InitiateInvoicePayment(read(params)?),
            "MarkInvoicePaid" => Self::MarkInvoicePaid(read(params)?),
            "AssignSeat" => Self::AssignSeat(read(params)?),
            "UnassignSeat" => Self::UnassignSeat(read(params)?),
            "RetryLatePayment" => Self::RetryLatePayment(read(params)?),
            "RecordRefund" => Self::RecordRefund(read(params)?),
            "DismissAttention" => Self::DismissAttention(read(params)?),
            "ErasePerson" => Self::ErasePerson(read(params)?, None),
            "MarkMailsExported" => Self::MarkMailsExported(read(params)?),
            "SetMailServer" => Self::SetMailServer(read(params)?),
            "RemoveMailServer" => Self::RemoveMailServer(read(params)?),
            "TestMailServer" => Self::TestMailServer(read(params)?),
            "SendMails" => Self::SendMails(read(params)?),
            "RetryMails" => Self::RetryMails(read(params)?),
            "SetBackupFolder" => Self::SetBackupFolder(read(params)?),
            "SetHoldLimit" => Self::SetHoldLimit(read(params)?),
            "MakeBackup" => Self::MakeBackup(read(params)?),
            "CancelBackup" => Self::CancelBackup(read(params)?),
            "VerifyData" => Self::Care(Task::Verify(read(params)?)),
            "CancelVerification" => Self::Care(Task::CancelVerification(read(params)?)),
            "RebuildReadModels" => Self::Care(Task::Rebuild(read(params)?)),
            "CancelRebuild" => Self::Care(Task::CancelRebuild(read(params)?)),
            _ => return Err(unknown_method(method)),
        })
    }
}

/// No use case has this name.
pub fn unknown_method(method: &str) -> AppError {
    let shown: String = method.chars().take(80).collect();
    AppError::new(
        "InvalidMethod",
        format_args!("there is no method \"{shown}\"; `lanyard rpc --schema` lists all of them"),
    )
}

/// Reads parameters, naming the field that is wrong.
pub fn read<T: DeserializeOwned>(params: Value) -> Result<T, AppError> {
    serde_path_to_error::deserialize(params).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        let missing =
            reason.strip_prefix("missing field `").or(reason.strip_prefix("unknown field `"));
        let named = missing.and_then(|rest| rest.split('`').next());
        let field = match (path.as_str(), named) {
            (".", Some(field)) => field.to_owned(),
            (path, Some(field)) if !path.ends_with(field) => format!("{path}.{field}"),
            (path, _) => path.to_owned(),
        };
        AppError::on_field("InvalidRequest", &field, reason)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_its_path() {
        let order = "018f0000-0000-7000-8000-000000000001";
        let wrong = [
            (json!({ "orderId": order }), "position"),
            (json!({ "orderId": order, "position": "first", "attendee": {} }), "position"),
            (
                json!({ "orderId": order, "position": 0, "attendee": { "firstName": 7 } }),
                "attendee.firstName",
            ),
            (json!({ "orderId": order, "seat": 0 }), "seat"),
        ];
        for (params, field) in wrong {
            let error = Command::parse("AssignSeat", params).unwrap_err();
            assert_eq!((error.code, error.field.as_deref()), ("InvalidRequest", Some(field)));
        }
    }

    #[test]
    fn every_command_of_the_list_is_known() {
        for case in crate::use_cases::COMMANDS {
            let error = Command::parse(case.name, json!(null)).unwrap_err();
            assert_ne!(error.code, "InvalidMethod", "{}", case.name);
        }
    }
}
