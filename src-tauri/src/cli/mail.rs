//! `lanyard mail`: the queued mails as files, for any mail program to send.

use std::{fs, path::PathBuf};

use app::{App, Caller, Role, health::DiskFault};
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

/// What came of an export.
#[derive(Default)]
struct Exported {
    written: usize,
    /// They could not be written.
    kept: usize,
    /// Some were written and stay in the queue all the same: the data takes no writes.
    stay: bool,
}

impl Mail {
    /// Writes them all; a mail counts as exported when its file is complete. One that cannot be
    /// written stays in the queue, is named, and keeps no other one back. From a disk that takes no
    /// writes they are written as well, and stay in the queue.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        data.existing_folder()?;
        fs::create_dir_all(&self.export)
            .map_err(|error| Failure::new(format_args!("{}: {error}", self.export.display())))?;
        let app = data.open_at_least_to_look()?;
        let exported = self.export_all(&app);
        app.close()?;
        let Exported { written, kept, stay } = exported?;
        let folder = self.export.display();
        if self.json {
            let folder = folder.to_string();
            println!("{}", json!({ "written": written, "kept": kept, "folder": folder }));
        } else {
            println!("{written} mails written to {folder}");
        }
        if stay {
            eprintln!(
                "lanyard: the data takes no writes, so these mails stay in the queue: the next \
                 export writes them again"
            );
        }
        Ok(())
    }

    fn export_all(&self, app: &App) -> Result<Exported, Failure> {
        let caller = Caller::new(Role::Organizer, "command line");
        let mut exported = Exported::default();
        let mut last = json!(0);
        loop {
            let page = json!({ "limit": 500, "after": last });
            let answer = app.query(&caller, "ListMails", page)?;
            let answer: Value = serde_json::from_str(answer.get()).map_err(Failure::new)?;
            let Some(mails) = answer["items"].as_array().filter(|mails| !mails.is_empty()) else {
                return Ok(exported);
            };
            let mut written = Vec::new();
            for mail in mails {
                last = mail["mailId"].clone();
                match self.write(mail) {
                    Ok(()) => written.push(&mail["mailId"]),
                    Err(failure) => {
                        exported.kept += 1;
                        eprintln!("lanyard: mail {}: {failure}", mail["mailId"]);
                    }
                }
            }
            exported.written += written.len();
            if written.is_empty() || exported.stay {
                continue;
            }
            let done = json!({ "mailIds": written });
            match app.execute(caller.clone(), "MarkMailsExported", done).wait() {
                Err(error) if DiskFault::of_refusal(&error).is_some() => exported.stay = true,
                marked => drop(marked?),
            }
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
