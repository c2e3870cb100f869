//! `lanyard mail`: queued mails sent over a server, or written as files.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use testkit::{ANNA, BORIS, CONFERENCE, GA, MailServer, conference_form, seat_type_form};

use crate::harness::{BINARY, Rpc, command};

const OLGA: &str = "olga@example.org";

/// A folder in which a conference was made and Anna and Boris have bought; it is at rest.
fn sold(folder: &Path, more: &[&str], server: Option<&mut MailServer>) {
    let mut rpc = Rpc::start(command(folder, more));
    rpc.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    rpc.call("CreateSeatType", &seat_type_form(GA, 10));
    rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
    for person in [ANNA, BORIS] {
        let order = person.order;
        rpc.call("RegisterToConference", &testkit::registration(order, &[(GA, 1)]));
        rpc.call("AssignRegistrantDetails", &testkit::details(order, &person));
        rpc.call("SettleAtDesk", &json!({ "orderId": order, "means": "cash" }));
    }
    assert!(rpc.end().1.success());
    if let Some(server) = server {
        let mut rpc = Rpc::start(command(folder, more));
        let form = form(server);
        // `rpc` would send by itself.
        server.goes_away();
        rpc.call("SetMailServer", &form);
        assert!(rpc.end().1.success());
        server.comes_back();
    }
}

fn form(server: &MailServer) -> Value {
    json!({
        "server": "127.0.0.1", "port": server.port(), "security": "none",
        "senderAddress": "desk@example.org", "senderName": "CQRS Days",
    })
}

fn mail(folder: &Path, arguments: &[&str]) -> Output {
    let data = folder.to_string_lossy().into_owned();
    let mut mail = Command::new(BINARY);
    mail.arg("mail").args(arguments).args(["--data", &data]);
    mail.output().expect("it runs")
}

fn told(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {said}"))
}

#[test]
fn what_is_queued_is_written_as_files_or_as_a_table_and_only_once() {
    let place = tempfile::tempdir().expect("a folder");
    let (data, out) = (place.path().join("data"), place.path().join("out"));
    sold(&data, &["--sandbox"], None);
    let to = out.to_string_lossy().into_owned();
    let exported = mail(&data, &["--sandbox", "--export", &to, "--json"]);
    assert!(exported.status.success());
    assert_eq!(told(&exported), json!({ "written": 3, "kept": 0, "folder": to }));
    let names: Vec<String> = crate::harness::files(&out).into_keys().collect();
    assert_eq!(
        names,
        ["000001-accessCode.eml", "000002-orderConfirmed.eml", "000003-orderConfirmed.eml"]
    );
    let again = mail(&data, &["--sandbox", "--export", &to]);
    let nothing = "nothing to write: no mail is waiting (3 exported before, 0 sent)\n";
    assert_eq!(String::from_utf8_lossy(&again.stdout), nothing);
    let again = mail(&data, &["--sandbox", "--export", &to, "--format", "csv"]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), nothing);
    assert_eq!(crate::harness::files(&out).len(), 3, "a table of nothing was written");

    let other = place.path().join("other");
    sold(&other, &["--sandbox"], None);
    let listed = mail(&other, &["--sandbox", "--export", &to, "--format", "csv"]);
    assert!(listed.status.success());
    let table = fs::read_to_string(out.join("mails.csv")).expect("a table");
    assert!(table.starts_with("mailId,queuedAt,template,to,subject,text\n"), "{table}");
    for address in [OLGA, ANNA.email, BORIS.email] {
        assert_eq!(table.matches(address).count(), 1, "{table}");
    }
}

#[test]
fn what_is_queued_is_sent_and_what_is_refused_is_told_by_the_exit_code() {
    let place = tempfile::tempdir().expect("a folder");
    let mut server = MailServer::start();
    server.refuses(BORIS.email);
    sold(place.path(), &[], Some(&mut server));
    let sent = mail(place.path(), &["--send", "--json"]);
    assert_eq!(sent.status.code(), Some(1));
    let report = told(&sent);
    assert_eq!(report["sent"], 2, "{report}");
    assert_eq!(report["notSent"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(report["notSent"][0]["reason"], "refused");
    assert!(!report.to_string().contains(BORIS.email), "{report}");
    assert_eq!((&report["counts"]["sent"], &report["counts"]["waiting"]), (&json!(2), &json!(1)));
    let to: Vec<String> = server.received().into_iter().map(|letter| letter.to).collect();
    assert_eq!(to, [OLGA, ANNA.email]);

    server.takes(BORIS.email);
    let sent = mail(place.path(), &["--send"]);
    assert_eq!(String::from_utf8_lossy(&sent.stdout), "1 mail sent\n");
    assert!(sent.status.success());
}

#[test]
fn without_a_server_and_from_a_sandbox_nothing_is_sent() {
    let place = tempfile::tempdir().expect("a folder");
    let (real, sandbox) = (place.path().join("real"), place.path().join("sandbox"));
    sold(&real, &[], None);
    let refused = mail(&real, &["--send"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.starts_with("lanyard: no mail server is set; set one first"), "{said}");
    let mut server = MailServer::start();
    sold(&sandbox, &["--sandbox"], Some(&mut server));
    let refused = mail(&sandbox, &["--sandbox", "--send"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "lanyard: from a sandbox, a demo or a copy nothing is ever sent; `lanyard mail --export DIR` \
         writes the mails as files\n"
    );
    assert_eq!(server.calls(), 0);
}
