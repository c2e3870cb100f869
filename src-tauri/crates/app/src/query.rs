//! One list of all queries, parsed from their wire form.

use serde_json::Value;

use crate::{
    command::{read, unknown_method},
    error::AppError,
    wire::{health, mails, queries as wire},
};

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Query {
    /// See [`wire::GetApplication`].
    GetApplication(wire::GetApplication),
    /// See [`wire::GetConference`].
    GetConference(wire::GetConference),
    /// See [`wire::ListConferences`].
    ListConferences(wire::ListConferences),
    /// See [`wire::LocateConference`].
    LocateConference(wire::LocateConference),
    /// See [`wire::EstimateTotal`].
    EstimateTotal(wire::EstimateTotal),
    /// See [`wire::GetSeatTypes`].
    GetSeatTypes(wire::GetSeatTypes),
    /// See [`wire::PreviewQuota`].
    PreviewQuota(wire::PreviewQuota),
    /// See [`wire::GetDraftOrder`].
    GetDraftOrder(wire::GetDraftOrder),
    /// See [`wire::GetPricedOrder`].
    GetPricedOrder(wire::GetPricedOrder),
    /// See [`wire::LocateOrder`].
    LocateOrder(wire::LocateOrder),
    /// See [`wire::GetOrderSeats`].
    GetOrderSeats(wire::GetOrderSeats),
    /// See [`wire::GetPaymentDetails`].
    GetPaymentDetails(wire::GetPaymentDetails),
    /// See [`wire::ListOrders`].
    ListOrders(wire::ListOrders),
    /// See [`wire::ListAttendees`].
    ListAttendees(wire::ListAttendees),
    /// See [`wire::ListAttentionCards`].
    ListAttentionCards(wire::ListAttentionCards),
    /// See [`wire::GetDashboard`].
    GetDashboard(wire::GetDashboard),
    /// See [`wire::ExplainFigure`].
    ExplainFigure(wire::ExplainFigure),
    /// See [`wire::GetHistory`].
    GetHistory(wire::GetHistory),
    /// See [`mails::GetMailServer`].
    GetMailServer(mails::GetMailServer),
    /// See [`mails::ListMails`].
    ListMails(mails::ListMails),
    /// See [`wire::GetSettings`].
    GetSettings(wire::GetSettings),
    /// See [`wire::GetBackups`].
    GetBackups(wire::GetBackups),
    /// See [`wire::ListBackups`].
    ListBackups(wire::ListBackups),
    /// See [`health::GetDataHealth`].
    GetDataHealth(health::GetDataHealth),
    /// See [`health::GetRebuild`].
    GetRebuild(health::GetRebuild),
}

impl Query {
    /// Reads the parameters of a method.
    ///
    /// # Errors
    /// `InvalidRequest` naming the field that is unknown, missing or of a wrong type.
    pub fn parse(method: &str, params: Value) -> Result<Self, AppError> {
        Ok(match method {
            "GetApplication" => Self::GetApplication(read(params)?),
            "GetConference" => Self::GetConference(read(params)?),
            "ListConferences" => Self::ListConferences(read(params)?),
            "LocateConference" => Self::LocateConference(read(params)?),
            "EstimateTotal" => Self::EstimateTotal(read(params)?),
            "GetSeatTypes" => Self::GetSeatTypes(read(params)?),
            "PreviewQuota" => Self::PreviewQuota(read(params)?),
            "GetDraftOrder" => Self::GetDraftOrder(read(params)?),
            "GetPricedOrder" => Self::GetPricedOrder(read(params)?),
            "LocateOrder" => Self::LocateOrder(read(params)?),
            "GetOrderSeats" => Self::GetOrderSeats(read(params)?),
            "GetPaymentDetails" => Self::GetPaymentDetails(read(params)?),
            "ListOrders" => Self::ListOrders(read(params)?),
            "ListAttendees" => Self::ListAttendees(read(params)?),
            "ListAttentionCards" => Self::ListAttentionCards(read(params)?),
            "GetDashboard" => Self::GetDashboard(read(params)?),
            "ExplainFigure" => Self::ExplainFigure(read(params)?),
            "GetHistory" => Self::GetHistory(read(params)?),
            "GetMailServer" => Self::GetMailServer(read(params)?),
            "ListMails" => Self::ListMails(read(params)?),
            "GetSettings" => Self::GetSettings(read(params)?),
            "GetBackups" => Self::GetBackups(read(params)?),
            "ListBackups" => Self::ListBackups(read(params)?),
            "GetDataHealth" => Self::GetDataHealth(read(params)?),
            "GetRebuild" => Self::GetRebuild(read(params)?),
            _ => return Err(unknown_method(method)),
        })
    }
}
