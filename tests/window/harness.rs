//! A screen of its own for each test, with the real application on it.
//!
//! The screen is an Xvfb with a window manager; the application is started by WebKit's WebDriver on
//! a fresh data folder. Tests take turns, in whatever processes they run: two cores show one window
//! in time, but not two. Everything started here ends with the test, also when it panics or is
//! killed. What a test does in the window is in `page.rs`.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The application as built for this test.
pub const APPLICATION: &str = env!("CARGO_BIN_EXE_lanyard");
/// Longer than anything takes on a busy machine: reached only when a test fails.
const DEADLINE: Duration = Duration::from_secs(30);

/// After how long a person presses a key again that did nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the application finds in its environment.
const SURROUNDINGS: [(&str, &str); 7] = [
    ("TAURI_AUTOMATION", "true"),
    ("TAURI_WEBVIEW_AUTOMATION", "true"),
    // Else what the window shows without a graphics card may be a moment old.
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    ("GDK_BACKEND", "x11"),
    ("NO_AT_BRIDGE", "1"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "UTC"),
];

/// How the application is started.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    is_kiosk: bool,
    /// For the window and for `lanyard rpc` alike.
    arguments: Vec<String>,
    given: Vec<(String, Value)>,
    /// In pixels, as Xvfb takes it.
    screen: Option<&'static str>,
    /// What happens to the data folder before anything is in it, and before the window opens.
    before: Option<fn(&Path)>,
    after: Option<fn(&Path)>,
}

/// The application's window, in front of a test. Its methods are in `page.rs`.
#[derive(Debug)]
pub struct Window {
    // The fields end in this order: first the session, last the screen and the data.
    pub(crate) client: Client,
    pub(crate) own: WindowHandle,
    pub(crate) runtime: Runtime,
    pub(crate) screen: Screen,
    launch: Launch,
    data: TempDir,
}

/// An X display with a window manager, and the WebDriver that starts applications on it.
#[derive(Debug)]
pub struct Screen {
    port: u16,
    display: String,
    log: PathBuf,
    /// For what the application would keep in the person's home.
    _home: TempDir,
    // Ended in this order; the turn is given up when all have gone.
    _driver: Running,
    _window_manager: Running,
    _server: Running,
    _turn: File,
}

/// A process that does not outlive the test, nor do its children.
#[derive(Debug)]
struct Running(Child);

impl Launch {
    /// The organizer's window on a new sandbox.
    pub fn main() -> Self {
        Self::default().with(&["--sandbox"])
    }

    /// The organizer's window on a new real folder.
    pub fn real() -> Self {
        Self::default()
    }

    /// The unattended window on a new sandbox.
    pub fn kiosk() -> Self {
        Self { is_kiosk: true, ..Self::main() }
    }

    /// Further arguments of the command line, such as `--clock manual`.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// On a screen of another size: `on_screen("1080x1920")`.
    pub fn on_screen(mut self, size: &'static str) -> Self {
        self.screen = Some(size);
        self
    }

    /// A command that is done on the data folder, by `lanyard rpc`, before the window opens.
    pub fn given(mut self, method: &str, params: Value) -> Self {
        self.given.push((method.to_owned(), params));
        self
    }

    /// What is done to the new data folder, such as giving it a disk of its own.
    pub fn before(self, disturb: fn(&Path)) -> Self {
        Self { before: Some(disturb), ..self }
    }

    /// What is done to the data folder before the window opens, such as damaging it.
    pub fn after(self, disturb: fn(&Path)) -> Self {
        Self { after: Some(disturb), ..self }
    }

    /// Starts the application and waits for its page.
    pub fn open(self) -> Window {
        let screen = Screen::new(self.screen.unwrap_or("1440x900"));
        let data = TempDir::new().expect("a data folder");
        self.before.iter().for_each(|disturb| disturb(data.path()));
        self.prepare(data.path(), &self.given);
        self.after.iter().for_each(|disturb| disturb(data.path()));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime for the WebDriver session");
        let client = runtime.block_on(screen.start(&self.window(data.path())));
        let own = runtime.block_on(client.window()).expect("the application's window");
        let window = Window { client, own, runtime, screen, launch: self, data };
        window.wait_for_the_page();
        window
    }

    fn window(&self, data: &Path) -> Vec<String> {
        let kiosk = self.is_kiosk.then(|| "--kiosk".to_owned());
        self.on(data).into_iter().chain(kiosk).collect()
    }

    fn on(&self, data: &Path) -> Vec<String> {
        let data = data.to_str().expect("a path in UTF-8").to_owned();
        ["--data".to_owned(), data].into_iter().chain(self.arguments.iter().cloned()).collect()
    }

    /// Does commands by `lanyard rpc`, one after the other, because each may need the one before.
    fn prepare(&self, data: &Path, commands: &[(String, Value)]) {
        if commands.is_empty() {
            return;
        }
        let mut rpc = Command::new(APPLICATION)
            .args(self.on(data))
            .arg("rpc")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("lanyard rpc starts");
        let mut questions = rpc.stdin.take().expect("standard input");
        let mut answers = BufReader::new(rpc.stdout.take().expect("standard output")).lines();
        for (method, params) in commands {
            let line = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
            writeln!(questions, "{line}").expect("lanyard rpc reads");
            let answer = answers.next().expect("an answer").expect("lanyard rpc answers");
            let answer: Value = serde_json::from_str(&answer).expect("JSON-RPC");
            assert!(answer.get("result").is_some(), "given {method}: {answer}");
        }
        drop(questions);
        assert!(rpc.wait().expect("lanyard rpc ends").success());
    }
}

impl Window {
    /// The organizer's window on a new sandbox.
    pub fn open() -> Self {
        Launch::main().open()
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Goes on in the window that opens in the place of this one.
    pub fn follow(&mut self) {
        self.wait_until("another window has taken the place of this one", |window| {
            !window.others().is_empty()
        });
        let next = self.others().remove(0);
        self.runtime.block_on(self.client.switch_to_window(next.clone())).expect("its window");
        self.own = next;
        self.wait_until("the window before has gone", |window| window.others().is_empty());
        self.wait_for_the_page();
    }

    /// Starts the application once more on the same data, as a person would who does not see it.
    pub fn start_once_more(&self) -> std::process::Output {
        Command::new(APPLICATION)
            .args(self.launch.window(self.data.path()))
            .env("DISPLAY", &self.screen.display)
            .envs(SURROUNDINGS)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .output()
            .expect("it starts")
    }

    /// Closes the window as a person would, and opens it again on the same data.
    pub fn restart(&mut self) {
        self.while_closed(&[]);
    }

    /// As `restart`, and has commands done by `lanyard rpc` in between.
    pub fn while_closed(&mut self, commands: &[(&str, Value)]) {
        self.screen.close("", || nothing_runs(self.data.path()));
        // The driver has seen the application go: there is no session left to end.
        let _ = self.runtime.block_on(self.client.clone().close());
        let commands: Vec<_> = commands
            .iter()
            .map(|(method, params)| ((*method).to_owned(), params.clone()))
            .collect();
        self.launch.prepare(self.data.path(), &commands);
        self.start_again();
    }

    /// Closes the window, lets the test work on its data folder, and opens it again.
    pub fn restart_after(&mut self, work: impl FnOnce(&Path)) {
        self.screen.close("", || nothing_runs(self.data.path()));
        // The driver has seen the application go: there is no session left to end.
        let _ = self.runtime.block_on(self.client.clone().close());
        work(self.data.path());
        self.start_again();
    }

    /// Kills the application in the middle of what it does, and opens it again on the same data.
    pub fn crash_and_restart(&mut self) {
        // WebKit's driver ends a session by killing the process.
        self.runtime.block_on(self.client.clone().close()).expect("the session ends");
        self.screen.wait_until_nothing_runs(self.data.path());
        self.start_again();
    }

    fn start_again(&mut self) {
        let arguments = self.launch.window(self.data.path());
        self.client = self.runtime.block_on(self.screen.start(&arguments));
        self.own = self.runtime.block_on(self.client.window()).expect("the application's window");
        self.wait_for_the_page();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        // No assertion here: a second panic would hide the first.
        match self.screen.picture(&format!("failed-{name}"), &[]) {
            Ok(picture) => eprintln!("the screen when the test failed: {}", picture.display()),
            Err(error) => eprintln!("no picture of the failed test: {error}"),
        }
        let log = std::fs::read_to_string(&self.screen.log).unwrap_or_default();
        eprintln!("what the application said:\n{log}");
    }
}

impl Screen {
    fn new(size: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let turn = File::create(folder.join("window.lock")).expect("the file of turns");
        turn.lock().expect("our turn");
        let log = folder.join("window.log");
        let home = TempDir::new().expect("a home folder");
        let said = || File::options().append(true).open(&log).expect("the log");
        File::create(&log).expect("the log");

        let mut server = Running::start(
            guarded("Xvfb")
                // Without -noreset the server starts anew, and drops the window manager, when the
                // only other program has gone.
                .args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-noreset"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
        );
        let display = format!(":{}", server.first_line());
        let window_manager = Running::start(
            guarded("openbox").env("DISPLAY", &display).stdout(said()).stderr(said()),
        );
        let port = free_port();
        let driver = Running::start(
            guarded("WebKitWebDriver")
                .arg(format!("--port={port}"))
                .env("DISPLAY", &display)
                .envs(SURROUNDINGS)
                .env("XDG_DATA_HOME", home.path())
                .env("XDG_CONFIG_HOME", home.path())
                .env("XDG_CACHE_HOME", home.path())
                .env_remove("DBUS_SESSION_BUS_ADDRESS")
                .stdout(said())
                .stderr(said()),
        );
        let screen = Self {
            port,
            display,
            log,
            _home: home,
            _driver: driver,
            _window_manager: window_manager,
            _server: server,
            _turn: turn,
        };
        until("the WebDriver listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        // Only a window manager can answer this; without one nothing fills the screen.
        until("the window manager runs", || screen.ask_xdotool(&["get_desktop"]).is_some());
        screen
    }

    async fn start(&self, arguments: &[String]) -> Client {
        let options = json!({ "binary": APPLICATION, "args": arguments });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)];
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.into_iter().collect())
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .expect("the application opens its window")
    }

    /// Presses a key combination such as `alt+F4` on the window in front.
    pub fn press(&self, keys: &str) {
        until("a window is in front", || self.ask_xdotool(&["getactivewindow"]).is_some());
        self.xdotool(&["key", keys]);
    }

    /// Presses keys or moves the pointer, below anything that the page could intercept.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        self.ask_xdotool(arguments).unwrap_or_else(|| panic!("xdotool {arguments:?}"))
    }

    /// Takes a picture of the screen, or of a part of it, into `target/tmp/screenshots`.
    pub(crate) fn picture(&self, name: &str, options: &[&str]) -> std::io::Result<PathBuf> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        // WebDriver's own picture never comes without a graphics card.
        let mut scrot = Command::new("scrot");
        scrot.args(options).arg("--overwrite").arg(&file).env("DISPLAY", &self.display);
        match scrot.status()?.success() {
            true => Ok(file),
            false => Err(std::io::Error::other("scrot failed")),
        }
    }

    fn ask_xdotool(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.display)
            .output()
            .expect("xdotool");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn wait_until_nothing_runs(&self, data: &Path) {
        until("the application has ended", || nothing_runs(data));
    }

    /// Has the window manager ask a window to close, as a person does with Alt and F4. A key pressed
    /// while the window manager is giving the focus is lost, so it is pressed again.
    pub fn close(&self, title: &str, is_closed: impl Fn() -> bool) {
        let mut pressed: Option<Instant> = None;
        until(&format!("the window {title} has closed"), || {
            let waits = pressed.is_some_and(|then| then.elapsed() < PATIENCE);
            let front = || self.ask_xdotool(&["getactivewindow", "getwindowname"]);
            if !waits && front().is_some_and(|name| name.starts_with(title)) {
                self.xdotool(&["key", "alt+F4"]);
                pressed = Some(Instant::now());
            }
            is_closed()
        });
    }
}

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("setpriv starts the program"))
    }

    fn first_line(&mut self) -> String {
        let output = self.0.stdout.take().expect("standard output");
        let line = BufReader::new(output).lines().next().expect("a line");
        line.expect("a line of text")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

/// A program in a process group of its own, which the kernel ends when this thread has ended.
fn guarded(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", program]).process_group(0);
    command
}

/// Waits until something is so.
///
/// # Panics
/// It is still not so at the deadline.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Whether no application is open on a data folder.
fn nothing_runs(data: &Path) -> bool {
    let ours = format!("^{APPLICATION} --data {}", data.display());
    let found = Command::new("pgrep").args(["--full", &ours]).output().expect("pgrep");
    !found.status.success()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}
