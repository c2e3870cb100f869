//! Letters as files, for any mail program to send.

use std::{fs, io, path::PathBuf};

use crate::{Cause, Letter, MailTransport, SendError, Sender};

/// Writes each letter as an `.eml` file of its own into a folder.
#[derive(Debug)]
pub struct EmlFiles {
    folder: PathBuf,
    sender: Sender,
}

impl EmlFiles {
    /// Into this folder, which is made where it is missing.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: PathBuf, sender: Sender) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, sender })
    }
}

impl MailTransport for EmlFiles {
    fn send(&mut self, letter: &Letter) -> Result<(), SendError> {
        let message = letter.message(&self.sender)?;
        let name = format!("{:06}-{}.eml", letter.number, letter.template);
        // Under another name until it is complete: half a letter must not be sent.
        let (half, whole) = (self.folder.join(format!(".{name}")), self.folder.join(&name));
        fs::write(&half, message.formatted()).and_then(|()| fs::rename(&half, &whole)).map_err(
            |error| {
                SendError::new(Cause::Unreachable, format_args!("{}: {error}", whole.display()))
            },
        )
    }
}
