//! Letters on their way: by SMTP to a server that really speaks it, and as files.

use std::fs;

use kernel::Timestamp;
use mail::{Cause, EmlFiles, Letter, Login, MailTransport, Security, Server, Smtp};
use testkit::{ANNA, BORIS, MailServer, Person};

/// `\0desk\0Kanarienvogel` in base64.
const TOKEN: &str = "AGRlc2sAS2FuYXJpZW52b2dlbA==";

fn server(mail_server: &MailServer) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port: mail_server.port(),
        security: Security::None,
        login: None,
        sender: "CQRS Days <desk@example.org>".parse().expect("a sender"),
    }
}

fn login() -> Login {
    Login { user: "desk".to_owned(), password: "Kanarienvogel".to_owned() }
}

fn letter(number: i64, person: &Person) -> Letter {
    Letter {
        number,
        template: "ticket".to_owned(),
        key: format!("0193-{number}"),
        to: person.email.to_owned(),
        subject: "Your ticket / Ihre Eintrittskarte für Zoë".to_owned(),
        text: "Hello\n.\nGrüße\n".to_owned(),
        at: Timestamp::from_micros(1_795_426_200_000_000),
    }
}

#[test]
fn letters_go_one_after_the_other_over_one_connection() {
    let mail_server = MailServer::start();
    let mut smtp = Smtp::new(server(&mail_server));
    smtp.send(&letter(1, &ANNA)).unwrap();
    smtp.send(&letter(2, &BORIS)).unwrap();
    drop(smtp);
    let received = mail_server.received();
    let to: Vec<&str> = received.iter().map(|one| one.to.as_str()).collect();
    assert_eq!(to, [ANNA.email, BORIS.email]);
    assert_eq!(received[0].header("Message-ID"), "<0193-1@example.org>");
    assert_eq!(received[0].header("From"), "\"CQRS Days\" <desk@example.org>");
    assert_eq!(received[0].header("Auto-Submitted"), "auto-generated");
    assert_eq!(received[0].header("Date"), "Mon, 23 Nov 2026 09:30:00 +0000");
    assert!(received[0].data.is_ascii(), "an older server takes it too");
    assert_eq!(mail_server.calls(), 1);
    assert_eq!(mail_server.said().last().map(String::as_str), Some("QUIT"));
}

#[test]
fn a_file_holds_what_would_be_sent() {
    let mail_server = MailServer::start();
    Smtp::new(server(&mail_server)).send(&letter(1, &ANNA)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("mails");
    let mut files = EmlFiles::new(place.clone(), server(&mail_server).sender).unwrap();
    files.send(&letter(1, &ANNA)).unwrap();
    let file = fs::read_to_string(place.join("000001-ticket.eml")).unwrap();
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    // On the way, a point at the beginning of a line is doubled.
    let sent = mail_server.received()[0].data.replace("\n..\n", "\n.\n");
    assert_eq!(lines(&file), lines(&sent));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "nothing half written is left");
}

#[test]
fn a_refused_letter_keeps_no_other_one_back() {
    let mail_server = MailServer::start();
    mail_server.refuses(ANNA.email);
    let mut smtp = Smtp::new(server(&mail_server));
    let refused = smtp.send(&letter(1, &ANNA)).unwrap_err();
    assert_eq!(refused.cause, Cause::Refused);
    assert!(refused.text.contains("550") && !refused.text.contains(ANNA.email), "{refused}");
    smtp.send(&letter(2, &BORIS)).unwrap();
    mail_server.takes(ANNA.email);
    mail_server.puts_off(ANNA.email);
    assert_eq!(smtp.send(&letter(1, &ANNA)).unwrap_err().cause, Cause::Later);
    assert_eq!((mail_server.received().len(), mail_server.calls()), (1, 1));
}

#[test]
fn a_letter_whose_answer_does_not_come_may_have_arrived() {
    let mail_server = MailServer::start();
    mail_server.breaks_off();
    let mut smtp = Smtp::new(server(&mail_server));
    assert_eq!(smtp.send(&letter(1, &ANNA)).unwrap_err().cause, Cause::Interrupted);
    smtp.send(&letter(1, &ANNA)).unwrap();
    let received = mail_server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("Message-ID"), received[1].header("Message-ID"));
}

#[test]
fn a_connection_that_was_ended_meanwhile_is_made_anew() {
    let mail_server = MailServer::start();
    let mut smtp = Smtp::new(server(&mail_server));
    smtp.send(&letter(1, &ANNA)).unwrap();
    mail_server.hangs_up();
    smtp.send(&letter(2, &BORIS)).unwrap();
    assert_eq!((mail_server.received().len(), mail_server.calls()), (2, 2));
}

#[test]
fn what_is_the_servers_fault_is_no_letters() {
    let mut mail_server = MailServer::start();
    let cause = |server: Server| Smtp::new(server).send(&letter(1, &ANNA)).unwrap_err().cause;
    mail_server.wants_login(TOKEN);
    assert_eq!(cause(server(&mail_server)), Cause::Login, "it wants a password");
    let wrong = Login { password: "canary".to_owned(), ..login() };
    assert_eq!(cause(Server { login: Some(wrong), ..server(&mail_server) }), Cause::Login);
    let right = || Server { login: Some(login()), ..server(&mail_server) };
    Smtp::new(right()).send(&letter(1, &ANNA)).unwrap();
    mail_server.refuses_senders();
    assert_eq!(cause(right()), Cause::Sender);
    let server = right();
    mail_server.goes_away();
    assert_eq!(cause(server), Cause::Unreachable);
}

#[test]
fn a_password_is_never_told_where_others_could_read_it() {
    let mail_server = MailServer::start();
    for security in [Security::StartTls, Security::Tls] {
        let server = Server { security, login: Some(login()), ..server(&mail_server) };
        let error = Smtp::new(server).send(&letter(1, &ANNA)).unwrap_err();
        assert_eq!(error.cause, Cause::Insecure, "{security:?}: {error}");
    }
    assert!(!mail_server.said().iter().any(|line| line.starts_with("AUTH")));
    assert!(!format!("{:?}", server(&mail_server)).contains("Kanarienvogel"));
    assert!(!format!("{:?}", login()).contains("Kanarienvogel"));
}
