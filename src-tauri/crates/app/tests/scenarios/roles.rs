//! Who may call what: every role with every use case.

use app::{
    Role,
    use_cases::{COMMANDS, QUERIES},
};
use serde_json::{Value, json};
use testkit::{
    ANNA, CONFERENCE, GA, OTHER_CONFERENCE, Stage, assignment, conference_form, details, id,
    invoice, items, registration, seat_type_form, text,
};

/// Well-formed parameters, about things that do not exist.
fn params_of(method: &str) -> Value {
    let conference = json!({ "conferenceId": CONFERENCE });
    let order = json!({ "orderId": ANNA.order });
    let payment = json!({ "paymentId": id(1) });
    let seats = json!([{ "seatTypeId": GA, "quantity": 1 }]);
    match method {
        "CreateConference" => conference_form(OTHER_CONFERENCE, "other-days"),
        "SetInvoicePolicy" => {
            json!({ "conferenceId": CONFERENCE, "invoicePolicy": "confirmAtOnce" })
        }
        "CreateSeatType" | "UpdateSeatType" => seat_type_form(GA, 1),
        "PreviewQuota" => {
            json!({ "conferenceId": CONFERENCE, "seatTypeId": GA, "quantity": 1 })
        }
        "DeleteSeatType" => json!({ "conferenceId": CONFERENCE, "seatTypeId": GA }),
        "RegisterToConference" => registration(ANNA.order, &[(GA, 1)]),
        "AssignRegistrantDetails" => details(ANNA.order, &ANNA),
        "SettleAtDesk" => json!({ "orderId": ANNA.order, "means": "cash" }),
        "CancelOrderSeats" => {
            json!({ "orderId": ANNA.order, "reason": "ill", "returned": "held" })
        }
        "InitiateThirdPartyProcessorPayment" => {
            json!({ "paymentId": id(1), "orderId": ANNA.order })
        }
        "ScriptThirdPartyProcessorPayment" => {
            json!({ "paymentId": id(1), "script": "neverAnswer" })
        }
        "InitiateInvoicePayment" => invoice(&id(1), ANNA.order, &ANNA),
        "MarkInvoicePaid" => json!({ "invoiceNumber": "K1-0001" }),
        "AssignSeat" => assignment(ANNA.order, 0, &ANNA),
        "UnassignSeat" => json!({ "orderId": ANNA.order, "position": 0 }),
        "RetryLatePayment" => json!({ "attentionId": id(1) }),
        "RecordRefund" => {
            json!({ "attentionId": id(1), "amount": { "amount": 1, "currency": "USD" } })
        }
        "DismissAttention" => json!({ "attentionId": id(1), "reason": "no" }),
        "ErasePerson" => json!({ "personId": id(1), "reason": "asked for" }),
        "MarkMailsExported" | "RetryMails" => json!({ "mailIds": [] }),
        "SetMailServer" => mail_server(),
        "TestMailServer" => json!({ "to": ANNA.email }),
        "SetHoldLimit" => json!({ "holdLimit": 40 }),
        "SetBackupFolder" => json!({ "folder": "" }),
        "GetApplication" | "GetSettings" | "ListConferences" | "ListMails" => json!({}),
        "MakeBackup" | "CancelBackup" | "GetBackups" | "ListBackups" | "GetMailServer" => json!({}),
        "VerifyData" | "CancelVerification" | "GetDataHealth" | "SendMails" => json!({}),
        "RebuildReadModels" | "CancelRebuild" | "GetRebuild" | "RemoveMailServer" => json!({}),
        "LocateConference" => json!({ "email": ANNA.email, "accessCode": "ABCDE" }),
        "EstimateTotal" => json!({ "conferenceId": CONFERENCE, "seats": seats }),
        "LocateOrder" => {
            json!({ "conferenceId": CONFERENCE, "email": ANNA.email, "accessCode": "ABCDE" })
        }
        "ExplainFigure" => json!({ "conferenceId": CONFERENCE, "figure": "revenue" }),
        _ if method.contains("Payment") => payment,
        _ if ["Order", "Seats", "Free", "Reservation"].iter().any(|word| method.contains(word))
            && !method.starts_with("List") =>
        {
            order
        }
        _ => conference,
    }
}

fn mail_server() -> Value {
    json!({ "server": "localhost", "port": 25, "security": "none", "senderAddress": ANNA.email })
}

#[test]
fn every_role_may_call_its_own_use_cases_and_no_other() {
    let stage = Stage::new();
    for case in COMMANDS.iter().chain(QUERIES) {
        let is_command = COMMANDS.iter().any(|command| command.name == case.name);
        for role in Role::ALL {
            let params = params_of(case.name);
            let answer = if is_command {
                stage.attempt(role, case.name, params)
            } else {
                stage.inquire(role, case.name, params)
            };
            let code = answer.err().map(|error| error.code);
            assert_ne!(code, Some("InvalidRequest"), "the parameters of {}", case.name);
            let is_refused = code == Some("RefusedRole");
            assert_eq!(is_refused, !case.roles.contains(&role), "{} as {role:?}", case.name);
        }
    }
}

#[test]
fn a_refused_role_learns_nothing_about_what_exists() {
    let stage = Stage::std_conference(10);
    stage.buys(&ANNA, &[(GA, 1)]);
    for case in COMMANDS.iter().chain(QUERIES) {
        for role in Role::ALL.into_iter().filter(|role| !case.roles.contains(role)) {
            let answer = if COMMANDS.iter().any(|command| command.name == case.name) {
                Err(stage.refused(role, case.name, params_of(case.name)))
            } else {
                stage.inquire(role, case.name, params_of(case.name))
            };
            let refused = answer.unwrap_err();
            assert_eq!(refused.code, "RefusedRole", "{} as {role:?}", case.name);
            assert_eq!((refused.field, refused.details), (None, None));
        }
    }
}

#[test]
fn the_roles_of_each_use_case_are_those_of_the_specification() {
    let may = |role: Role| -> Vec<&str> {
        let cases = COMMANDS.iter().chain(QUERIES).filter(|case| case.roles.contains(&role));
        cases.map(|case| case.name).collect()
    };
    let all = COMMANDS.len() + QUERIES.len();
    assert_eq!(may(Role::Organizer).len(), all, "the organizer may do everything");
    assert_eq!(
        may(Role::Kiosk),
        [
            "RegisterToConference",
            "AssignRegistrantDetails",
            "ExtendReservation",
            "ConfirmFreeOrder",
            "InitiateThirdPartyProcessorPayment",
            "InitiateInvoicePayment",
            "AssignSeat",
            "UnassignSeat",
            "GetApplication",
            "GetConference",
            "ListConferences",
            "EstimateTotal",
            "GetSeatTypes",
            "GetDraftOrder",
            "GetPricedOrder",
            "LocateOrder",
            "GetOrderSeats",
            "GetPaymentDetails",
        ]
    );
    assert_eq!(may(Role::Registrant), may(Role::Kiosk));
    assert_eq!(
        may(Role::Processor),
        [
            "CompleteThirdPartyProcessorPayment",
            "CancelThirdPartyProcessorPayment",
            "ScriptThirdPartyProcessorPayment",
            "GetApplication",
            "GetConference",
            "ListConferences",
            "GetPaymentDetails",
        ]
    );
    for name in ["SettleAtDesk", "ListAttendees"] {
        assert!(may(Role::Desk).contains(&name), "{name}");
    }
}

#[test]
fn only_the_organizer_sees_the_owner_and_the_access_code_of_a_conference() {
    let stage = Stage::std_conference(10);
    let params = json!({ "conferenceId": CONFERENCE });
    let secret = stage.asks("GetConference", params.clone());
    let secrets = [text(&secret["accessCode"]), "Olga Owner".into(), "olga@example.org".into()];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Organizer) {
        for (method, params) in [("GetConference", params.clone()), ("ListConferences", json!({}))]
        {
            let answer = stage.inquire(role, method, params).unwrap().to_string();
            for secret in &secrets {
                assert!(!answer.contains(secret), "{method} tells {role:?} {secret}");
            }
        }
    }
}

#[test]
fn a_seat_type_is_hidden_from_registrants_until_it_is_announced() {
    let stage = Stage::new();
    stage.creates_conference(CONFERENCE, "cqrs-days");
    stage.defines_standard_seats(10);
    let params = json!({ "conferenceId": CONFERENCE });
    let seen = |role: Role| {
        let answer = stage.inquire(role, "GetSeatTypes", params.clone());
        answer.map(|answer| items(&answer["seatTypes"]).len()).map_err(|error| error.code)
    };
    assert_eq!(seen(Role::Registrant), Err("RefusedNotFound"));
    assert_eq!(seen(Role::Organizer), Ok(3));
    stage.organizes("PublishConference", params.clone());
    assert_eq!(seen(Role::Registrant), Ok(3));
}

#[test]
fn an_answer_to_a_registrant_never_holds_a_token() {
    let stage = Stage::std_conference(10);
    stage.registers(ANNA.order, &[(GA, 1)]);
    stage.gives_details(ANNA.order, &ANNA);
    let payment = stage.begins_to_pay(ANNA.order);
    let token = stage.app().processor_token(payment.parse().expect("an id"));
    for (method, params) in [
        ("GetPaymentDetails", json!({ "paymentId": payment })),
        ("GetDraftOrder", json!({ "orderId": ANNA.order })),
    ] {
        let answer = stage.inquire(Role::Registrant, method, params).unwrap();
        assert!(!answer.to_string().contains(&token), "{answer}");
    }
    let stream = json!({ "streamId": format!("payment-{payment}") });
    assert!(!stage.asks("GetHistory", stream).to_string().contains(&token));
}
