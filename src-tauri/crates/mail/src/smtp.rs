//! Letters by SMTP, one after the other over one connection.
//!
//! The conversation is led step by step, and not as lettre's own transport does it, because what a
//! `5xx` means depends on what it answers: a refused password or sender is no letter's fault.

use std::{error::Error as _, fmt, io, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};

use crate::{Cause, Letter, MailTransport, SendError, Sender};

/// How long a server may take for one step of the conversation.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it may look at a whole letter. Who does not wait for the answer sends it again, and the
/// person gets it twice. Source: RFC 5321, section 4.5.3.2.6.
const PATIENCE_FOR_A_LETTER: Duration = Duration::from_secs(600);
/// "Service not available, closing transmission channel". Source: RFC 5321, section 4.2.2.
const CLOSING: u16 = 421;
/// "Authentication required". Source: RFC 4954, section 6.
const LOGIN_REQUIRED: u16 = 530;

/// Who else may read what goes over the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Everybody on the way.
    None,
    /// Nobody: the connection begins in the clear and goes on under TLS before anything is told.
    StartTls,
    /// Nobody: TLS from the first byte.
    Tls,
}

/// A user and their password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A server that takes letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who else may read along.
    pub security: Security,
    /// Who is to log in, if anybody.
    pub login: Option<Login>,
    /// Who sends.
    pub sender: Sender,
}

/// Sends over a server. The connection is made with the first letter, and ended on drop.
pub struct Smtp {
    server: Server,
    connection: Option<SmtpConnection>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Over this server.
    pub const fn new(server: Server) -> Self {
        Self { server, connection: None }
    }

    /// Begins a letter; over a new connection where an earlier one is worn out: servers end those
    /// that were idle, or had so many letters.
    fn begin(&mut self, to: &Address) -> Result<SmtpConnection, SendError> {
        if let Some(mut connection) = self.connection.take() {
            match self.say_who_sends(&mut connection, to) {
                Ok(()) => return Ok(connection),
                Err(error) if error.cause == Cause::Sender => return Err(error),
                Err(_) => connection.abort(),
            }
        }
        let mut connection = self.connect()?;
        self.say_who_sends(&mut connection, to)?;
        Ok(connection)
    }

    fn connect(&self) -> Result<SmtpConnection, SendError> {
        let Server { host, port, security, login, .. } = &self.server;
        let hello = ClientId::default();
        let tls = match security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(
                TlsParameters::new(host.clone())
                    .map_err(|error| SendError::new(Cause::Insecure, error))?,
            ),
        };
        let from_the_start = tls.as_ref().filter(|_| *security == Security::Tls);
        let host_and_port = (host.as_str(), *port);
        let mut connection =
            SmtpConnection::connect(host_and_port, Some(PATIENCE), &hello, from_the_start, None)
                .map_err(|error| of_connection(&error))?;
        if let Some(tls) = tls.filter(|_| *security == Security::StartTls) {
            connection.starttls(&tls, &hello).map_err(|error| match of_connection(&error) {
                // A server that does not want to is one that nobody should be told a password.
                refused if error.is_client() || error.is_permanent() => {
                    SendError { cause: Cause::Insecure, ..refused }
                }
                other => other,
            })?;
        }
        if let Some(Login { user, password }) = login {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).map_err(|error| {
                let is_login = error.is_permanent() || error.is_client();
                let otherwise = of_connection(&error);
                if is_login { SendError { cause: Cause::Login, ..otherwise } } else { otherwise }
            })?;
        }
        Ok(connection)
    }

    fn say_who_sends(
        &self,
        connection: &mut SmtpConnection,
        to: &Address,
    ) -> Result<(), SendError> {
        let sender = self.server.sender.address();
        let mut parameters = Vec::new();
        let is_international = [sender, to].iter().any(|one| !one.to_string().is_ascii());
        if is_international && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let text = "the server takes no addresses with letters beyond ASCII";
            return Err(SendError::new(Cause::Refused, text));
        }
        if is_international {
            parameters.push(MailParameter::SmtpUtfEight);
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        connection.command(Mail::new(Some(sender.clone()), parameters)).map(drop).map_err(|error| {
            let otherwise = of_connection(&error);
            match code(&error) {
                Some(LOGIN_REQUIRED) => SendError { cause: Cause::Login, ..otherwise },
                _ if error.is_permanent() => SendError { cause: Cause::Sender, ..otherwise },
                _ => otherwise,
            }
        })
    }
}

impl MailTransport for Smtp {
    fn send(&mut self, letter: &Letter) -> Result<(), SendError> {
        let message = letter.message(&self.server.sender)?;
        let to: Address = letter
            .to
            .parse()
            .map_err(|error| SendError::new(Cause::Refused, error).without(&letter.to))?;
        let mut connection = self.begin(&to).map_err(|error| error.without(&letter.to))?;
        let handed_over = connection
            .command(Rcpt::new(to, vec![]))
            .and_then(|_| connection.command(Data))
            .and_then(|_| say(&mut connection, &message.formatted()));
        match handed_over {
            Ok(()) => {
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                let error = of_letter(&error).without(&letter.to);
                let goes_on = !error.cause.concerns_all();
                if goes_on && connection.command(Rset).is_ok() {
                    self.connection = Some(connection);
                } else {
                    connection.abort();
                }
                Err(error)
            }
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // Every letter was answered already.
            let _ = connection.quit();
        }
    }
}

fn say(connection: &mut SmtpConnection, letter: &[u8]) -> Result<(), Error> {
    // A stream whose patience cannot be set has the shorter one.
    let _ = connection.set_timeout(Some(PATIENCE_FOR_A_LETTER));
    let answer = connection.message(letter);
    let _ = connection.set_timeout(Some(PATIENCE));
    answer.map(drop)
}

/// What an error means that came before anything was said about a letter.
fn of_connection(error: &Error) -> SendError {
    let cause = if is_insecure(error) {
        Cause::Insecure
    } else if error.status().is_some() {
        Cause::Server
    } else {
        Cause::Unreachable
    };
    SendError::new(cause, error)
}

fn of_letter(error: &Error) -> SendError {
    let cause = match code(error) {
        Some(CLOSING) => Cause::Server,
        Some(LOGIN_REQUIRED) => Cause::Login,
        Some(_) if error.is_permanent() => Cause::Refused,
        Some(_) => Cause::Later,
        None => Cause::Interrupted,
    };
    SendError::new(cause, error)
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

/// A certificate that nobody vouches for, or no TLS where it was to be, comes to light with the
/// first bytes, and rustls tells it as data that cannot be.
fn is_insecure(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return cause.kind() == io::ErrorKind::InvalidData;
        }
        source = cause.source();
    }
    error.is_tls()
}
