//! Every page, in the states that matter, keeps the rules of accessibility: in light English and
//! in dark German, and without scrolling sideways in a narrow window.

use fantoccini::error::CmdError;
use serde_json::{Value, json};
use testkit::{
    ANNA, BORIS, CARLA, CONFERENCE, CP, DMITRI, GA, OTHER_CONFERENCE, WS, assignment,
    conference_form, details, id, invoice, registration,
};

use crate::given::purchase;
use crate::harness::{Launch, Window};
use crate::page::button;

/// The tables of the pages, to prove that none is left out.
const TABLES: [&str; 2] = [
    include_str!("../../ui/src/routes/table.ts"),
    include_str!("../../ui/src/routes/organizer/table.ts"),
];

const PAID_LATE: u64 = 1;
const EXPIRED: u64 = 2;
const LATECOMER: u64 = 3;
const SHORT_OF_TIME: u64 = 4;
const NAMELESS: u64 = 5;
const LATE_PAYMENT: u64 = 6;
const OPEN_PAYMENT: u64 = 7;
const INVOICE: u64 = 8;

/// A page in some state: a name, a route, and perhaps what to click there.
struct View {
    name: &'static str,
    /// As in the table of routes.
    pattern: &'static str,
    route: String,
    opened_by: Option<&'static str>,
}

#[test]
fn every_page_is_accessible_in_light_english() {
    let window = in_many_states().open();
    window.look("English", "Light");
    for view in views() {
        window.show("English", &view);
        window.assert_accessible();
        window.screenshot(&format!("light-{}", view.name));
    }
}

#[test]
fn every_page_is_accessible_in_dark_german() {
    let window = in_many_states().open();
    window.look("Deutsch", "Dunkel");
    for view in views() {
        window.show("Deutsch", &view);
        window.assert_accessible();
        window.screenshot(&format!("dark-{}", view.name));
    }
}

#[test]
fn no_page_scrolls_sideways_in_a_narrow_window() {
    let window = in_many_states().open();
    window.look("Deutsch", "Hell");
    window.narrow();
    for view in views() {
        window.show("Deutsch", &view);
        assert_eq!(window.sticks_out(), Vec::<String>::new(), "{} is too wide", view.name);
        window.screenshot(&format!("narrow-{}", view.name));
    }
}

#[test]
fn no_page_of_the_tables_is_left_out() {
    let seen: Vec<_> = views().iter().map(|view| view.pattern).collect();
    let conference = "/organizer/:conferenceId";
    let mut count = 0;
    for (number, table) in TABLES.iter().enumerate() {
        for path in table.split("path: '").skip(1) {
            let (path, _) = path.split_once('\'').expect("a quoted path");
            let below = number == 1 && !path.starts_with("/organizer");
            let path = if below { format!("{conference}{path}") } else { path.to_owned() };
            assert!(seen.contains(&path.as_str()), "no test shows {path}");
            count += 1;
        }
    }
    assert!(20 < count, "the tables are written in another way");
}

fn views() -> Vec<View> {
    let [late, expired, short, nameless] =
        [PAID_LATE, EXPIRED, SHORT_OF_TIME, NAMELESS].map(testkit::id);
    let [open_payment, invoice] = [OPEN_PAYMENT, INVOICE].map(testkit::id);
    let mut views = vec![
        view("home", "/", &[]),
        view("kiosk", "/kiosk", &[]),
        view("not-found", "/nothing/here/at/all", &[]),
        view("conference", "/register/:slug", &["cqrs-days"]),
        view("conference-closed", "/register/:slug", &["other-days"]),
        view("find", "/register/:slug/find", &["cqrs-days"]),
        view("find-mistakes", "/register/:slug/find", &["cqrs-days"]).opened_by("find_action"),
        view("seats", "/register/:slug/seats", &["cqrs-days"]),
        view("seats-partial", "/order/:orderId/seats", &[BORIS.order]),
        view("details", "/order/:orderId/details", &[&nameless]),
        view("details-mistakes", "/order/:orderId/details", &[&nameless])
            .opened_by("details_action_card"),
        view("details-last-minutes", "/order/:orderId/details", &[&short]),
        view("payment-open", "/order/:orderId/details", &[CARLA.order]),
        view("payment", "/order/:orderId/payment/:paymentId", &[CARLA.order, &open_payment]),
        view("invoice", "/order/:orderId/invoice/:paymentId", &[DMITRI.order, &invoice]),
        view("thanks", "/order/:orderId/thanks", &[ANNA.order]),
        view("assign", "/order/:orderId/assign", &[ANNA.order]),
        view("order", "/order/:orderId", &[ANNA.order]),
        view("order-invoice", "/order/:orderId", &[DMITRI.order]),
        view("order-expired", "/order/:orderId", &[&expired]),
        view("order-paid-late", "/order/:orderId", &[&late]),
        view("processor", "/processor/:paymentId", &[&open_payment]),
    ];
    views.extend(organizers_views());
    views
}

fn organizers_views() -> Vec<View> {
    let [late, nameless] = [PAID_LATE, NAMELESS].map(testkit::id);
    let this = CONFERENCE;
    let figure = format!("sold:{GA}");
    vec![
        view("organizer", "/organizer", &[]),
        view("create", "/organizer/create", &[]),
        view("create-mistakes", "/organizer/create", &[]).opened_by("create_action"),
        view("locate", "/organizer/locate", &[]),
        view("dashboard", "/organizer/:conferenceId", &[this]),
        view("dashboard-closing", "/organizer/:conferenceId", &[this]).opened_by("unpublish_open"),
        view("dashboard-refund", "/organizer/:conferenceId", &[this]).opened_by("attention_refund"),
        view("dashboard-new", "/organizer/:conferenceId", &[OTHER_CONFERENCE]),
        view("dashboard-unknown", "/organizer/:conferenceId", &[&late]),
        view("created", "/organizer/:conferenceId/created", &[OTHER_CONFERENCE]),
        view("figure", "/organizer/:conferenceId/figures/:figure", &[this, &figure]),
        view("organizer-details", "/organizer/:conferenceId/details", &[this]),
        view("organizer-edit", "/organizer/:conferenceId/details/edit", &[this]),
        view("organizer-invoices", "/organizer/:conferenceId/details/invoices", &[this]),
        view("seat-types", "/organizer/:conferenceId/seat-types", &[this]),
        view("seat-types-adding", "/organizer/:conferenceId/seat-types", &[this])
            .opened_by("seattypes_create"),
        view("seat-types-editing", "/organizer/:conferenceId/seat-types", &[this])
            .opened_by("seattypes_edit"),
        view("seat-types-none", "/organizer/:conferenceId/seat-types", &[OTHER_CONFERENCE]),
        view("orders", "/organizer/:conferenceId/orders", &[this]),
        view("orders-none", "/organizer/:conferenceId/orders", &[OTHER_CONFERENCE]),
        view("organizer-order", "/organizer/:conferenceId/orders/:orderId", &[this, ANNA.order]),
        view("order-erasing", "/organizer/:conferenceId/orders/:orderId", &[this, ANNA.order])
            .opened_by("erase_open_registrant"),
        view("order-settling", "/organizer/:conferenceId/orders/:orderId", &[this, &nameless])
            .opened_by("settle_open"),
        view("cancel", "/organizer/:conferenceId/orders/:orderId/cancel", &[this, ANNA.order]),
        view("attendees", "/organizer/:conferenceId/attendees", &[this]),
        view("history", "/organizer/:conferenceId/history", &[this]),
        view("past", "/organizer/:conferenceId/past", &[this]),
    ]
}

fn view(name: &'static str, pattern: &'static str, given: &[&str]) -> View {
    let mut given = given.iter();
    let parts = pattern.split('/').map(|part| match part.strip_prefix(':') {
        Some(_) => given.next().expect("a value for each parameter"),
        None => part,
    });
    let route = parts.collect::<Vec<_>>().join("/");
    View { name, pattern, route, opened_by: None }
}

impl View {
    /// Once a button was clicked; the key of its text.
    fn opened_by(self, action: &'static str) -> Self {
        Self { opened_by: Some(action), ..self }
    }
}

/// A conference with an order in every state, and a new one. The clock stands.
fn in_many_states() -> Launch {
    let [late, expired, latecomer, short, nameless] =
        [PAID_LATE, EXPIRED, LATECOMER, SHORT_OF_TIME, NAMELESS].map(id);
    let [late_payment, open_payment, invoice_id] = [LATE_PAYMENT, OPEN_PAYMENT, INVOICE].map(id);
    let pay_first = json!({ "conferenceId": CONFERENCE, "invoicePolicy": { "payFirst": 14 } });
    let paying = |payment: &str, order: &str| json!({ "paymentId": payment, "orderId": order });
    let pass = |seconds: u32| ("AdvanceClock", json!({ "seconds": seconds }));
    let new = conference_form(OTHER_CONFERENCE, "other-days");
    Launch::main()
        .with(&["--clock", "manual"])
        .published(10)
        .given("SetInvoicePolicy", pay_first)
        .given("CreateConference", new)
        .given_all([
            ("RegisterToConference", registration(&late, &[(CP, 10)])),
            ("AssignRegistrantDetails", details(&late, &BORIS)),
            ("InitiateThirdPartyProcessorPayment", paying(&late_payment, &late)),
            ("RegisterToConference", registration(&expired, &[(GA, 1)])),
            pass(30 * 60),
        ])
        .given_all(purchase(&latecomer, &CARLA, &[(CP, 10)]))
        .given_all([
            ("CompleteThirdPartyProcessorPayment", json!({ "paymentId": late_payment })),
            ("RegisterToConference", registration(&short, &[(GA, 1)])),
            pass(14 * 60),
        ])
        .given_all(purchase(ANNA.order, &ANNA, &[(GA, 2), (WS, 1)]))
        .given_all([
            ("AssignSeat", assignment(ANNA.order, 0, &ANNA)),
            ("RegisterToConference", registration(BORIS.order, &[(WS, 12), (GA, 1)])),
            ("RegisterToConference", registration(CARLA.order, &[(GA, 1)])),
            ("AssignRegistrantDetails", details(CARLA.order, &CARLA)),
            ("InitiateThirdPartyProcessorPayment", paying(&open_payment, CARLA.order)),
            ("RegisterToConference", registration(DMITRI.order, &[(GA, 1)])),
            ("AssignRegistrantDetails", details(DMITRI.order, &DMITRI)),
            ("InitiateInvoicePayment", invoice(&invoice_id, DMITRI.order, &DMITRI)),
            ("RegisterToConference", registration(&nameless, &[(GA, 2)])),
        ])
}

impl Window {
    fn look(&self, language: &str, appearance: &str) {
        // A person clicks the label: the radio button itself is nowhere to be seen.
        for choice in [language, appearance] {
            let script = "document.querySelector(`header label[title=${arguments[0]}]`).click()";
            self.script(script, vec![json!(choice)]);
        }
    }

    /// Shows a page anew, with all that it asks for.
    fn show(&self, language: &str, view: &View) {
        if self.script("return location.hash || '#/'", vec![]) == json!(format!("#{}", view.route))
        {
            self.turn_to("/nowhere");
        }
        self.turn_to(&view.route);
        let Some(action) = view.opened_by else { return };
        self.click(&button(&text_of(language, action)));
        self.wait_until("a dialog or the mistakes are shown", |window| {
            let shown = "return !!document.querySelector('[role=dialog], [data-error-summary]')";
            window.script(shown, vec![]) == json!(true)
        });
    }

    /// Goes to another page and waits until it stands there, and not the one before.
    fn turn_to(&self, route: &str) {
        self.script("document.querySelector('h1')?.setAttribute('data-left', '')", vec![]);
        self.go(route);
        self.wait_until(&format!("{route} is drawn"), |window| {
            let drawn = "const h1 = document.querySelector('h1');
                return !!h1 && !h1.hasAttribute('data-left') && !document.querySelector('.loading')";
            window.script(drawn, vec![]) == json!(true)
        });
    }

    /// Makes the window as narrow as it goes.
    fn narrow(&self) {
        let resized = self.runtime.block_on(self.client.set_window_size(320, 800));
        resized.unwrap_or_else(|error: CmdError| panic!("{error}"));
        self.wait_until("the window is narrow", |window| {
            let width = window.script("return innerWidth", vec![]);
            width.as_u64().is_some_and(|width| width <= 400)
        });
    }

    /// What is wider than 320 px when the page is laid out in so much, as WCAG's "reflow" wants.
    /// What scrolls inside itself may be.
    fn sticks_out(&self) -> Vec<String> {
        let script = "
            const html = document.documentElement;
            if (innerWidth < html.scrollWidth) return ['the page, in the window itself'];
            html.style.inlineSize = '320px';
            const scrolls = (one) => {
                for (let up = one; up !== document.body; up = up.parentElement) {
                    const { overflowX, position } = getComputedStyle(up);
                    if (position === 'fixed' || (up !== one && overflowX !== 'visible')) return true;
                }
                return false;
            };
            const found = [...document.querySelectorAll('body *')]
                .filter((one) => one.checkVisibility() && 321 < one.getBoundingClientRect().right)
                .filter((one) => !scrolls(one))
                .map((one) => one.outerHTML.slice(0, 120));
            html.style.inlineSize = '';
            return found;";
        serde_json::from_value(self.script(script, vec![])).expect("a list of texts")
    }
}

/// A text of the application, by its key; whatever it names is the first seat type.
fn text_of(language: &str, key: &str) -> String {
    let texts = match language {
        "English" => [
            include_str!("../../ui/messages/en.json"),
            include_str!("../../ui/messages/organizer/en.json"),
        ],
        _ => [
            include_str!("../../ui/messages/de.json"),
            include_str!("../../ui/messages/organizer/de.json"),
        ],
    };
    let texts = texts.map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
    let text = texts.iter().find_map(|texts| texts[key].as_str()).expect(key);
    text.replace("{name}", "General admission")
}
