//! Mails and the server that sends them: parameters and answers.

use std::fmt;

use kernel::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// Says which server sends the mails.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetMailServer {
    /// Its name or address.
    #[serde(default)]
    pub server: String,
    /// 1 to 65535; usually 587 with `startTls`, 465 with `tls`.
    pub port: i64,
    /// Who else may read along.
    pub security: MailSecurity,
    /// Who logs in there; empty if nobody has to.
    #[serde(default)]
    pub user: String,
    /// Their password. Left out, the stored one is kept, unless the server or the user is another.
    #[serde(default)]
    pub password: Option<Password>,
    /// The address under which is sent.
    #[serde(default)]
    pub sender_address: String,
    /// The name beside it; may be empty.
    #[serde(default)]
    pub sender_name: String,
}

/// Who else may read what goes to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MailSecurity {
    /// Everybody on the way; only for a server on this computer.
    None,
    /// Nobody: TLS before anything is told.
    StartTls,
    /// Nobody: TLS from the first byte.
    Tls,
}

/// A password. It is not shown where its command is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

impl JsonSchema for Password {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Password".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// Forgets the server; mails wait again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveMailServer {}

/// Sends a test mail over the stored server; answers when that accepted it. It changes no data. A
/// repeat is answered as the first time; after a restart it sends another one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestMailServer {
    /// To whom.
    pub to: String,
}

/// Tries what waits now, also what was to be tried later.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendMails {}

/// Lets mails that were set aside as undeliverable be tried again.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryMails {
    /// As `ListMails` gives them.
    pub mail_ids: Vec<i64>,
}

/// Which server sends, and how it stands with the mails.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetMailServer {}

/// How it stands with the mails.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailServerState {
    /// The server; absent while there is none, and mails are only exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<MailServer>,
    /// Whether this process sends by itself what is queued.
    pub is_sending: bool,
    /// Whether nothing is ever sent from this folder: a sandbox or a demo.
    pub is_test_folder: bool,
    /// How many mails are where.
    pub counts: MailCounts,
    /// Why the server did not take anything when it was tried last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<MailFailure>,
    /// `test`, `sendNow`, `remove`.
    pub actions: Vec<String>,
}

/// A server that sends mails. Its password is told to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailServer {
    /// Its name or address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Who else may read along.
    pub security: MailSecurity,
    /// Who logs in there; empty if nobody has to.
    pub user: String,
    /// Whether a password is stored.
    pub has_password: bool,
    /// The address under which is sent.
    pub sender_address: String,
    /// The name beside it; may be empty.
    pub sender_name: String,
}

/// How many mails are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailCounts {
    /// In the outbox, not yet sent or exported. A few may turn out to have nobody to go to.
    pub waiting: i64,
    /// Refused for good, and not tried any more by themselves.
    pub undeliverable: i64,
    /// Accepted by a mail server.
    pub sent: i64,
    /// Written as files.
    pub exported: i64,
}

/// Why a mail server took nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailFailure {
    /// When it was tried.
    pub at: Timestamp,
    /// `unreachable`, `insecure`, `login`, `sender`, `server` or `interrupted`.
    pub reason: String,
    /// What the server or the system said, in its own words.
    pub message: String,
    /// When it is tried again by itself.
    pub next_try_at: Timestamp,
}

/// Where a mail is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MailState {
    /// In the outbox; it is queued, not sent.
    #[default]
    Waiting,
    /// Refused for good, and not tried any more by itself.
    Undeliverable,
    /// Accepted by a mail server.
    Sent,
    /// Written as a file.
    Exported,
}

/// Mails, each with its text.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListMails {
    /// Where they are; those that wait if it is absent.
    #[serde(default)]
    pub state: MailState,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<i64>,
    /// 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Mails.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Mails {
    /// Those that wait: oldest first, and only those with somebody to write to. All others: newest
    /// first.
    pub items: Vec<Mail>,
    /// Give it as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// One mail. Its text is made when it is asked for, from what is known then: absent are the parts of
/// one that left, and that would have nobody to go to today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// Its id in the queue.
    pub mail_id: i64,
    /// The same for every repeat of this mail, and for no other mail anywhere: its `Message-ID`
    /// begins with it.
    pub key: String,
    /// Where it is.
    pub state: MailState,
    /// `accessCode`, `orderConfirmed`, `orderExpired`, `orderCancelled`, `seatsCancelled`,
    /// `seatCancelled` or `ticket`.
    pub template: String,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// In English and German.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// In English, then in German.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
    /// How often sending it failed.
    pub attempts: i64,
    /// Why it failed last: what the server said, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// Before this it is not tried again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Timestamp>,
}
