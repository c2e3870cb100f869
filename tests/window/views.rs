//! Every screen of the application: the pages in the states that matter, and their dialogs.
//!
//! A view is a route and what to do there. The conference that they show is made in `states.rs`.

use testkit::{ANNA, BORIS, CARLA, CONFERENCE, DMITRI, GA, OTHER_CONFERENCE, id};

use crate::states::{
    ANYBODY, CANCELLED, CLOSED, EMPTY_SLUG, ERASED, EXPIRED, FREE, INVOICE, LATE_PAYMENT, NAMELESS,
    OPEN_PAYMENT, OVERDUE, PAID_LATE, SHORT_OF_TIME,
};

/// The tables of the pages, to prove that none is left out.
const TABLES: [&str; 2] = [
    include_str!("../../ui/src/routes/table.ts"),
    include_str!("../../ui/src/routes/organizer/table.ts"),
];

const MISTAKES: &str = "[data-error-summary]";
const DIALOG: &str = "[role=dialog]";
const ALERT: &str = "[role=alert]";

/// A page in some state.
pub struct View {
    /// What its picture is called.
    pub name: &'static str,
    /// As in the table of routes.
    pattern: &'static str,
    pub route: String,
    pub steps: Vec<Step>,
    /// A selector of what the steps bring.
    pub brings: &'static str,
}

/// What a person does on a page. Names are keys of the catalogues.
pub enum Step {
    Click(&'static str),
    Fill(&'static str, &'static str),
    /// Chooses a radio button or a check box, by the words beside it.
    Pick(&'static str),
}

use Step::{Click, Fill, Pick};

/// What registrants see, in any window.
pub fn registrants_views() -> Vec<View> {
    let mut views = vec![
        view("not-found", "/nothing/here/at/all", &[]),
        view("conference", "/register/:slug", &["cqrs-days"]),
        view("conference-closed", "/register/:slug", &["other-days"]),
        view("find", "/register/:slug/find", &["cqrs-days"]),
        view("find-mistakes", "/register/:slug/find", &["cqrs-days"])
            .after([Click("find_action")], MISTAKES),
        view("find-nothing", "/register/:slug/find", &["cqrs-days"]).after(
            [
                Fill("details_email", "nobody@example.org"),
                Fill("find_code", "ABCDE"),
                Click("find_action"),
            ],
            ALERT,
        ),
        view("seats", "/register/:slug/seats", &["cqrs-days"]),
        view("seats-chosen", "/register/:slug/seats", &["cqrs-days"])
            .after([Click("form_one_more")], "output"),
        view("seats-unchosen", "/register/:slug/seats", &["cqrs-days"])
            .after([Click("seats_action")], ALERT),
        view("seats-none", "/register/:slug/seats", &[EMPTY_SLUG]),
        view("seats-partial", "/order/:orderId/seats", &[BORIS.order]),
    ];
    views.extend(details_views());
    views.extend(order_views());
    views
}

fn details_views() -> Vec<View> {
    let [short, nameless, free] = [SHORT_OF_TIME, NAMELESS, FREE].map(id);
    let details = "/order/:orderId/details";
    vec![
        view("details", details, &[&nameless]),
        view("details-mistakes", details, &[&nameless])
            .after([Click("details_action_card")], MISTAKES),
        view("details-invoice", details, &[&nameless])
            .after([Pick("details_means_invoice")], "[name=country]"),
        view("details-invoice-mistakes", details, &[&nameless])
            .after([Pick("details_means_invoice"), Click("details_action_invoice")], MISTAKES),
        view("details-free", details, &[&free]),
        view("details-last-minutes", details, &[&short]),
        view("details-rejected", details, &[&nameless]).asking("?rejected"),
        view("payment-open", details, &[CARLA.order]),
        view("details-invoice-open", details, &[DMITRI.order]),
        view("seats-invoice-open", "/order/:orderId/seats", &[DMITRI.order]),
    ]
}

fn order_views() -> Vec<View> {
    let [late, expired, overdue, nameless, cancelled] =
        [PAID_LATE, EXPIRED, OVERDUE, NAMELESS, CANCELLED].map(id);
    let [open_payment, late_payment, invoice] = [OPEN_PAYMENT, LATE_PAYMENT, INVOICE].map(id);
    vec![
        view("payment", "/order/:orderId/payment/:paymentId", &[CARLA.order, &open_payment]),
        view("payment-late", "/order/:orderId/payment/:paymentId", &[&late, &late_payment]),
        view("invoice", "/order/:orderId/invoice/:paymentId", &[DMITRI.order, &invoice]),
        view("thanks", "/order/:orderId/thanks", &[ANNA.order]),
        view("thanks-pending", "/order/:orderId/thanks", &[&nameless]),
        view("assign", "/order/:orderId/assign", &[ANNA.order]),
        view("assign-mistakes", "/order/:orderId/assign", &[ANNA.order])
            .after([Fill("details_email", "anna at home"), Click("assign_save")], ALERT),
        view("assign-pending", "/order/:orderId/assign", &[&nameless]),
        view("order", "/order/:orderId", &[ANNA.order]),
        view("order-reserved", "/order/:orderId", &[&nameless]),
        view("order-invoice", "/order/:orderId", &[DMITRI.order]),
        view("order-overdue", "/order/:orderId", &[&overdue]),
        view("order-expired", "/order/:orderId", &[&expired]),
        view("order-paid-late", "/order/:orderId", &[&late]),
        view("order-cancelled", "/order/:orderId", &[&cancelled]),
        view("order-unknown", "/order/:orderId", &[ANYBODY]),
        view("processor", "/processor/:paymentId", &[&open_payment]),
        view("processor-unusual", "/processor/:paymentId", &[&open_payment])
            .after([Click("processor_script")], "details[open]"),
        view("processor-decided", "/processor/:paymentId", &[&late_payment]),
    ]
}

/// What organizers see, on a conference with everything in it.
pub fn organizers_views() -> Vec<View> {
    let mut views = vec![
        view("home", "/", &[]),
        view("kiosk", "/kiosk", &[]),
        view("organizer", "/organizer", &[]),
        view("organizer-holding", "/organizer", &[]).after([Click("holding_change")], DIALOG),
        view("create", "/organizer/create", &[]),
        view("create-zones", "/organizer/create", &[])
            .after([Fill("settings_time_zone", "Europe/B")], "[role=listbox]:not([hidden])"),
        view("create-mistakes", "/organizer/create", &[]).after([Click("create_action")], MISTAKES),
        view("backups", "/organizer/backups", &[]),
        view("mail", "/organizer/mail", &[]),
        view("mail-mistakes", "/organizer/mail", &[])
            .after([Fill("mail_port", "0"), Click("settings_save")], MISTAKES),
        view("mail-undeliverable", "/organizer/mail", &[]).asking("?state=undeliverable"),
        view("mail-sent", "/organizer/mail", &[]).asking("?state=sent"),
        view("mail-exported", "/organizer/mail", &[]).asking("?state=exported"),
        view("mail-removing", "/organizer/mail", &[]).after([Click("mail_remove")], DIALOG),
        view("health", "/organizer/health", &[]),
        view("health-checked", "/organizer/health", &[])
            .after([Click("health_verify")], "main [role=status]"),
        view("health-rebuilt", "/organizer/health", &[])
            .after([Click("health_rebuild_start")], "main [role=status]"),
        view("locate", "/organizer/locate", &[]),
        view("locate-nothing", "/organizer/locate", &[]).after(
            [
                Fill("locate_email", "nobody@example.org"),
                Fill("locate_code", "ABCDE"),
                Click("locate_action"),
            ],
            ALERT,
        ),
    ];
    views.extend(dashboard_views());
    views.extend(settings_views());
    views.extend(orders_views());
    views
}

fn dashboard_views() -> Vec<View> {
    let dashboard = "/organizer/:conferenceId";
    let figures = "/organizer/:conferenceId/figures/:figure";
    let (this, new) = (CONFERENCE, OTHER_CONFERENCE);
    vec![
        view("dashboard", dashboard, &[this]),
        view("dashboard-closing", dashboard, &[this]).after([Click("unpublish_open")], DIALOG),
        view("dashboard-refund", dashboard, &[this]).after([Click("attention_refund")], DIALOG),
        view("dashboard-dismissing", dashboard, &[this])
            .after([Click("attention_dismiss")], DIALOG),
        view("dashboard-still-short", dashboard, &[this])
            .after([Click("attention_retry")], "article [role=status]"),
        view("dashboard-new", dashboard, &[new]),
        view("dashboard-unknown", dashboard, &[ANYBODY]),
        view("created", "/organizer/:conferenceId/created", &[new]),
        view("figure", figures, &[this, &format!("sold:{GA}")]),
        view("figure-revenue", figures, &[this, "revenue"]),
        view("figure-nothing", figures, &[new, "orders:Cancelled"]),
        view("history", "/organizer/:conferenceId/history", &[this]),
        view("history-recorded", "/organizer/:conferenceId/history", &[this])
            .after([Click("history_raw")], "details[open]"),
        view("past", "/organizer/:conferenceId/past", &[this]),
        view("past-calendar", "/organizer/:conferenceId/past", &[this])
            .after([Click("date_open")], "[role=grid]"),
        view("past-filled", "/organizer/:conferenceId/past", &[this]).asking("?asOf=60"),
        view("past-before", "/organizer/:conferenceId/past", &[this])
            .asking("?asOf=2001-01-01T00:00:00Z"),
    ]
}

fn settings_views() -> Vec<View> {
    let seat_types = "/organizer/:conferenceId/seat-types";
    let details = "/organizer/:conferenceId/details";
    let edit = "/organizer/:conferenceId/details/edit";
    let closed = id(CLOSED);
    let (this, new) = (CONFERENCE, OTHER_CONFERENCE);
    vec![
        view("organizer-details", details, &[this]),
        view("organizer-closed", details, &[&closed]),
        view("organizer-redirect", details, &[&closed]).after([Click("redirect_change")], DIALOG),
        view("organizer-edit", edit, &[this]),
        view("organizer-edit-mistakes", edit, &[this])
            .after([Fill("settings_name", " "), Click("settings_save")], MISTAKES),
        view("organizer-invoices", "/organizer/:conferenceId/details/invoices", &[this]),
        view("seat-types", seat_types, &[this]),
        view("seat-types-adding", seat_types, &[this]).after([Click("seattypes_create")], DIALOG),
        view("seat-types-editing", seat_types, &[this]).after([Click("seattypes_edit")], DIALOG),
        view("seat-types-below", seat_types, &[this]).after(
            [Click("seattypes_edit"), Fill("seattypes_quota", "1"), Click("settings_save")],
            "[role=dialog] [role=alert]",
        ),
        view("seat-types-mistakes", seat_types, &[this]).after(
            [Click("seattypes_edit"), Fill("seattypes_quota", "many"), Click("settings_save")],
            MISTAKES,
        ),
        view("seat-types-deleting", seat_types, &[this]).after([Click("seattypes_delete")], DIALOG),
        view("seat-types-kept", seat_types, &[this]).after(
            [Click("seattypes_delete"), Click("seattypes_delete_action")],
            "[role=dialog] [role=alert]",
        ),
        view("seat-types-none", seat_types, &[new]),
    ]
}

fn orders_views() -> Vec<View> {
    let [late, nameless, cancelled, erased] = [PAID_LATE, NAMELESS, CANCELLED, ERASED].map(id);
    let orders = "/organizer/:conferenceId/orders";
    let order = "/organizer/:conferenceId/orders/:orderId";
    let cancel = "/organizer/:conferenceId/orders/:orderId/cancel";
    let attendees = "/organizer/:conferenceId/attendees";
    let (this, new) = (CONFERENCE, OTHER_CONFERENCE);
    vec![
        view("orders", orders, &[this]),
        view("orders-not-found", orders, &[this]).asking("?search=nobody"),
        view("orders-none", orders, &[new]),
        view("organizer-order", order, &[this, ANNA.order]),
        view("organizer-order-invoice", order, &[this, DMITRI.order]),
        view("organizer-order-late", order, &[this, &late]),
        view("organizer-order-cancelled", order, &[this, &cancelled]),
        view("organizer-order-erased", order, &[this, &erased]),
        view("order-erasing", order, &[this, ANNA.order])
            .after([Click("erase_open_registrant")], DIALOG),
        view("order-erasing-mistakes", order, &[this, ANNA.order])
            .after([Click("erase_open_registrant"), Click("erase_action")], MISTAKES),
        view("order-settling", order, &[this, &nameless]).after([Click("settle_open")], DIALOG),
        view("order-invoice-paid", order, &[this, DMITRI.order])
            .after([Click("payments_mark_paid")], DIALOG),
        view("cancel", cancel, &[this, ANNA.order]),
        view("cancel-chosen", cancel, &[this, ANNA.order])
            .after([Click("cancel_all")], "[data-tone=warn]"),
        view("cancel-mistakes", cancel, &[this, ANNA.order])
            .after([Click("cancel_action")], "#positions-error"),
        view("cancel-nothing", cancel, &[this, &nameless]),
        view("attendees", attendees, &[this]),
        view("attendees-not-found", attendees, &[this]).asking("?search=nobody"),
        view("attendees-none", attendees, &[new]),
    ]
}

fn view(name: &'static str, pattern: &'static str, given: &[&str]) -> View {
    let mut given = given.iter();
    let parts = pattern.split('/').map(|part| match part.strip_prefix(':') {
        Some(_) => given.next().expect("a value for each parameter"),
        None => part,
    });
    let route = parts.collect::<Vec<_>>().join("/");
    View { name, pattern, route, steps: Vec::new(), brings: "" }
}

impl View {
    fn after<const N: usize>(self, steps: [Step; N], brings: &'static str) -> Self {
        Self { steps: steps.into(), brings, ..self }
    }

    fn asking(self, search: &str) -> Self {
        let route = format!("{}{search}", self.route);
        Self { route, ..self }
    }
}

#[test]
fn no_page_of_the_tables_is_left_out() {
    let views = [registrants_views(), organizers_views()].into_iter().flatten();
    let seen: Vec<_> = views.map(|view| view.pattern).collect();
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
