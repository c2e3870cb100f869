use kernel::Personal;

use super::scene::*;
use crate::*;

fn load(scene: &Scene) -> InvoicePayment {
    load_invoice(&scene.connection, FIRST_TRY).unwrap().unwrap()
}

#[test]
fn annas_invoice_has_the_first_number_and_confirms_her_order() {
    let scene = given([]).when(invoice(invoicing())).then([issued(issue())]);
    assert!(issue().confirms_order());
    let invoice = load(&scene);
    assert_eq!(invoice.number, "K3-0001");
    assert_eq!(invoice.billing, Personal::known(ANNA, billing()));
    assert!(!invoice.is_paid);
}

#[test]
fn an_invoice_is_repeated_by_the_same_order_and_payer_alone() {
    let invoice = load(&given([issued(issue())]));
    assert_eq!(invoice.is_repeated_by(ANNAS_ORDER, &billing_form()), Ok(()));
    let taken = Err(PaymentError::PaymentIdTaken);
    assert_eq!(invoice.is_repeated_by(BORIS_ORDER, &billing_form()), taken);
    let elsewhere = BillingForm { address: "Elsewhere 1".into(), ..billing_form() };
    assert_eq!(invoice.is_repeated_by(ANNAS_ORDER, &elsewhere), taken);
    let forgotten =
        InvoicePayment { billing: Personal::Erased { person: ANNA }, ..invoice.clone() };
    assert_eq!(forgotten.is_repeated_by(ANNAS_ORDER, &billing_form()), taken);
    let blank = invoice.is_repeated_by(ANNAS_ORDER, &BillingForm::default());
    assert!(matches!(blank, Err(PaymentError::Billing(_))), "{blank:?}");
}

#[test]
fn numbers_of_a_series_have_no_gaps_and_another_series_counts_for_itself() {
    let second =
        InitiateInvoicePayment { payment_id: SECOND_TRY, order_id: BORIS_ORDER, ..invoicing() };
    let refused = InitiateInvoicePayment { billing: BillingForm::default(), ..second.clone() };
    given([issued(issue())])
        .when(invoice(refused))
        .then_invalid([
            ("billing.name", "InvalidRequired"),
            ("billing.address", "InvalidRequired"),
            ("billing.country", "InvalidRequired"),
        ])
        .when(invoice(second.clone()))
        .then([issued(InvoiceIssued {
            payment_id: SECOND_TRY,
            order_id: BORIS_ORDER,
            series_number: 2,
            number: "K3-0002".into(),
            ..issue()
        })]);
    let elsewhere = InitiateInvoicePayment { series: "K4".into(), ..second };
    given([issued(issue())]).when(invoice(elsewhere)).then([issued(InvoiceIssued {
        payment_id: SECOND_TRY,
        order_id: BORIS_ORDER,
        series: "K4".into(),
        number: "K4-0001".into(),
        ..issue()
    })]);
}

#[test]
fn a_number_rolled_back_was_never_given() {
    let scene = given([]);
    scene.connection.execute_batch("SAVEPOINT command").unwrap();
    handle(&scene.connection, &invoice(invoicing())).unwrap();
    scene.connection.execute_batch("ROLLBACK TO command; RELEASE command").unwrap();
    scene.when(invoice(invoicing())).then([issued(issue())]);
}

#[test]
fn numbers_grow_beyond_four_digits() {
    let last = InvoiceIssued { series_number: 9_999, number: "K3-9999".into(), ..issue() };
    let next = InitiateInvoicePayment { payment_id: SECOND_TRY, ..invoicing() };
    let scene = given([issued(last)]).when(invoice(next)).then([issued(InvoiceIssued {
        payment_id: SECOND_TRY,
        series_number: 10_000,
        number: "K3-10000".into(),
        ..issue()
    })]);
    assert!(load_invoice_by_number(&scene.connection, "K3-10000").unwrap().is_some());
}

#[test]
fn an_invoice_to_be_paid_first_is_due_after_its_days() {
    let policy = InvoicePolicy::PayFirst(14);
    let event = InvoiceIssued { policy, due_at: Some(NOON.plus_minutes(14 * 24 * 60)), ..issue() };
    assert!(!event.confirms_order());
    let scene = given([])
        .when(invoice(InitiateInvoicePayment { policy, ..invoicing() }))
        .then([issued(event.clone())]);
    let invoice = load(&scene);
    assert_eq!((invoice.policy, invoice.due_at), (policy, event.due_at));
}

#[test]
fn asking_for_the_same_invoice_again_gives_no_second_number() {
    let later = InitiateInvoicePayment {
        at: NOON.plus_minutes(5),
        policy: InvoicePolicy::PayFirst(14),
        ..invoicing()
    };
    given([issued(issue())]).when(invoice(later)).then_nothing();
    given([issued(issue()), paid()]).when(invoice(invoicing())).then_nothing();
}

#[test]
fn a_payment_id_is_for_one_invoice_only() {
    let change = |change: fn(&mut InitiateInvoicePayment)| {
        let mut other = invoicing();
        change(&mut other);
        let scene = given([issued(issue())]).when(invoice(other));
        scene.then_refused(PaymentError::PaymentIdTaken, "InvalidField");
    };
    change(|other| other.order_id = BORIS_ORDER);
    change(|other| other.amount = usd(1));
    change(|other| other.items.clear());
    change(|other| other.billing.name = "Boris".into());

    given([initiated()])
        .when(invoice(invoicing()))
        .then_refused(PaymentError::PaymentIdTaken, "InvalidField");
}

#[test]
fn a_free_order_gets_no_invoice() {
    let free = InitiateInvoicePayment { amount: usd(0), ..invoicing() };
    given([]).when(invoice(free)).then_refused(PaymentError::NothingToPay, "RefusedNothingToPay");
}

#[test]
fn the_organizer_marks_an_invoice_paid_once() {
    let scene = given([issued(issue())])
        .when(mark_paid("K3-0001"))
        .then([paid()])
        .when(mark_paid("K3-0001"))
        .then_nothing();
    assert!(load(&scene).is_paid);
}

#[test]
fn an_unknown_invoice_number_is_refused() {
    given([issued(issue())])
        .when(mark_paid("K3-0002"))
        .then_refused(PaymentError::NotFound, "RefusedNotFound");
}

#[test]
fn every_wrong_field_of_a_billing_address_is_marked() {
    let wrong = BillingForm {
        name: "Anna\nAndersson".into(),
        address: "x".repeat(501),
        country: "XX".into(),
        tax_id: Some("x".repeat(51)),
    };
    given([]).when(invoice(InitiateInvoicePayment { billing: wrong, ..invoicing() })).then_invalid(
        [
            ("billing.name", "InvalidField"),
            ("billing.address", "InvalidTooLong"),
            ("billing.country", "InvalidField"),
            ("billing.taxId", "InvalidTooLong"),
        ],
    );
}

#[test]
fn a_country_is_read_in_any_case_and_a_blank_tax_number_is_none() {
    let typed = BillingForm { country: " se ".into(), tax_id: Some("  ".into()), ..billing_form() };
    let expected = Billing { tax_id: None, ..billing() };
    given([])
        .when(invoice(InitiateInvoicePayment { billing: typed, ..invoicing() }))
        .then([issued(InvoiceIssued { billing: Personal::known(ANNA, expected), ..issue() })]);
}

#[test]
fn only_assigned_country_codes_are_countries() {
    for country in ["S", "SWE", "UK", "EU", "ZZ", "S E", "BG BH"] {
        let billing = BillingForm { country: country.into(), ..billing_form() };
        given([])
            .when(invoice(InitiateInvoicePayment { billing, ..invoicing() }))
            .then_invalid([("billing.country", "InvalidField")]);
    }
}

#[test]
fn an_erased_payer_is_forgotten_live_and_after_a_rebuild() {
    let live = given([issued(issue()), paid()]);
    scrub(&live.connection, ANNA).unwrap();
    let erased = issued(InvoiceIssued { billing: Personal::Erased { person: ANNA }, ..issue() });
    let rebuilt = given([erased, paid()]);
    assert_eq!(rows(&live.connection), rows(&rebuilt.connection));
    let invoice = load(&live);
    assert_eq!(invoice.billing, Personal::Erased { person: ANNA });
    assert_eq!((invoice.number.as_str(), invoice.amount), ("K3-0001", usd(24_900)));
    rebuilt.when(mark_paid("K3-0001")).then_nothing();
}
