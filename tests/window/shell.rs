//! What the shell keeps from a page, whatever script runs in it.

use serde_json::{Value, json};

use crate::harness::{Launch, Window};
use crate::page::button;

/// Ids of ours, so that what fails can be looked up.
const CONFERENCE: &str = "01999999-0000-7000-8000-000000000001";
const SEAT_TYPE: &str = "01999999-0000-7000-8000-000000000002";
const ORDER: &str = "01999999-0000-7000-8000-000000000003";
const PAYMENT: &str = "01999999-0000-7000-8000-000000000004";

/// A button that no page of ours has.
const PLANT_A_BUTTON: &str = "
    const button = document.createElement('button');
    button.textContent = 'Leave';
    document.body.replaceChildren(button);";

#[test]
fn a_page_can_call_only_what_its_capability_names() {
    let window = Window::open();
    for command in [
        "processor_token",
        "plugin:webview|create_webview_window",
        "plugin:window|create",
        "plugin:window|close",
        "plugin:event|emit",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:webview|internal_toggle_devtools",
        "no_such_command",
    ] {
        let refusal = window.invoke(command, json!({})).expect_err(command);
        assert!(says_not_allowed(&refusal), "{command}: {refusal}");
    }
}

#[test]
fn a_page_cannot_leave_the_application() {
    let window = Window::open();
    let before = window.script("return location.href", vec![]);
    for way in [
        "location.href = 'https://example.org/'",
        "location.href = 'file:///etc/passwd'",
        "location.href = 'data:text/html,<h1>gone</h1>'",
        "open('tauri://localhost/')",
        "open('https://example.org/')",
    ] {
        // Really clicked, because a page may open windows only then.
        window.script(&format!("{PLANT_A_BUTTON} button.onclick = () => {{ {way} }}"), vec![]);
        window.click(&button("Leave"));
        window.watch_that(way, |window| {
            window.windows() == 1 && window.script("return location.href", vec![]) == before
        });
    }
}

#[test]
fn a_page_reaches_nothing_but_the_application() {
    let window = Window::open();
    let script = "
        const frame = document.createElement('iframe');
        frame.srcdoc = '<h1>hello</h1>';
        document.body.append(frame);
        let evaluated = true;
        try { eval('1'); } catch { evaluated = false; }
        Object.prototype.planted = 1;
        const inline = document.createElement('script');
        inline.textContent = 'window.planted = 1';
        document.body.append(inline);
        return [evaluated, 'planted' in {}, '__TAURI__' in window];";
    assert_eq!(window.script(script, vec![]), json!([false, false, false]));

    let fetch = "
        const [done] = arguments;
        fetch('http://127.0.0.1:9/').then(() => done('fetched'), (error) => done(error.message));";
    let answer = window.runtime.block_on(window.client.execute_async(fetch, vec![]));
    let answer = answer.expect("the script runs");
    assert_ne!(answer, json!("fetched"));
}

#[test]
fn only_the_processors_window_gets_a_payments_token_and_only_once() {
    let window = Window::open();
    start_a_payment(&window);
    let refusal = window.invoke("processor_token", json!({})).expect_err("not for this window");
    assert!(says_not_allowed(&refusal), "{refusal}");
    window.in_processor(|processor| {
        // Whoever asked first has it, the page or this test; nobody gets it again.
        let _ = processor.invoke("processor_token", json!({}));
        let again = processor.invoke("processor_token", json!({}));
        assert_eq!(again, Ok(Value::Null));
        for command in ["open_sample", "plugin:window|close", "plugin:event|emit"] {
            let refusal = processor.invoke(command, json!({})).expect_err(command);
            assert!(says_not_allowed(&refusal), "{command}: {refusal}");
        }
        let refusal = processor
            .execute("PublishConference", json!({ "conferenceId": CONFERENCE }))
            .expect_err("not the processor's");
        assert_eq!(refusal["code"], "RefusedRole");
    });
}

#[test]
fn the_window_in_which_a_registrant_pays_cannot_answer_for_the_processor() {
    let window = Window::open();
    start_a_payment(&window);
    for method in ["CompleteThirdPartyProcessorPayment", "CancelThirdPartyProcessorPayment"] {
        let params = json!({ "paymentId": PAYMENT });
        let refusal = window.execute(method, params).expect_err("it has no token");
        assert_eq!(refusal["code"], "RefusedWrongToken", "{method}");
    }
    let order = window.query("GetDraftOrder", json!({ "orderId": ORDER })).expect("an order");
    assert_eq!(order["state"], "ReservationCompleted");
}

#[test]
fn the_processors_window_comes_back_when_it_is_asked_for_again() {
    let window = Window::open();
    start_a_payment(&window);
    window.in_processor(|processor| assert_eq!(processor.windows(), 2));
    window.close_processor();
    let payment = json!({ "paymentId": PAYMENT, "orderId": ORDER });
    window.execute("InitiateThirdPartyProcessorPayment", payment).expect("it is begun already");
    window.in_processor(|processor| {
        assert_eq!(processor.route(), format!("/processor/{PAYMENT}"));
    });
}

#[test]
fn the_kiosk_fills_the_screen_and_does_not_close() {
    let kiosk = Launch::kiosk().open();
    let screen = "return [innerWidth === screen.width, innerHeight === screen.height]";
    kiosk.wait_until("it fills the screen", |kiosk| {
        kiosk.script(screen, vec![]) == json!([true, true])
    });
    let in_front = ["getactivewindow"];
    let kiosks_own = kiosk.screen.xdotool(&in_front);
    for keys in ["alt+F4", "ctrl+w", "ctrl+q", "F11", "Escape", "ctrl+p", "ctrl+n"] {
        kiosk.screen.press(keys);
    }
    kiosk.screen.xdotool(&["mousemove", "700", "850", "click", "3"]);
    kiosk.watch_that("the kiosk is in front and fills the screen", |kiosk| {
        kiosk.script(screen, vec![]) == json!([true, true])
            && kiosk.screen.xdotool(&in_front) == kiosks_own
    });
    let refusal = kiosk.execute("PublishConference", json!({ "conferenceId": CONFERENCE }));
    assert_eq!(refusal.expect_err("not the kiosk's")["code"], "RefusedRole");
    kiosk.screenshot("kiosk");
}

fn says_not_allowed(refusal: &Value) -> bool {
    refusal.as_str().is_some_and(|text| text.contains("not allowed") || text.contains("not found"))
}

/// Registers a seat and starts to pay for it, as the application's API has it.
fn start_a_payment(window: &Window) {
    let conference = json!({
        "conferenceId": CONFERENCE, "name": "RustFest", "description": "Rust", "location": "Ghent",
        "slug": "rustfest", "startDate": "2099-05-01", "endDate": "2099-05-02",
        "timeZone": "Europe/Brussels", "currency": "EUR",
        "ownerName": "Olga Owner", "ownerEmail": "olga@example.org",
    });
    let seat_type = json!({
        "conferenceId": CONFERENCE, "seatTypeId": SEAT_TYPE, "name": "Full pass",
        "description": "Both days", "price": { "amount": 19900, "currency": "EUR" }, "quantity": 10,
    });
    let seats = json!([{ "seatTypeId": SEAT_TYPE, "quantity": 1 }]);
    let registrant = json!({
        "orderId": ORDER, "firstName": "Anna", "lastName": "Adler", "email": "anna@example.org",
    });
    for (method, params) in [
        ("CreateConference", conference),
        ("CreateSeatType", seat_type),
        ("PublishConference", json!({ "conferenceId": CONFERENCE })),
        (
            "RegisterToConference",
            json!({ "orderId": ORDER, "conferenceId": CONFERENCE, "seats": seats }),
        ),
        ("AssignRegistrantDetails", registrant),
        ("InitiateThirdPartyProcessorPayment", json!({ "paymentId": PAYMENT, "orderId": ORDER })),
    ] {
        window.execute(method, params).unwrap_or_else(|refusal| panic!("{method}: {refusal}"));
    }
}
