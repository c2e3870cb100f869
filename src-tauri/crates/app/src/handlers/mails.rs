//! Mails that left this program, and the server over which they leave.

use std::net::IpAddr;

use kernel::{EmailAddress, PersonName};
use mail::Sender;

use super::{Outcome, fields::Fields};
use crate::{
    error::AppError,
    sending::{KIND, LeftAs, MAIL_SERVER, MOVED, StoredServer},
    settings,
    unit::Unit,
    wire::{
        commands as wire,
        mails::{MailSecurity, RetryMails, SetMailServer},
    },
};

/// The longest name of a host. Source: RFC 1035, section 2.3.4.
const LONGEST_HOST: usize = 253;
/// The longest user and password.
const LONGEST_LOGIN: usize = 500;

/// Records that mails were handed over. A mail that is unknown or was handed over before stays as
/// it is.
pub fn mark_exported(
    unit: &mut Unit<'_>,
    form: &wire::MarkMailsExported,
) -> Result<Outcome, AppError> {
    for mail_id in &form.mail_ids {
        unit.store.mark_outbox_done(*mail_id, LeftAs::Exported.as_str(), unit.at)?;
    }
    unit.moved.insert(MOVED);
    Ok(Outcome::Done)
}

/// Keeps the mail server, its password wrapped.
pub fn set_server(unit: &mut Unit<'_>, form: &SetMailServer) -> Result<Outcome, AppError> {
    let mut fields = Fields::default();
    let server = host(&mut fields, form.server.trim());
    let port = u16::try_from(form.port).ok().filter(|port| 0 < *port);
    if port.is_none() {
        fields.mistake("port", "InvalidPort", "is 1 to 65535");
    }
    let security = security(&mut fields, form.security, server.as_deref());
    let sender = sender(&mut fields, form);
    let user = form.user.trim();
    let password = password(unit, &mut fields, user, form)?;
    let (Some(server), Some(port), Some(security), Some((address, name)), Some(password)) =
        (server, port, security, sender, password)
    else {
        return Err(fields.refuse());
    };
    let stored = StoredServer {
        server,
        port,
        security,
        user: user.to_owned(),
        password: None,
        sender_address: address.to_string(),
        sender_name: name,
    };
    let stored = match password {
        Secret::None => stored,
        Secret::Kept(wrapped) => StoredServer { password: Some(wrapped), ..stored },
        Secret::New(password) => stored.with_password(unit.store.keys(), &password)?,
    };
    stored.keep(unit.connection())?;
    Ok(Outcome::Done)
}

/// Forgets the mail server.
pub fn remove_server(unit: &mut Unit<'_>) -> Result<Outcome, AppError> {
    settings::forget(unit.connection(), MAIL_SERVER)?;
    Ok(Outcome::Done)
}

/// Lets everything that waits be tried now.
pub fn hurry(unit: &mut Unit<'_>) -> Result<Outcome, AppError> {
    unit.store.hurry_outbox(KIND)?;
    unit.moved.insert(MOVED);
    Ok(Outcome::Done)
}

/// Lets mails that were set aside be tried again.
pub fn retry(unit: &mut Unit<'_>, form: &RetryMails) -> Result<Outcome, AppError> {
    for mail_id in &form.mail_ids {
        unit.store.take_outbox_up_again(*mail_id)?;
    }
    unit.moved.insert(MOVED);
    Ok(Outcome::Done)
}

fn host(fields: &mut Fields, text: &str) -> Option<String> {
    let is_name = || {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        text.split('.').all(|part| !part.is_empty() && part.chars().all(is_letter))
    };
    if text.is_empty() {
        fields.mistake("server", "InvalidRequired", "is required");
    } else if LONGEST_HOST < text.len() {
        fields.mistake("server", "InvalidTooLong", "has more than 253 characters");
    } else if text.parse::<IpAddr>().is_err() && !is_name() {
        let what = "is the name of a computer alone, such as smtp.example.org";
        fields.mistake("server", "InvalidMailServer", what);
    } else {
        return Some(text.to_owned());
    }
    None
}

fn security(
    fields: &mut Fields,
    wanted: MailSecurity,
    server: Option<&str>,
) -> Option<MailSecurity> {
    if wanted != MailSecurity::None || !server.is_some_and(is_elsewhere) {
        return Some(wanted);
    }
    let what = "is needed for a server that is not on this computer: choose startTls or tls";
    fields.mistake("security", "InvalidMailSecurity", what);
    None
}

fn is_elsewhere(server: &str) -> bool {
    let is_here = |address: IpAddr| address.is_loopback();
    !server.eq_ignore_ascii_case("localhost") && !server.parse().is_ok_and(is_here)
}

fn sender(fields: &mut Fields, form: &SetMailServer) -> Option<(EmailAddress, String)> {
    let address = fields.person::<EmailAddress>("senderAddress", &form.sender_address);
    let name = form.sender_name.trim();
    let name = if name.is_empty() {
        Some(String::new())
    } else {
        fields.person::<PersonName>("senderName", name).map(|name| name.to_string())
    };
    let (address, name) = (address?, name?);
    if Sender::new(&address, &name).is_none() {
        fields.mistake("senderAddress", "InvalidEmail", "is not understood by mail programs");
        return None;
    }
    Some((address, name))
}

/// A password on its way to the settings.
enum Secret {
    /// Nobody logs in.
    None,
    /// As it is stored.
    Kept(String),
    /// As it was typed.
    New(String),
}

/// The password; nothing if there is a mistake.
fn password(
    unit: &Unit<'_>,
    fields: &mut Fields,
    user: &str,
    form: &SetMailServer,
) -> Result<Option<Secret>, AppError> {
    let typed = form.password.as_ref().map(|password| password.0.as_str());
    let typed = typed.filter(|password| !password.is_empty());
    for (field, text) in [("user", user), ("password", typed.unwrap_or_default())] {
        if LONGEST_LOGIN < text.chars().count() {
            fields.mistake(field, "InvalidTooLong", "has more than 500 characters");
            return Ok(None);
        }
        if text.chars().any(char::is_control) {
            fields.mistake(field, "InvalidField", "has a control character");
            return Ok(None);
        }
    }
    match (user.is_empty(), typed) {
        (true, None) => return Ok(Some(Secret::None)),
        (true, Some(_)) => {
            fields.mistake("user", "InvalidRequired", "is required with a password");
            return Ok(None);
        }
        (false, Some(typed)) => return Ok(Some(Secret::New(typed.to_owned()))),
        (false, None) => {}
    }
    // Nobody who may change the server can have the password sent to one of their own.
    let stored = StoredServer::find(unit.connection())?;
    let kept = stored.filter(|known| known.server == form.server.trim() && known.user == user);
    let wrapped = kept.and_then(|known| known.password);
    if wrapped.is_none() {
        fields.mistake("password", "InvalidRequired", "is required for this server and user");
    }
    Ok(wrapped.map(Secret::Kept))
}
