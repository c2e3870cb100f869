//! A small mail server on this computer that really speaks SMTP, and can be told to misbehave.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A letter that was accepted, or whose answer never came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The address that was asked for.
    pub to: String,
    /// Headers and text, as they came.
    pub data: String,
}

impl Received {
    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let line = self.data.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_default().to_owned()
    }
}

/// A mail server that listens until it is dropped.
pub struct MailServer {
    port: u16,
    desk: Arc<Desk>,
    listening: Option<Listening>,
}

struct Listening {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    said: Vec<String>,
    connections: Vec<TcpStream>,
    refused: BTreeSet<String>,
    put_off: BTreeSet<String>,
    refuses_senders: bool,
    /// User and password in the form of `AUTH PLAIN`; everybody may send if this is absent.
    login: Option<String>,
    /// How many letters are still to be taken without an answer.
    breaks_off: usize,
    is_holding: bool,
}

impl MailServer {
    /// One that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let desk = Arc::<Desk>::default();
        let listening = Some(listen(listener, &desk));
        Self { port, desk, listening }
    }

    /// Where it listens, on 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on letters to this address are refused for good.
    pub fn refuses(&self, address: &str) {
        self.state().refused.insert(address.to_owned());
    }

    /// From now on letters to this address are put off.
    pub fn puts_off(&self, address: &str) {
        self.state().put_off.insert(address.to_owned());
    }

    /// From now on letters to this address are taken.
    pub fn takes(&self, address: &str) {
        let mut state = self.state();
        state.refused.remove(address);
        state.put_off.remove(address);
    }

    /// From now on nobody may send under any address.
    pub fn refuses_senders(&self) {
        self.state().refuses_senders = true;
    }

    /// From now on only who logs in may send; `token` is `\0user\0password` in base64.
    pub fn wants_login(&self, token: &str) {
        self.state().login = Some(token.to_owned());
    }

    /// The next letter is taken, and the connection ends before that is said.
    pub fn breaks_off(&self) {
        self.state().breaks_off = 1;
    }

    /// From now on letters are taken and not answered.
    pub fn holds_its_answers(&self) {
        self.state().is_holding = true;
    }

    /// What was held is answered.
    pub fn answers(&self) {
        self.state().is_holding = false;
        self.desk.moved.notify_all();
    }

    /// Stops listening and ends every connection.
    pub fn goes_away(&mut self) {
        let Some(Listening { is_over, thread }) = self.listening.take() else { return };
        is_over.store(true, Ordering::SeqCst);
        // Whoever waits for a caller gets one.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        thread.join().expect("the listener ends");
        self.hangs_up();
    }

    /// Ends every connection.
    pub fn hangs_up(&self) {
        for connection in self.state().connections.drain(..) {
            // It may have ended before.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Listens again, at the same port.
    pub fn comes_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).expect("the same port");
        self.listening = Some(listen(listener, &self.desk));
    }

    /// What it has received, in order.
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// Everything that was said to it, but for the letters, line by line; `""` for each caller.
    pub fn said(&self) -> Vec<String> {
        self.state().said.clone()
    }

    /// How often somebody called.
    pub fn calls(&self) -> usize {
        self.said().iter().filter(|line| line.is_empty()).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.desk.state()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.answers();
        self.goes_away();
    }
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn listen(listener: TcpListener, desk: &Arc<Desk>) -> Listening {
    let is_over = Arc::new(AtomicBool::new(false));
    let (desk, ends) = (Arc::clone(desk), Arc::clone(&is_over));
    let thread = thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if ends.load(Ordering::SeqCst) {
                return;
            }
            let kept = stream.try_clone().expect("a second handle");
            desk.state().connections.push(kept);
            let desk = Arc::clone(&desk);
            // A caller that goes away ends its own thread.
            thread::spawn(move || drop(converse(&desk, stream)));
        }
    });
    Listening { is_over, thread }
}

fn converse(desk: &Desk, stream: TcpStream) -> std::io::Result<()> {
    desk.state().said.push(String::new());
    let mut answers = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut to = String::new();
    let mut may_send = desk.state().login.is_none();
    answers.write_all(b"220 testkit\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        desk.state().said.push(line.clone());
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match word.to_ascii_uppercase().as_str() {
            "EHLO" => "250-testkit\r\n250-AUTH PLAIN\r\n250 8BITMIME".to_owned(),
            "AUTH" => {
                may_send = desk.state().login.as_deref() == rest.strip_prefix("PLAIN ");
                (if may_send { "235 welcome" } else { "535 5.7.8 wrong password" }).to_owned()
            }
            "MAIL" if !may_send => "530 5.7.0 log in first".to_owned(),
            "MAIL" if desk.state().refuses_senders => "550 5.7.1 not under this name".to_owned(),
            "RCPT" => {
                to = rest.trim_start_matches("TO:<").trim_end_matches('>').to_owned();
                let state = desk.state();
                if state.refused.contains(&to) {
                    format!("550 5.1.1 <{to}>: no such person")
                } else if state.put_off.contains(&to) {
                    "451 4.7.1 try again later".to_owned()
                } else {
                    "250 ok".to_owned()
                }
            }
            "DATA" => {
                answers.write_all(b"354 go on\r\n")?;
                let data: Vec<String> =
                    lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                if !take(desk, Received { to: to.clone(), data: data.join("\n") }) {
                    return answers.shutdown(Shutdown::Both);
                }
                "250 taken".to_owned()
            }
            "MAIL" | "RSET" | "NOOP" => "250 ok".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "502 not here".to_owned(),
        };
        answers.write_all(answer.as_bytes())?;
        answers.write_all(b"\r\n")?;
    }
    Ok(())
}

/// Takes a letter. Says whether it is to be answered.
fn take(desk: &Desk, letter: Received) -> bool {
    let mut state = desk.state();
    state.received.push(letter);
    if 0 < state.breaks_off {
        state.breaks_off -= 1;
        return false;
    }
    while state.is_holding {
        state = desk.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    true
}
