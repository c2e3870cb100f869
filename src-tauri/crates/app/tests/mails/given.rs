//! What the stories here begin with.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{MailServer, Stage, items, text};

/// Stands in no file in clear.
pub const PASSWORD: &str = "Kanarienvogel";
/// `\0desk\0Kanarienvogel` in base64.
pub const TOKEN: &str = "AGRlc2sAS2FuYXJpZW52b2dlbA==";
/// What never comes fails its test instead of stopping all of them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The form of a server on this computer.
pub fn form(mail_server: &MailServer) -> Value {
    json!({
        "server": "127.0.0.1", "port": mail_server.port(), "security": "none",
        "senderAddress": "desk@example.org", "senderName": "CQRS Days",
    })
}

/// As [`form`], with a user and a password.
pub fn form_with_login(mail_server: &MailServer) -> Value {
    let mut form = form(mail_server);
    form["user"] = json!("desk");
    form["password"] = json!(PASSWORD);
    form
}

/// A real folder with the standard conference; its owner's access code waits in the outbox.
pub fn office() -> Stage {
    let stage = Stage::real();
    stage.opens_std_conference(10);
    stage
}

/// An office that sends by itself over this server.
pub fn sending_office(mail_server: &MailServer) -> Stage {
    let stage = office();
    stage.organizes("SetMailServer", form(mail_server));
    stage.app().keep_sending();
    stage
}

/// How it stands with the mails.
pub fn told(stage: &Stage) -> Value {
    stage.asks("GetMailServer", json!({}))
}

/// The mails in a state.
pub fn mails(stage: &Stage, state: &str) -> Vec<Value> {
    items(&stage.asks("ListMails", json!({ "state": state }))["items"]).clone()
}

/// To whom the mails in a state go.
pub fn to(stage: &Stage, state: &str) -> Vec<String> {
    mails(stage, state).iter().map(|mail| text(&mail["to"])).collect()
}

/// Waits for something that another thread brings about.
#[track_caller]
pub fn wait_until(stage: &Stage, is_so: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let told = told(stage);
        if is_so(&told) {
            return told;
        }
        assert!(began.elapsed() < LONGEST_WAIT, "it did not come: {told}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Waits until so many are sent, and none waits.
#[track_caller]
pub fn all_sent(stage: &Stage, count: i64) {
    wait_until(stage, |told| {
        told["counts"]["sent"] == count && told["counts"]["waiting"] == json!(0)
    });
}
