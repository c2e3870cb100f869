//! Every screen keeps the rules of accessibility: in light English and in dark German, at a kiosk,
//! and without scrolling sideways in a narrow window. Each is photographed for people to look at.

use fantoccini::error::CmdError;
use serde_json::{Value, json};

use crate::harness::{Launch, Window};
use crate::page::{button, choice, field, heading};
use crate::states::in_many_states;
use crate::views::{Step, View, organizers_views, registrants_views};

/// More windowfuls of a page than this nobody looks at.
const MOST_PICTURES: usize = 4;

#[test]
fn registrants_pages_are_accessible_in_light_english() {
    look_at("English", "Light", "light", &registrants_views());
}

#[test]
fn organizers_pages_are_accessible_in_light_english() {
    look_at("English", "Light", "light", &organizers_views());
}

#[test]
fn registrants_pages_are_accessible_in_dark_german() {
    look_at("Deutsch", "Dunkel", "dark", &registrants_views());
}

#[test]
fn organizers_pages_are_accessible_in_dark_german() {
    look_at("Deutsch", "Dunkel", "dark", &organizers_views());
}

#[test]
fn no_registrants_page_scrolls_sideways_in_a_narrow_window() {
    squeeze(&registrants_views());
}

#[test]
fn no_organizers_page_scrolls_sideways_in_a_narrow_window() {
    squeeze(&organizers_views());
}

#[test]
fn every_page_of_a_kiosk_can_be_used_with_a_thumb() {
    let kiosk = in_many_states(Launch::kiosk()).on_screen("1080x1920").open();
    kiosk.choose_label("Deutsch");
    for view in registrants_views() {
        kiosk.show("Deutsch", &view);
        kiosk.assert_accessible();
        kiosk.assert_thumbable();
        kiosk.photograph(&format!("thumb-{}", view.name));
    }
    kiosk.forget_quickly();
    kiosk.go("/kiosk");
    kiosk.go("/register/cqrs-days/find");
    kiosk.text(&heading("Sind Sie noch da?"));
    kiosk.assert_accessible();
    kiosk.assert_thumbable();
    kiosk.photograph("thumb-idle");
}

#[test]
fn an_empty_application_is_accessible() {
    let window = Window::open();
    for (language, appearance, look) in
        [("English", "Light", "light"), ("Deutsch", "Dunkel", "dark")]
    {
        window.look(language, appearance);
        for (name, route) in
            [("first-run", "/"), ("kiosk-closed", "/kiosk"), ("none", "/organizer")]
        {
            window.turn_to(route);
            window.assert_accessible();
            window.photograph(&format!("{look}-{name}"));
        }
    }
}

/// An answer that is late, one that never comes, and one that does not come any more.
#[test]
fn waiting_and_failing_is_accessible() {
    let window = in_many_states(Launch::main()).open();
    let orders = format!("/organizer/{}/orders", testkit::CONFERENCE);
    window.look("English", "Light");
    window.turn_to(&orders);
    window.answers_fail();
    window.fill(&field("Search orders"), "Anna");
    window.see("Not up to date");
    window.assert_accessible();
    window.photograph("light-stale");
    window.go("/organizer");
    window.see("could not finish this");
    window.assert_accessible();
    window.photograph("light-broken");
    window.answers_hang();
    window.script("location.hash = '/'", vec![]);
    window.see("Loading…");
    window.screenshot("light-loading");
}

fn look_at(language: &str, appearance: &str, look: &str, views: &[View]) {
    let window = in_many_states(Launch::main()).open();
    window.erase_somebody();
    window.look(language, appearance);
    for view in views {
        window.show(language, view);
        window.assert_accessible();
        window.photograph(&format!("{look}-{}", view.name));
    }
}

fn squeeze(views: &[View]) {
    let window = in_many_states(Launch::main()).open();
    window.erase_somebody();
    window.look("Deutsch", "Hell");
    window.narrow();
    for view in views {
        window.show("Deutsch", view);
        assert_eq!(window.sticks_out(), Vec::<String>::new(), "{} is too wide", view.name);
        window.photograph(&format!("narrow-{}", view.name));
    }
}

impl Window {
    pub(crate) fn look(&self, language: &str, appearance: &str) {
        self.choose_label(language);
        self.choose_label(appearance);
    }

    fn choose_label(&self, choice: &str) {
        // A person clicks the label: the radio button itself is nowhere to be seen.
        let script = "document.querySelector(`header label[title=${arguments[0]}]`).click()";
        self.script(script, vec![json!(choice)]);
    }

    /// Shows a page anew, with all that it asks for.
    fn show(&self, language: &str, view: &View) {
        self.turn_to(&view.route);
        let text = |key| text_of(language, key);
        for step in &view.steps {
            match step {
                Step::Click(name) => self.click(&button(&text(name))),
                Step::Fill(name, value) => self.fill(&field(&text(name)), value),
                Step::Pick(name) => self.click(&choice(&text(name))),
            }
        }
        if view.steps.is_empty() {
            return;
        }
        self.wait_until(&format!("{} shows {}", view.name, view.brings), |window| {
            let shown = "return !!document.querySelector(arguments[0])";
            window.script(shown, vec![json!(view.brings)]) == json!(true)
        });
    }

    /// Goes to a page anew and waits until it stands there, and not the one before.
    fn turn_to(&self, route: &str) {
        // Another search alone is not another page.
        let is_shown = self.route().split('?').next() == route.split('?').next();
        if is_shown || (self.route().is_empty() && route == "/") {
            self.turn_to("/nowhere");
        }
        self.script("document.querySelector('h1')?.setAttribute('data-left', '')", vec![]);
        self.go(route);
        self.wait_until(&format!("{route} is drawn"), |window| {
            let drawn = "const h1 = document.querySelector('h1');
                return !!h1 && !h1.hasAttribute('data-left') && !document.querySelector('.loading')";
            window.script(drawn, vec![]) == json!(true)
        });
    }

    /// Takes pictures of the page, or of the dialog before it, one a windowful.
    fn photograph(&self, name: &str) {
        self.screenshot(name);
        for part in 2..=MOST_PICTURES {
            let script = "
                const box = document.querySelector('[role=dialog]') ?? document.scrollingElement;
                const before = box.scrollTop;
                box.scrollBy({ top: box.clientHeight - 120, behavior: 'instant' });
                return box.scrollTop - before";
            if self.script(script, vec![]).as_f64().is_none_or(|moved| moved < 8.0) {
                return;
            }
            self.screenshot(&format!("{name}-{part}"));
        }
    }

    /// From here on the kiosk asks at once whether anybody is there.
    fn forget_quickly(&self) {
        let script = "
            const wait = window.setTimeout;
            window.setTimeout = (act, after) => wait(act, after === 45000 ? 0 : after);";
        self.script(script, vec![]);
    }

    /// From here on the core's answers do not come.
    fn answers_hang(&self) {
        self.script("window.fetch = () => new Promise(() => {})", vec![]);
    }

    /// From here on the core answers each question with a fault of its own.
    fn answers_fail(&self) {
        let script = "window.fetch = async () => new Response(
            JSON.stringify({ code: 'Broken', message: 'disk', reference: 'B-1234' }),
            { headers: { 'Tauri-Response': 'error', 'Content-Type': 'application/json' } })";
        self.script(script, vec![]);
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
    // Where a field is named, there is no other of its kind on the page.
    text.replace("{name}", "General admission").replace("{label}", "")
}
