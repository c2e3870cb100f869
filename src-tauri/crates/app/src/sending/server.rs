//! The mail server as this installation remembers it.
//!
//! Invariant: the password is wrapped under the store's key, for this server and this user: it
//! cannot be read from the database alone, nor be sent to another server by changing the row.

use event_store::{PersonKeys, say};
use mail::{Cause, Login, Security, SendError, Sender, Server};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::{
    error::AppError,
    settings,
    wire::mails::{MailSecurity, MailServer},
};

/// The stored name of the mail server. Backups leave it out.
pub const MAIL_SERVER: &str = "mailServer";

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredServer {
    /// Its name or address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Who else may read along.
    pub security: MailSecurity,
    /// Who logs in; empty if nobody does.
    pub user: String,
    /// Their password, wrapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The address under which is sent.
    pub sender_address: String,
    /// The name beside it; may be empty.
    pub sender_name: String,
}

impl StoredServer {
    /// The one that is stored; nothing if there is none.
    pub fn find(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let stored = settings::find(connection, MAIL_SERVER)?;
        Ok(stored.and_then(|stored| match serde_json::from_str(&stored) {
            Ok(server) => Some(server),
            Err(error) => {
                say!("lanyard: the stored mail server cannot be understood: {error}");
                None
            }
        }))
    }

    /// Stores it.
    pub fn keep(&self, connection: &Connection) -> Result<(), AppError> {
        let stored = serde_json::to_string(self).map_err(AppError::broken)?;
        Ok(settings::keep(connection, MAIL_SERVER, &stored)?)
    }

    /// With a password.
    pub fn with_password(self, keys: &PersonKeys, password: &str) -> Result<Self, AppError> {
        let wrapped = keys.wrap_secret(&self.place(), password).map_err(AppError::broken)?;
        Ok(Self { password: Some(wrapped), ..self })
    }

    /// What may be told of it.
    pub fn told(&self) -> MailServer {
        MailServer {
            server: self.server.clone(),
            port: self.port,
            security: self.security,
            user: self.user.clone(),
            has_password: self.password.is_some(),
            sender_address: self.sender_address.clone(),
            sender_name: self.sender_name.clone(),
        }
    }

    /// As it is used.
    ///
    /// # Errors
    /// The password or the sender cannot be read.
    pub fn opened(&self, keys: &PersonKeys) -> Result<Server, SendError> {
        let wrong = |cause, text: &str| SendError { cause, text: text.to_owned() };
        let login = match &self.password {
            None => None,
            Some(wrapped) => {
                let unreadable = "the stored password cannot be read; enter it again";
                let password = keys
                    .unwrap_secret(&self.place(), wrapped)
                    .ok_or_else(|| wrong(Cause::Login, unreadable))?;
                Some(Login { user: self.user.clone(), password: password.to_string() })
            }
        };
        let sender = self.sender().ok_or_else(|| {
            wrong(Cause::Sender, "the stored sender cannot be read; enter it again")
        })?;
        let security = match self.security {
            MailSecurity::None => Security::None,
            MailSecurity::StartTls => Security::StartTls,
            MailSecurity::Tls => Security::Tls,
        };
        Ok(Server { host: self.server.clone(), port: self.port, security, login, sender })
    }

    /// Who sends.
    pub fn sender(&self) -> Option<Sender> {
        Sender::new(&self.sender_address.parse().ok()?, &self.sender_name)
    }

    fn place(&self) -> String {
        format!("mail server password\n{}\n{}", self.server, self.user)
    }
}
