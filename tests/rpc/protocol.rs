//! Whatever a line contains, it is answered as JSON-RPC 2.0 says, and the program lives on.

use std::{collections::BTreeSet, process::Stdio};

use app::use_cases::{COMMANDS, QUERIES};
use serde_json::{Value, json};
use testkit::{ANNA, CONFERENCE, GA, conference_form, registration, seat_type_form};

use crate::harness::{BINARY, Rpc, SANDBOX, command, line};

fn started() -> (tempfile::TempDir, Rpc) {
    let folder = tempfile::tempdir().expect("a folder");
    let rpc = Rpc::sandbox(folder.path());
    (folder, rpc)
}

fn open_conference(rpc: &mut Rpc) {
    rpc.call("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    rpc.call("CreateSeatType", &seat_type_form(GA, 100_000));
    rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
}

#[test]
fn what_is_wrong_with_a_request_is_told_by_code_and_field() {
    let (_folder, mut rpc) = started();
    let mut refused = |method: &str, params: Value| {
        let answer = rpc.request(method, &params);
        let error = &answer["error"];
        assert!(answer["result"].is_null() && error["message"].is_string(), "{answer}");
        (error["code"].clone(), error["data"]["code"].clone(), error["data"]["field"].clone())
    };
    let invalid = |field: &str| (json!(-32602), json!("InvalidRequest"), json!(field));

    let (code, name, _) = refused("DropDatabase", json!({}));
    assert_eq!((code, name), (json!(-32601), json!("InvalidMethod")));
    let mut unknown_field = registration(ANNA.order, &[(GA, 1)]);
    unknown_field["discount"] = json!(100);
    assert_eq!(refused("RegisterToConference", unknown_field), invalid("discount"));
    let mut wrong_type = registration(ANNA.order, &[(GA, 1)]);
    wrong_type["seats"][0]["quantity"] = json!("one");
    assert_eq!(refused("RegisterToConference", wrong_type), invalid("seats[0].quantity"));
    assert_eq!(refused("GetDraftOrder", json!({})), invalid("orderId"));
    assert_eq!(refused("GetDraftOrder", json!({ "orderId": "x" })), invalid("orderId"));
    assert_eq!(refused("GetDraftOrder", json!([1])), invalid("params"));
    assert_eq!(refused("AdvanceClock", json!({ "seconds": -1 })), invalid("seconds"));
    let (code, name, field) = refused("CreateConference", conference_form(CONFERENCE, "create"));
    assert_eq!((code, name, field), (json!(-32000), json!("InvalidSlugReserved"), json!("slug")));
}

#[test]
fn broken_lines_are_answered_and_the_next_one_works() {
    let (_folder, mut rpc) = started();
    let deep = "[".repeat(100_000);
    let too_long = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#, "x".repeat(3 << 20));
    for (bytes, code) in [
        (&b"{"[..], -32700),
        (b"nonsense", -32700),
        (b"\xff\xfe{}", -32700),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xc3\x28\"}", -32700),
        (deep.as_bytes(), -32700),
        (b"[]", -32600),
        (b"1", -32600),
        (b"{}", -32600),
        (br#"{"jsonrpc":"1.0","id":1,"method":"GetApplication"}"#, -32600),
        (br#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (br#"{"jsonrpc":"2.0","id":{},"method":"GetApplication"}"#, -32600),
        (br#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
        (too_long.as_bytes(), -32600),
    ] {
        let answer = rpc.say(bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        // A line that nests too deeply is broken or no request: both are right.
        let told = answer["error"]["code"].as_i64().unwrap();
        assert!(told == code || bytes == deep.as_bytes(), "{shown}: {answer}");
        assert_eq!(rpc.call("GetApplication", &json!({}))["mode"], "sandbox");
    }
}

#[test]
fn blank_lines_and_unusual_ids_are_fine() {
    let (_folder, mut rpc) = started();
    rpc.send(b"\n  \r\n\n");
    for id in ["\"a b\"", "-1", "1.5"] {
        let line = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"GetApplication\"}}\r");
        let answer = rpc.say(line.as_bytes());
        assert_eq!(answer["id"].to_string(), id);
        assert_eq!(answer["result"]["clockIsManual"], true);
    }
}

#[test]
fn a_notification_is_carried_out_and_not_answered() {
    let (_folder, mut rpc) = started();
    let form = conference_form(CONFERENCE, "cqrs-days");
    let notification = json!({ "jsonrpc": "2.0", "method": "CreateConference", "params": form });
    rpc.send(format!("{notification}\n").as_bytes());
    let published = rpc.call("PublishConference", &json!({ "conferenceId": CONFERENCE }));
    assert!(published["position"].is_i64(), "{published}");
    let shown = rpc.call("GetConference", &json!({ "conferenceId": CONFERENCE }));
    assert_eq!(shown["isPublished"], true);
}

#[test]
fn more_requests_than_may_be_in_flight_are_all_answered_though_the_input_ends() {
    let (_folder, mut rpc) = started();
    open_conference(&mut rpc);
    let count = 1_500;
    let mut lines = String::new();
    for number in 0..count {
        let order = testkit::id(number);
        if number % 3 == 2 {
            let params = json!({ "conferenceId": CONFERENCE });
            lines.push_str(&line(1_000 + number, "GetSeatTypes", &params));
        } else {
            let params = registration(&order, &[(GA, 1)]);
            lines.push_str(&line(1_000 + number, "RegisterToConference", &params));
        }
    }
    assert!(rpc.send(lines.as_bytes()));
    let (answers, status) = rpc.end();
    assert_eq!(status.code(), Some(0));
    let answered: BTreeSet<u64> = answers.iter().filter_map(|one| one["id"].as_u64()).collect();
    assert_eq!(answered, (1_000..1_000 + count).collect());
    assert!(answers.iter().all(|answer| answer["error"].is_null()));
}

#[test]
fn at_the_end_of_input_the_folder_is_at_rest() {
    let (folder, mut rpc) = started();
    open_conference(&mut rpc);
    let (answers, status) = rpc.end();
    assert_eq!((answers.len(), status.code()), (0, Some(0)));
    let left: Vec<_> = crate::harness::files(folder.path()).into_keys().collect();
    assert!(!left.iter().any(|name| name.ends_with("-wal") || name.ends_with("-shm")), "{left:?}");
}

#[test]
fn the_schema_names_every_method_and_needs_no_folder() {
    let output = std::process::Command::new(BINARY)
        .args(["rpc", "--schema", "--data", "/nonexistent/folder"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success());
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> = schema["methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method["name"].as_str().unwrap())
        .collect();
    for case in COMMANDS.iter().chain(QUERIES) {
        assert!(names.contains(&case.name), "{} is not in the schema", case.name);
    }
    // Every reference leads somewhere.
    let text = schema.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = &reference[..reference.find('"').unwrap()];
        assert!(schema["components"]["schemas"][name].is_object(), "{name} is not defined");
    }
}

#[test]
fn s54_a_kiosk_calls_no_organizers_command_whatever_it_sends() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut arguments = SANDBOX.to_vec();
    arguments.extend(["--role", "kiosk"]);
    let mut rpc = Rpc::start(command(folder.path(), &arguments));
    let answer = rpc.request("CreateConference", &conference_form(CONFERENCE, "cqrs-days"));
    assert_eq!(answer["error"]["data"]["code"], "RefusedRole");
    let mut claims = conference_form(CONFERENCE, "cqrs-days");
    claims["role"] = json!("organizer");
    assert_eq!(rpc.request("CreateConference", &claims)["error"]["code"], -32602);
    assert_eq!(rpc.call("ListConferences", &json!({}))["items"], json!([]));
}

#[test]
fn a_clock_that_was_not_stopped_cannot_be_advanced() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rpc = Rpc::start(command(folder.path(), &["--sandbox"]));
    let answer = rpc.request("AdvanceClock", &json!({ "seconds": 60 }));
    assert_eq!(answer["error"]["data"]["code"], "RefusedClock");
}

#[test]
fn a_stopped_clock_stands_still_over_restarts_and_moves_as_told() {
    let (folder, mut rpc) = started();
    open_conference(&mut rpc);
    rpc.call("RegisterToConference", &registration(ANNA.order, &[(GA, 1)]));
    let before = rpc.call("GetApplication", &json!({}))["now"].clone();
    assert!(rpc.end().1.success());
    let mut rpc = Rpc::sandbox(folder.path());
    assert_eq!(rpc.call("GetApplication", &json!({}))["now"], before);
    let advanced = rpc.call("AdvanceClock", &json!({ "seconds": 29 * 60 }));
    let order = json!({ "orderId": ANNA.order, "atLeast": advanced["position"] });
    assert_eq!(rpc.call("GetDraftOrder", &order)["state"], "Rejected");
    assert!(rpc.end().1.success());
    let mut rpc = Rpc::sandbox(folder.path());
    assert_eq!(rpc.call("GetApplication", &json!({}))["now"], advanced["now"]);
}
