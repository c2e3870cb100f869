//! The organizer's cards, and what may be done about each: as the process says that would carry it
//! out.

use read_models::{answers::AttentionCard, attention};

use super::Shown;
use crate::{
    error::AppError,
    processes,
    wire::{answers::AttentionCards, queries as wire},
};

/// The open cards of a conference.
pub fn cards(
    query: &wire::ListAttentionCards,
    shown: &Shown<'_>,
) -> Result<AttentionCards, AppError> {
    let mut items = attention::open_cards(shown.views, query.conference_id)?;
    if shown.past.is_none() {
        for card in &mut items {
            card.actions = actions(card, shown)?;
        }
    }
    Ok(AttentionCards { items })
}

fn actions(card: &AttentionCard, shown: &Shown<'_>) -> Result<Vec<String>, AppError> {
    let process = processes::find(shown.log, card.order_id)?;
    let retry = process.may_retry(card.attention_id).is_ok().then_some("RetryLatePayment");
    let actions = retry.into_iter().chain(["RecordRefund", "DismissAttention"]);
    Ok(actions.map(str::to_owned).collect())
}
