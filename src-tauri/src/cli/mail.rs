//! `lanyard mail`: the queued mails sent over the mail server, or written as files for any mail
//! program to send.

mod export;

use std::path::PathBuf;

use app::{App, Caller, Role, plural::counted};
use clap::{ArgGroup, Args, ValueEnum};
use event_store::say;
use indicatif::ProgressBar;
use mail::Sender;
use serde_json::{Value, json};

use super::{Data, Failure};
use export::{Exported, export};

/// Sends the queued mails, or writes them as files.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("way").required(true).args(["export", "send"])))]
pub struct Mail {
    /// Writes them into this folder; made where it is missing.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// In which form.
    #[arg(long, value_enum, default_value = "eml", requires = "export")]
    format: Format,
    /// The sender in the files; that of the mail server where one is set.
    #[arg(long, value_name = "ADDRESS", requires = "export", value_parser = parse_sender)]
    from: Option<Sender>,
    /// Sends them over the mail server that the organizer has set.
    #[arg(long)]
    send: bool,
    /// Prints one JSON object instead of a sentence.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A file for each mail, as mail programs read them.
    Eml,
    /// One table of all mails.
    Csv,
}

impl Mail {
    /// Hands them all over. One that is not taken stays in the queue, is named, and keeps no other
    /// one back.
    pub fn run(&self, data: &Data) -> Result<(), Failure> {
        data.existing_folder()?;
        let Some(folder) = &self.export else { return self.send(&data.open()?) };
        let app = data.open_at_least_to_look()?;
        let exported = export(&app, folder, self.format, self.from.as_ref());
        let counts = counts(&app);
        let closed = app.close();
        let Exported { written, kept, stay } = exported?;
        // A disk that took no mark takes no last writes either; the next start makes them.
        if !stay {
            closed?;
        }
        let folder = folder.display();
        if self.json {
            let folder = folder.to_string();
            println!("{}", json!({ "written": written, "kept": kept, "folder": folder }));
        } else if written == 0 && kept == 0 {
            println!("{}", nothing_to_write(&counts?));
        } else {
            println!("{} written to {folder}", mails(written));
        }
        if stay {
            say!(
                "lanyard: the data takes no writes, so these mails stay in the queue: the next \
                 export writes them again"
            );
        }
        Ok(())
    }

    fn send(&self, app: &App) -> Result<(), Failure> {
        let bar = ProgressBar::new(counts(app)?["waiting"].as_u64().unwrap_or(0));
        // Elsewhere than on a terminal the bar shows nothing.
        let sent = app.send_mails(&mut |handed| {
            bar.set_position((handed.sent + handed.not_sent.len()) as u64);
            true
        });
        bar.finish_and_clear();
        let counts = counts(app);
        app.close()?;
        let sent = sent?;
        for mail in &sent.not_sent {
            say!("lanyard: mail {} ({}): {}", mail.mail_id, mail.template, mail.why.message);
        }
        if self.json {
            let mut told = serde_json::to_value(&sent).map_err(Failure::new)?;
            told["counts"] = counts?;
            println!("{told}");
        } else {
            println!("{} sent", mails(sent.sent));
        }
        let failure = match &sent.stopped_by {
            None if sent.not_sent.is_empty() => return Ok(()),
            None => Failure::new("not every mail could be sent"),
            Some(why) => Failure::new(format_args!("nothing more is sent: {}", why.message)),
        };
        Err(failure.after_its_report())
    }
}

fn parse_sender(text: &str) -> Result<Sender, &'static str> {
    let takes = "give an address such as desk@example.org, or \"Desk <desk@example.org>\"";
    text.parse().map_err(|_| takes)
}

fn mails(count: usize) -> String {
    counted(i64::try_from(count).unwrap_or(i64::MAX), "mail")
}

/// Where the mails are when none of them waits.
fn nothing_to_write(counts: &Value) -> String {
    let count = |place: &str| counts[place].as_i64().unwrap_or(0);
    let (exported, sent) = (count("exported"), count("sent"));
    let undeliverable = match count("undeliverable") {
        0 => String::new(),
        refused => format!(", {refused} undeliverable"),
    };
    let before = format!("{exported} exported before, {sent} sent{undeliverable}");
    format!("nothing to write: no mail is waiting ({before})")
}

fn counts(app: &App) -> Result<Value, Failure> {
    let told = app.query(&organizer(), "GetMailServer", json!({}))?;
    let told: Value = serde_json::from_str(told.get()).map_err(Failure::new)?;
    Ok(told["counts"].clone())
}

fn organizer() -> Caller {
    Caller::new(Role::Organizer, "command line")
}
