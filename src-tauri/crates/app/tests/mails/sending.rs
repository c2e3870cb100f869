//! Sending over a server that takes everything, refuses, breaks off, or is away.

use std::collections::BTreeSet;

use app::{App, ClockChoice, OpenOptions, Opening, Role};
use serde_json::json;
use testkit::{ANNA, BORIS, CARLA, CONFERENCE, GA, MailServer, Stage, items, text};

use crate::given::{
    TOKEN, all_sent, form, form_with_login, mails, office, sending_office, to, told, wait_until,
};

const OLGA: &str = "olga@example.org";

#[test]
fn what_is_queued_is_sent_in_order_and_is_done_when_the_server_has_accepted_it() {
    let mail_server = MailServer::start();
    mail_server.holds_its_answers();
    let stage = sending_office(&mail_server);
    // The server has the first one and says nothing; selling goes on.
    while mail_server.received().is_empty() {
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.assigns(ANNA.order, 0, &BORIS);
    assert_eq!(to(&stage, "waiting"), [OLGA, ANNA.email, BORIS.email]);
    assert_eq!(told(&stage)["counts"]["sent"], 0);
    mail_server.answers();
    all_sent(&stage, 3);
    let received = mail_server.received();
    let order: Vec<&str> = received.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(order, [OLGA, ANNA.email, BORIS.email]);
    let ids: BTreeSet<String> = received.iter().map(|one| one.header("Message-ID")).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(received[2].data.contains("you have a seat"));
    let sent = mails(&stage, "sent");
    assert_eq!(sent[0]["to"], BORIS.email, "the newest first");
    assert!(sent.iter().all(|mail| mail["leftAt"].is_string()), "{sent:?}");
    stage.app().close().expect("it closes");
}

#[test]
fn one_refused_recipient_keeps_nobody_back_and_is_named_until_somebody_tries_again() {
    let mail_server = MailServer::start();
    mail_server.refuses(BORIS.email);
    let stage = office();
    for person in [ANNA, BORIS, CARLA] {
        stage.buys(&person, &[(GA, 1)]);
    }
    stage.organizes("SetMailServer", form(&mail_server));
    stage.app().keep_sending();
    wait_until(&stage, |told| told["counts"]["sent"] == 3);
    let waiting = mails(&stage, "waiting");
    assert_eq!((&waiting[0]["to"], &waiting[0]["attempts"]), (&json!(BORIS.email), &json!(1)));
    let said = text(&waiting[0]["lastError"]);
    assert!(said.contains("550") && !said.to_lowercase().contains("boris"), "{said}");
    assert!(waiting[0]["nextTryAt"].is_string());
    for attempts in [2, 3] {
        stage.organizes("SendMails", json!({}));
        wait_until(&stage, |_| {
            let kept = ["waiting", "undeliverable"].map(|state| mails(&stage, state)).concat();
            kept[0]["attempts"] == attempts
        });
    }
    let told = told(&stage);
    assert_eq!(
        (&told["counts"]["undeliverable"], &told["counts"]["waiting"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(told.get("failure"), None, "the server works");
    let aside = mails(&stage, "undeliverable");
    assert!(text(&aside[0]["subject"]).contains("Your order is confirmed"));

    mail_server.takes(BORIS.email);
    stage.organizes("RetryMails", json!({ "mailIds": [aside[0]["mailId"]] }));
    all_sent(&stage, 4);
    assert_eq!(
        mail_server.received().last().map(|one| one.to.clone()).as_deref(),
        Some(BORIS.email)
    );
    stage.app().close().expect("it closes");
}

#[test]
fn a_connection_that_breaks_off_loses_nothing_and_the_repeat_can_be_recognised() {
    let mail_server = MailServer::start();
    mail_server.breaks_off();
    let stage = office();
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.organizes("SetMailServer", form(&mail_server));
    stage.app().keep_sending();
    let told = wait_until(&stage, |told| told["failure"]["reason"] == "interrupted");
    assert_eq!((&told["counts"]["sent"], &told["counts"]["waiting"]), (&json!(0), &json!(2)));
    assert_eq!(mails(&stage, "waiting")[0]["attempts"], 1);
    stage.organizes("SendMails", json!({}));
    all_sent(&stage, 2);
    let received = mail_server.received();
    let order: Vec<&str> = received.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(order, [OLGA, OLGA, ANNA.email]);
    assert_eq!(received[0].header("Message-ID"), received[1].header("Message-ID"));
    assert_eq!(self::told(&stage).get("failure"), None);
    stage.app().close().expect("it closes");
}

#[test]
fn a_server_that_is_away_is_told_of_and_gets_everything_when_it_is_back() {
    let mut mail_server = MailServer::start();
    mail_server.goes_away();
    let stage = sending_office(&mail_server);
    stage.buys(&ANNA, &[(GA, 1)]);
    let away = wait_until(&stage, |told| told["failure"].is_object());
    assert_eq!(away["failure"]["reason"], "unreachable");
    assert!(away["failure"]["nextTryAt"].as_str() > away["failure"]["at"].as_str());
    assert_eq!(to(&stage, "waiting"), [OLGA, ANNA.email]);
    assert_eq!(mails(&stage, "waiting")[0]["attempts"], 0, "no letter is to blame");
    mail_server.comes_back();
    stage.organizes("SendMails", json!({}));
    all_sent(&stage, 2);
    assert_eq!(told(&stage).get("failure"), None);
    stage.app().close().expect("it closes");
}

#[test]
fn a_wrong_password_sets_no_mail_aside() {
    let mail_server = MailServer::start();
    mail_server.wants_login(TOKEN);
    let stage = office();
    let mut wrong = form_with_login(&mail_server);
    wrong["password"] = json!("another");
    stage.organizes("SetMailServer", wrong);
    stage.app().keep_sending();
    wait_until(&stage, |told| told["failure"]["reason"] == "login");
    assert_eq!(mails(&stage, "waiting")[0]["attempts"], 0);
    stage.organizes("SetMailServer", form_with_login(&mail_server));
    all_sent(&stage, 1);
    stage.app().close().expect("it closes");
}

#[test]
fn the_server_is_remembered_and_what_was_not_sent_is_sent_after_a_restart() {
    let mut mail_server = MailServer::start();
    mail_server.wants_login(TOKEN);
    mail_server.goes_away();
    let stage = office();
    stage.organizes("SetMailServer", form_with_login(&mail_server));
    stage.app().keep_sending();
    wait_until(&stage, |told| told["failure"].is_object());
    let stage = stage.restarted();
    assert_eq!(told(&stage)["isSending"], false, "this process was not asked to");
    mail_server.comes_back();
    stage.app().keep_sending();
    all_sent(&stage, 1);
    // What is sent stays sent.
    let stage = stage.restarted();
    stage.app().keep_sending();
    stage.buys(&ANNA, &[(GA, 1)]);
    all_sent(&stage, 2);
    assert_eq!(mail_server.received().len(), 2);
    stage.app().close().expect("it closes");
}

#[test]
fn a_mail_that_was_accepted_when_nobody_listened_any_more_is_sent_once_more() {
    let mail_server = MailServer::start();
    mail_server.holds_its_answers();
    let stage = sending_office(&mail_server);
    while mail_server.received().is_empty() {
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    // Closing waits a little for the answer, and then no longer.
    let stage = stage.restarted();
    assert_eq!(told(&stage)["counts"]["sent"], 0);
    mail_server.answers();
    stage.app().keep_sending();
    all_sent(&stage, 1);
    let ids = mail_server.received().iter().map(|one| one.header("Message-ID")).collect::<Vec<_>>();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    stage.app().close().expect("it closes");
}

#[test]
fn nobody_who_was_erased_gets_a_mail_nor_whom_a_seat_was_taken_from() {
    let mail_server = MailServer::start();
    let stage = office();
    stage.buys(&ANNA, &[(GA, 1)]);
    stage.buys(&CARLA, &[(GA, 1)]);
    stage.assigns(ANNA.order, 0, &ANNA);
    stage.assigns(ANNA.order, 0, &BORIS);
    let row = stage.row(CARLA.order);
    let erase = json!({ "personId": row["registrantId"], "reason": "asked for it" });
    stage.organizes("ErasePerson", erase);
    stage.organizes("SetMailServer", form(&mail_server));
    stage.app().keep_sending();
    all_sent(&stage, 3);
    let received = mail_server.received();
    let order: Vec<&str> = received.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(order, [OLGA, ANNA.email, BORIS.email]);
    stage.app().close().expect("it closes");
}

#[test]
fn from_a_sandbox_or_a_copy_to_look_at_nothing_is_ever_sent() {
    let mail_server = MailServer::start();
    let sandbox = Stage::std_conference(10);
    sandbox.organizes("SetMailServer", form(&mail_server));
    sandbox.app().keep_sending();
    let told_there = told(&sandbox);
    assert_eq!(
        (&told_there["isSending"], &told_there["isTestFolder"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(told_there["actions"], json!(["remove"]));
    for (method, params) in [("SendMails", json!({})), ("TestMailServer", json!({ "to": OLGA }))] {
        let refused = sandbox.refused(Role::Organizer, method, params);
        assert_eq!(refused.code, "RefusedTestFolder", "{method}");
    }
    let refused = |app: &App| app.send_mails(&mut |_| true).expect_err("it is refused").code;
    assert_eq!(refused(sandbox.app()), "RefusedTestFolder");

    let office = office();
    office.organizes("SetMailServer", form(&mail_server));
    let (folder, opening) = (office.folder().to_owned(), Opening::ExistingOrReal);
    office.app().close().expect("it closes");
    let options = OpenOptions { folder, opening, clock: ClockChoice::System, codes: None };
    let look = App::open_to_look(options).expect("a copy");
    look.keep_sending();
    assert_eq!(refused(&look), "RefusedTestFolder");
    look.close().expect("it closes");
    assert_eq!(mail_server.calls(), 0);
}

#[test]
fn without_a_server_mails_wait_and_nobody_is_promised_one() {
    let stage = office();
    stage.app().keep_sending();
    let promises = || stage.asks("GetApplication", json!({}))["sendsMails"].clone();
    let none = told(&stage);
    assert_eq!((none.get("server"), &none["isSending"]), (None, &json!(false)));
    assert_eq!((&none["counts"]["waiting"], &none["actions"]), (&json!(1), &json!([])));
    assert_eq!(promises(), false);
    let refused = stage.refused(Role::Organizer, "SendMails", json!({}));
    assert_eq!(refused.code, "RefusedNoMailServer");
    let mail_server = MailServer::start();
    stage.organizes("SetMailServer", form(&mail_server));
    assert_eq!(promises(), true);
    all_sent(&stage, 1);
    stage.organizes("RemoveMailServer", json!({}));
    assert_eq!(promises(), false);
    stage.buys(&ANNA, &[(GA, 1)]);
    assert_eq!(told(&stage)["counts"]["waiting"], 1);
    stage.app().close().expect("it closes");
}

#[test]
fn pages_of_mails_join_without_a_gap() {
    let stage = Stage::std_conference(10);
    for person in [ANNA, BORIS, CARLA] {
        stage.buys(&person, &[(GA, 1)]);
    }
    let page = |state: &str, after: Option<i64>| {
        stage.asks("ListMails", json!({ "state": state, "after": after, "limit": 2 }))
    };
    let first = page("waiting", None);
    let second = page("waiting", first["next"].as_i64());
    let all = [items(&first["items"]).clone(), items(&second["items"]).clone()].concat();
    assert_eq!(all, mails(&stage, "waiting"));
    assert_eq!((all.len(), second.get("next")), (4, None));
    let ids: Vec<_> = all.iter().map(|mail| mail["mailId"].clone()).collect();
    stage.organizes("MarkMailsExported", json!({ "mailIds": ids }));
    let newest = page("exported", None);
    assert_eq!(items(&newest["items"])[0]["mailId"], ids[3]);
    assert_eq!(to(&stage, "exported").len(), 4);
    assert_eq!(told(&stage)["counts"]["exported"], 4);
    let history = json!({ "conferenceId": CONFERENCE });
    let before = stage.asks("GetHistory", history.clone());
    stage.organizes("RetryMails", json!({ "mailIds": ids }));
    assert_eq!(told(&stage)["counts"]["exported"], 4, "what left does not come back");
    assert_eq!(stage.asks("GetHistory", history), before, "none of this is an event");
}
