use std::collections::{BTreeMap, BTreeSet};

use kernel::PaymentId;
use proptest::prelude::*;

use super::scene::*;
use crate::*;

/// One of a few payments, some paid through the processor and some by invoice of two series.
fn any_command() -> impl Strategy<Value = PaymentCommand> {
    (0..6_u128, 0..5_u8, prop::bool::ANY).prop_map(|(id, what, is_first)| {
        let payment_id = PaymentId::from_u128(id);
        let settlement = SettleThirdPartyProcessorPayment { payment_id, ..answer(TOKEN) };
        let series = if is_first { "K3" } else { "K4" };
        match what {
            0 => initiate(InitiateThirdPartyProcessorPayment { payment_id, ..initiation() }),
            1 => complete(settlement),
            2 => cancel(settlement),
            3 => {
                invoice(InitiateInvoicePayment { payment_id, series: series.into(), ..invoicing() })
            }
            _ => mark_paid(&format!("{series}-{id:04}")),
        }
    })
}

proptest! {
    #[test]
    fn no_sequence_settles_twice_or_leaves_a_gap(
        commands in prop::collection::vec(any_command(), 0..40),
    ) {
        let mut scene = given([]);
        for command in &commands {
            if let Ok(events) = handle(&scene.connection, command) {
                scene.log.extend(events);
                let again = handle(&scene.connection, command);
                prop_assert_eq!(again.unwrap(), vec![], "an accepted command is true afterwards");
            }
        }
        prop_assert_eq!(rows(&given(scene.log.clone()).connection), rows(&scene.connection));

        let mut settled = BTreeSet::new();
        let mut last_numbers = BTreeMap::new();
        for event in &scene.log {
            match event {
                PaymentEvent::PaymentCompleted(event) | PaymentEvent::PaymentRejected(event) => {
                    prop_assert!(settled.insert(event.payment_id));
                }
                PaymentEvent::InvoiceIssued(event) => {
                    let last = last_numbers.entry(&event.series).or_insert(0);
                    *last += 1;
                    prop_assert_eq!(event.series_number, *last);
                }
                PaymentEvent::InvoicePaid(event) => prop_assert!(settled.insert(event.payment_id)),
                PaymentEvent::PaymentInitiated(_) => {}
            }
        }
    }
}
