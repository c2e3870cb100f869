//! The settings of the server: what is refused, what is kept, and what nobody gets to see.

use app::{
    App, ClockChoice, OpenOptions, Opening, Role,
    backup::{Destination, Request, make, restore},
};
use serde_json::{Value, json};
use testkit::{MailServer, Stage};

use crate::given::{PASSWORD, form, form_with_login, office, told};

fn refused(stage: &Stage, changes: &Value) -> (&'static str, Option<String>) {
    let mail_server = MailServer::start();
    let mut form = form(&mail_server);
    for (field, value) in changes.as_object().expect("fields") {
        form[field] = value.clone();
    }
    let error = stage.refused(Role::Organizer, "SetMailServer", form);
    (error.code, error.field)
}

#[test]
fn every_mistake_is_told_at_its_field() {
    let stage = Stage::new();
    for (changes, code, field) in [
        (json!({ "server": " " }), "InvalidRequired", "server"),
        (json!({ "server": "smtp://example.org" }), "InvalidMailServer", "server"),
        (json!({ "server": "smtp.example.org:25" }), "InvalidMailServer", "server"),
        (json!({ "server": "a".repeat(254) }), "InvalidTooLong", "server"),
        (json!({ "port": 0 }), "InvalidPort", "port"),
        (json!({ "port": 65_536 }), "InvalidPort", "port"),
        (json!({ "server": "smtp.example.org" }), "InvalidMailSecurity", "security"),
        (json!({ "server": "192.168.1.1" }), "InvalidMailSecurity", "security"),
        (json!({ "user": "desk" }), "InvalidRequired", "password"),
        (json!({ "password": "x" }), "InvalidRequired", "user"),
        (json!({ "user": "desk\r\nQUIT", "password": "x" }), "InvalidField", "user"),
        (json!({ "user": "x".repeat(501), "password": "x" }), "InvalidTooLong", "user"),
        (json!({ "senderAddress": "" }), "InvalidRequired", "senderAddress"),
        (json!({ "senderAddress": "desk" }), "InvalidEmail", "senderAddress"),
        (json!({ "senderName": "CQRS\nDays" }), "InvalidField", "senderName"),
    ] {
        assert_eq!(refused(&stage, &changes), (code, Some(field.to_owned())), "{changes}");
    }
    let two = json!({ "server": "", "port": 0 });
    let mut form = form(&MailServer::start());
    form["server"] = two["server"].clone();
    form["port"] = two["port"].clone();
    let error = stage.refused(Role::Organizer, "SetMailServer", form);
    let errors = error.details.expect("all mistakes")["errors"].clone();
    assert_eq!(errors.as_array().map(Vec::len), Some(2));
    assert_eq!(told(&stage).get("server"), None);
}

#[test]
fn a_server_elsewhere_is_taken_with_tls() {
    let stage = Stage::new();
    let mut form = form(&MailServer::start());
    for (server, security) in [
        ("smtp.example.org", "tls"),
        ("smtp.example.org", "startTls"),
        ("localhost", "none"),
        ("::1", "none"),
    ] {
        form["server"] = json!(server);
        form["security"] = json!(security);
        stage.organizes("SetMailServer", form.clone());
        assert_eq!(told(&stage)["server"]["security"], security);
    }
}

#[test]
fn the_password_is_told_to_nobody_and_is_in_no_file_in_clear() {
    let mail_server = MailServer::start();
    let stage = office();
    stage.organizes("SetMailServer", form_with_login(&mail_server));
    let told = told(&stage);
    assert_eq!(told["server"]["hasPassword"], true);
    assert!(!told.to_string().contains(PASSWORD), "{told}");
    let stage = stage.reopened_after(|folder| assert_nowhere(PASSWORD, folder));
    assert_nowhere(PASSWORD, stage.folder());
    // Not even a refusal repeats it.
    let mut wrong = form_with_login(&mail_server);
    wrong["port"] = json!(0);
    let refusal = stage.refused(Role::Organizer, "SetMailServer", wrong);
    assert!(!format!("{refusal:?}").contains(PASSWORD));
    stage.app().close().expect("it closes");
}

fn assert_nowhere(word: &str, folder: &std::path::Path) {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"))
    {
        let bytes = std::fs::read(entry.path()).expect("a file");
        files += 1;
        let is_there = bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!is_there, "{} holds it", entry.path().display());
    }
    assert!(2 < files, "the database and its companions");
}

#[test]
fn the_password_is_kept_for_the_same_server_and_user_and_for_no_other() {
    let mail_server = MailServer::start();
    let stage = office();
    stage.organizes("SetMailServer", form_with_login(&mail_server));
    let mut again = form_with_login(&mail_server);
    again["password"] = Value::Null;
    again["senderName"] = json!("Another");
    again["port"] = json!(2525);
    stage.organizes("SetMailServer", again.clone());
    assert_eq!(told(&stage)["server"]["hasPassword"], true);
    for (field, value) in [("server", "localhost"), ("user", "somebody")] {
        let mut other = again.clone();
        other[field] = json!(value);
        let refused = stage.refused(Role::Organizer, "SetMailServer", other);
        assert_eq!((refused.code, refused.field.as_deref()), ("InvalidRequired", Some("password")));
    }
    let mut nobody = again;
    nobody["user"] = json!("");
    stage.organizes("SetMailServer", nobody);
    assert_eq!(told(&stage)["server"]["hasPassword"], false);
    stage.app().close().expect("it closes");
}

#[test]
fn a_restored_copy_has_the_mails_and_not_the_server() {
    let mail_server = MailServer::start();
    let stage = office();
    stage.organizes("SetMailServer", form_with_login(&mail_server));
    let shelf = tempfile::tempdir().expect("a folder");
    let request = Request {
        data: stage.folder().to_owned(),
        to: Destination::File(shelf.path().join("one.lanyard-backup")),
        with_key: true,
        is_at_rest: false,
        made_at: stage.app().clock().now(),
    };
    let backup = make(&request, |_| true).expect("a backup");
    let folder = shelf.path().join("restored");
    restore(&backup.file, &folder, |_| true).expect("restored");
    let (opening, clock) = (Opening::ExistingOrReal, ClockChoice::System);
    let app = App::open(OpenOptions { folder, opening, clock, codes: None }).expect("it opens");
    app.keep_sending();
    let organizer = app::Caller::new(Role::Organizer, "Web");
    let told = app.query(&organizer, "GetMailServer", json!({})).expect("an answer");
    let told: Value = serde_json::from_str(told.get()).expect("JSON");
    assert_eq!((told.get("server"), &told["counts"]["waiting"]), (None, &json!(1)));
    app.close().expect("it closes");
    stage.app().close().expect("it closes");
    assert_eq!(mail_server.calls(), 0);
}

#[test]
fn a_test_mail_goes_to_whom_the_organizer_says_and_a_refusal_says_why() {
    let mail_server = MailServer::start();
    let stage = office();
    let test = |to: &str| stage.attempt(Role::Organizer, "TestMailServer", json!({ "to": to }));
    assert_eq!(test("olga@example.org").unwrap_err().code, "RefusedNoMailServer");
    stage.organizes("SetMailServer", form(&mail_server));
    let wrong = test("olga").unwrap_err();
    assert_eq!((wrong.code, wrong.field.as_deref()), ("InvalidEmail", Some("to")));
    let mut once = json!({ "to": "olga@example.org" });
    once["commandId"] = json!(testkit::id(1));
    for _ in ["sent", "asked again"] {
        stage.organizes("TestMailServer", once.clone());
        assert_eq!(mail_server.received().len(), 1);
    }
    assert_eq!(told(&stage)["counts"]["sent"], 0, "it is none of the outbox");
    mail_server.refuses_senders();
    let refused = test("olga@example.org").unwrap_err();
    assert_eq!(refused.code, "RefusedMailNotSent");
    assert_eq!(refused.details.expect("why")["reason"], "sender");
    stage.app().close().expect("it closes");
}
