//! What a person does in the window: finds things by what they are called, reads, types, clicks.
//!
//! Everything is tried again until the deadline, so a test needs no pauses. Names are the
//! accessible names that WebKit computes: what cannot be found here, a screen reader cannot find.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use tauri::Url;
use tauri::http::Method;

use crate::harness::Window;

/// Longer than any page needs on a busy machine: reached only when a test fails.
const DEADLINE: Duration = Duration::from_secs(15);

/// The rules that every page keeps: WCAG 2.2 A and AA, and what axe calls best practice.
const ACCESSIBILITY_RULES: [&str; 6] =
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Something on the page.
#[derive(Debug, Clone)]
pub struct Target {
    role: &'static str,
    selector: String,
    name: String,
}

impl Target {
    fn called(role: &'static str, selector: &str, name: &str) -> Self {
        Self { role, selector: selector.to_owned(), name: name.to_owned() }
    }
}

/// A button by its accessible name. A part of the name will do if only one button has it.
pub fn button(name: &str) -> Target {
    Target::called("button", "button, summary, input[type=submit], [role=button]", name)
}

/// A link by its accessible name.
pub fn link(name: &str) -> Target {
    Target::called("link", "a[href], [role=link]", name)
}

/// An input, a select or a text area by its label.
pub fn field(label: &str) -> Target {
    Target::called("field", "input, select, textarea, [role=combobox], [role=spinbutton]", label)
}

/// A radio button or a check box by its label.
pub fn choice(label: &str) -> Target {
    Target::called("choice", "input[type=radio], input[type=checkbox]", label)
}

/// A heading by its text.
pub fn heading(text: &str) -> Target {
    Target::called("heading", "h1, h2, h3, h4, h5, h6, [role=heading]", text)
}

/// A tab, menu item, switch or whatever else has the role, by its accessible name.
pub fn having_role(role: &'static str, name: &str) -> Target {
    Target::called(role, &format!("[role={role}]"), name)
}

impl Window {
    /// Goes to a route: `go("/register/rustfest/seats")`. The page before may still stand there
    /// for a moment: read or click something of the new one first.
    pub fn go(&self, route: &str) {
        self.script("location.hash = arguments[0]", vec![json!(route)]);
        self.wait_for_the_page();
    }

    /// The route that is shown.
    pub fn route(&self) -> String {
        let hash = self.script("return location.hash", vec![]);
        hash.as_str().unwrap_or_default().trim_start_matches('#').to_owned()
    }

    /// Clicks.
    pub fn click(&self, target: &Target) {
        self.act(target, "click", async |element| {
            match element.click().await {
                // The click closed the window before the driver could say so.
                Err(CmdError::Standard(error)) if error.error == ErrorStatus::NoSuchWindow => {
                    Ok(())
                }
                other => other,
            }
        });
    }

    /// Replaces what stands in a field, by typing.
    pub fn fill(&self, target: &Target, text: &str) {
        self.act(target, "fill", async |element| {
            element.click().await?;
            element.send_keys("\u{e009}a\u{e000}\u{e003}").await?;
            element.send_keys(text).await
        });
    }

    /// Chooses an option of a select by its text.
    pub fn choose(&self, target: &Target, option: &str) {
        self.act(target, "choose", async |element| element.select_by_label(option).await);
    }

    /// Presses keys where the focus is: `"\u{e004}"` is the tabulator, `"\u{e007}"` enter.
    pub fn press(&self, keys: &str) {
        let press = async { self.client.active_element().await?.send_keys(keys).await };
        self.runtime.block_on(press).expect("keys for the focused element");
    }

    /// The accessible name of what has the focus.
    pub fn focused(&self) -> String {
        let name = async { self.name_of(&self.client.active_element().await?).await };
        self.runtime.block_on(name).expect("a focused element")
    }

    /// The text of something, as it is shown.
    pub fn text(&self, target: &Target) -> String {
        self.act(target, "read", async |element| element.text().await)
    }

    /// What stands in a field.
    pub fn value(&self, target: &Target) -> String {
        self.act(target, "read", async |element| {
            element.prop("value").await.map(Option::unwrap_or_default)
        })
    }

    /// An attribute of something.
    pub fn attribute(&self, target: &Target, name: &str) -> Option<String> {
        self.act(target, "look at", async |element| element.attr(name).await)
    }

    /// Whether something can be used.
    pub fn is_enabled(&self, target: &Target) -> bool {
        self.act(target, "look at", async |element| element.is_enabled().await)
    }

    /// Whether something is shown now. To wait for it, read or click it.
    pub fn shows(&self, target: &Target) -> bool {
        self.runtime.block_on(self.find(target)).is_ok()
    }

    /// Waits until the page shows a text.
    pub fn see(&self, text: &str) {
        self.wait_until(&format!("the page shows {text:?}"), |page| page.reads(text));
    }

    /// Waits until the page does not show a text any more.
    pub fn see_no(&self, text: &str) {
        self.wait_until(&format!("the page no longer shows {text:?}"), |page| !page.reads(text));
    }

    /// Waits until something is so.
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "waited in vain until {what}; {}", self.said());
            pause();
        }
    }

    /// Watches for a second that something stays so: for what must not happen.
    pub fn watch_that(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end {
            assert!(is_so(self), "no longer so: {what}");
            pause();
        }
    }

    /// How many windows the application shows.
    pub fn windows(&self) -> usize {
        1 + self.others().len()
    }

    /// Does something in the payment processor's window, once it is open, and returns to this one.
    pub fn in_processor<T>(&self, act: impl FnOnce(&Self) -> T) -> T {
        self.wait_until("the processor's window opens", |window| window.others().len() == 1);
        let processor = self.others().remove(0);
        self.runtime.block_on(self.client.switch_to_window(processor)).expect("its window");
        self.wait_for_the_page();
        let result = act(self);
        self.runtime.block_on(self.client.switch_to_window(self.own.clone())).expect("our window");
        result
    }

    /// Waits until the payment processor's window has gone.
    pub fn wait_until_processor_closes(&self) {
        self.wait_until("the processor's window closes", |window| window.others().is_empty());
    }

    /// Closes the processor's window as a person would.
    pub fn close_processor(&self) {
        self.screen.close("Example Pay", || self.others().is_empty());
    }

    /// Calls one of the shell's commands from the page, as a hostile script could.
    ///
    /// # Errors
    /// What the page gets when it is refused.
    pub fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let script = "
            const [command, args, done] = arguments;
            const invoke = window.__TAURI_INTERNALS__.invoke(command, args);
            invoke.then((answer) => done({ answer }), (refusal) => done({ refusal }));";
        let call = self.client.execute_async(script, vec![json!(command), arguments]);
        let mut result = self.runtime.block_on(call).expect("the page can call");
        match result.get("refusal") {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(result["answer"].take()),
        }
    }

    /// Does a command of the application in this window's role.
    ///
    /// # Errors
    /// The application refused it.
    pub fn execute(&self, method: &str, params: Value) -> Result<Value, Value> {
        self.invoke("execute", json!({ "request": { "method": method, "params": params } }))
    }

    /// Asks the application in this window's role.
    ///
    /// # Errors
    /// The application refused it.
    pub fn query(&self, method: &str, params: Value) -> Result<Value, Value> {
        self.invoke("query", json!({ "request": { "method": method, "params": params } }))
    }

    /// Runs a script in the page and answers what it returns.
    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.ask(async || self.client.execute(script, arguments.clone()).await)
    }

    /// Fails if the page, as it is now, breaks a rule of accessibility.
    ///
    /// # Panics
    /// With each rule and where it is broken.
    pub fn assert_accessible(&self) {
        self.wait_for_the_page();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(file).expect("axe-core: run npm --prefix ui ci");
        self.script(&format!("if (!window.axe) {{ {axe} }}"), vec![]);
        let script = "
            const [tags, done] = arguments;
            axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(
                ({ violations }) => done(violations.map(({ id, help, nodes }) =>
                    `${id}: ${help}\\n` + nodes.map((n) => `    ${n.target}  ${n.html}`).join('\\n'))),
                (error) => done([String(error)]));";
        let run = self.client.execute_async(script, vec![json!(ACCESSIBILITY_RULES)]);
        let broken = self.runtime.block_on(run).expect("axe runs");
        let broken: Vec<String> = serde_json::from_value(broken).expect("a list of texts");
        assert!(broken.is_empty(), "{} is not accessible:\n{}", self.route(), broken.join("\n"));
    }

    /// Takes a picture of the window in front, into `target/tmp/screenshots`.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        // Two frames later the screen shows what the page is now.
        let painted = "const [done] = arguments;
            requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.runtime.block_on(self.client.execute_async(painted, vec![])).expect("a frame");
        self.screen.picture(name, &["--focused"]).expect("a picture of the window")
    }

    pub(crate) fn wait_for_the_page(&self) {
        self.wait_until("the page is drawn", |page| {
            let drawn =
                "return document.readyState === 'complete' && !!document.querySelector('h1')";
            page.script(drawn, vec![]) == json!(true)
        });
    }

    fn reads(&self, text: &str) -> bool {
        self.said().contains(text)
    }

    /// All text that the page shows, with single spaces.
    fn said(&self) -> String {
        let text = self.script("return document.body.innerText", vec![]);
        plain(text.as_str().unwrap_or_default())
    }

    pub(crate) fn others(&self) -> Vec<fantoccini::wd::WindowHandle> {
        let mut windows = self.ask(async || self.client.windows().await);
        windows.retain(|window| *window != self.own);
        windows
    }

    /// Asks the driver; once more when it closed the idle connection just then.
    fn ask<T>(&self, question: impl AsyncFn() -> Result<T, CmdError>) -> T {
        let answer = match self.runtime.block_on(question()) {
            Err(CmdError::FailedC(_)) => self.runtime.block_on(question()),
            answer => answer,
        };
        answer.expect("the driver answers")
    }

    /// Finds something and does something with it, again and again until that works.
    fn act<T>(
        &self,
        target: &Target,
        what: &str,
        act: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let why = match self.runtime.block_on(self.find(target)) {
                // The page may have drawn itself anew in between: then the element is stale.
                Ok(element) => match self.runtime.block_on(self.reach(element, &act)) {
                    Ok(result) => return result,
                    Err(error) => format!("{error:?}"),
                },
                Err(why) => why,
            };
            assert!(Instant::now() < deadline, "cannot {what} {target:?}: {why}");
            pause();
        }
    }

    async fn find(&self, target: &Target) -> Result<Element, String> {
        let role = target.role;
        let shown = self.shown(&target.selector).await.map_err(|error| error.to_string())?;
        let wanted = &target.name;
        let mut names = Vec::new();
        for element in &shown {
            names.push(self.name_of(element).await.map_err(|error| error.to_string())?);
        }
        let exact = names.iter().position(|name| name == wanted);
        let similar: Vec<_> = (0..names.len()).filter(|&i| names[i].contains(wanted)).collect();
        match (exact, similar.as_slice()) {
            (Some(one), _) | (None, &[one]) => Ok(shown[one].clone()),
            _ => Err(format!("the page has these of role {role}: {names:?}")),
        }
    }

    async fn shown(&self, selector: &str) -> Result<Vec<Element>, CmdError> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .filter((element) => element.checkVisibility({ visibilityProperty: true }))";
        let found = self.client.execute(script, vec![json!(selector)]).await?;
        let references = found.as_array().into_iter().flatten();
        let ids =
            references.filter_map(|reference| reference.as_object()?.values().next()?.as_str());
        Ok(ids
            .map(|id| ElementRef::from(id.to_owned()))
            .map(|id| Element::from_element_id(self.client.clone(), id))
            .collect())
    }

    async fn name_of(&self, element: &Element) -> Result<String, CmdError> {
        let name = self.client.issue_cmd(ComputedLabel(element.element_id())).await?;
        Ok(plain(name.as_str().unwrap_or_default()))
    }

    /// Brings an element into the middle of the window first; the driver's own scrolling stops
    /// short of what is below the window.
    async fn reach<T>(
        &self,
        element: Element,
        act: &impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> Result<T, CmdError> {
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let reference = serde_json::to_value(&element).expect("a reference");
        self.client.execute(script, vec![reference]).await?;
        act(element).await
    }
}

/// WebDriver's question for the name that assistive technology would use; fantoccini lacks it.
#[derive(Debug)]
struct ComputedLabel(ElementRef);

impl WebDriverCompatibleCommand for ComputedLabel {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/element/{}/computedlabel", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pause() {
    std::thread::sleep(Duration::from_millis(25));
}
