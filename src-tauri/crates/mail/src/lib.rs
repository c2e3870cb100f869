//! How letters leave this computer: by SMTP, or as files for another program to send.
//!
//! This is the only crate that knows the network, and it connects nowhere by itself: somebody hands
//! it a server and a letter. It knows no queue, no database and no context, and keeps nothing.

mod eml;
mod error;
mod letter;
mod smtp;

pub use eml::EmlFiles;
pub use error::{Cause, SendError};
pub use letter::{Letter, Sender};
pub use smtp::{Login, Security, Server, Smtp};

/// A way for letters to leave.
pub trait MailTransport {
    /// Hands one letter over. An `Ok` says that it was accepted, and that it need not be kept here
    /// any longer.
    ///
    /// # Errors
    /// It was not accepted; after [`Cause::Interrupted`] it may have been all the same.
    fn send(&mut self, letter: &Letter) -> Result<(), SendError>;
}
