use kernel::{AttentionId, PaymentId};

use super::*;
use crate::{
    order::Settlement,
    testing::{ANNA, CONFERENCE, assert_golden, usd},
};

#[test]
fn the_stored_forms_are_for_ever() {
    let attention_id = AttentionId::from_u128(0xE0);
    assert_golden(&[
        AttentionEvent::AttentionRaised(AttentionRaised {
            attention_id,
            order_id: ANNA,
            conference_id: CONFERENCE,
            kind: AttentionKind::LatePayment,
            paid: usd(24_900),
            settlement: Settlement::ThirdParty { payment_id: PaymentId::from_u128(0xD0) },
        }),
        AttentionEvent::AttentionResolved(AttentionResolved {
            attention_id,
            order_id: ANNA,
            conference_id: CONFERENCE,
            resolution: Resolution::Refunded { amount: usd(24_900) },
        }),
    ]);
}
