//! `lanyard mail`: the queued mails as files, for any mail program to send.

use std::{fs, path::PathBuf};

use app::{App, Caller, Role};
use clap::Args;
use lettre::{
    Message,
    message::{Mailbox, header::ContentType},
};
use serde_json::{Value, json};

use super::{Data, Failure};

/// Writes the queued mails as .eml files.
#[derive(Debug, Args)]
pub struct Mail {
    /// Where the files go; made where it is missing.
    #[arg(long, value_name = "DIR")]
    export: PathBuf,
    /// The sender's address.
    #[arg(long, value_name = "ADDRESS", default_value = "no-reply@localhost")]
    from: Mailbox,
    /// Prints one JSON object instead of a sentence.
    #[arg(long)]
    json: bool,
}

/// How many mails were written, and how many could not be.
struct Exported {
    written: usize,
    kept: usize,
}

impl Mail {
    /// Writes them all; a mail counts as exported when its file is complete. One that cannot be
    /// written stays in the queue, is named, and keeps no other one back.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        data.existing_folder()?;
        fs::create_dir_all(&self.export)
            .map_err(|error| Failure::new(format_args!("{}: {error}", self.export.display())))?;
        let app = data.open()?;
        let exported = self.export_all(&app);
        app.close()?;
        let Exported { written, kept } = exported?;
        let folder = self.export.display();
        if self.json {
            let folder = folder.to_string();
            println!("{}", json!({ "written": written, "kept": kept, "folder": folder }));
        } else {
            println!("{written} mails written to {folder}");
        }
        Ok(())
    }

    fn export_all(&self, app: &App) -> Result<Exported, Failure> {
        let caller = Caller::new(Role::Organizer, "command line");
        let mut all_written = 0;
        loop {
            let answer = app.query(&caller, "ListMails", json!({ "limit": 500 }))?;
            let answer: Value = serde_json::from_str(answer.get()).map_err(Failure::new)?;
            let (mut written, mut kept) = (Vec::new(), 0);
            for mail in answer["items"].as_array().into_iter().flatten() {
                match self.write(mail) {
                    Ok(()) => written.push(&mail["mailId"]),
                    Err(failure) => {
                        kept += 1;
                        eprintln!("lanyard: mail {}: {failure}", mail["mailId"]);
                    }
                }
            }
            if written.is_empty() {
                return Ok(Exported { written: all_written, kept });
            }
            all_written += written.len();
            let done = json!({ "mailIds": written });
            app.execute(caller.clone(), "MarkMailsExported", done).wait()?;
        }
    }

    fn write(&self, mail: &Value) -> Result<(), Failure> {
        let text = |field: &str| mail[field].as_str().unwrap_or_default().to_owned();
        let to: Mailbox = text("to").parse().map_err(Failure::new)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(text("subject"))
            .header(ContentType::TEXT_PLAIN)
            .body(text("text"))
            .map_err(Failure::new)?;
        let name = format!("{:06}-{}.eml", mail["mailId"].as_i64().unwrap_or(0), text("template"));
        // Under another name until it is complete: half a mail must not be sent.
        let (half, whole) = (self.export.join(format!(".{name}")), self.export.join(&name));
        fs::write(&half, message.formatted())
            .and_then(|()| fs::rename(&half, &whole))
            .map_err(|error| Failure::new(format_args!("{}: {error}", whole.display())))
    }
}
