//! The queued mails as files: one for each, for a mail program, or one table of all, for a
//! spreadsheet or a program that sends in bulk.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use app::{App, health::DiskFault};
use event_store::say;
use mail::{EmlFiles, Letter, MailTransport as _, Sender};
use serde_json::{Value, json};

use super::{super::Failure, Format, organizer};

/// Who sends where nobody is set: a file need not tell.
const NOBODY: &str = "no-reply@localhost";
/// The columns, by their names in the API.
const COLUMNS: [&str; 6] = ["mailId", "queuedAt", "template", "to", "subject", "text"];
/// So many are asked for, and marked, at once.
const PAGE: usize = 500;

/// What came of an export.
#[derive(Default)]
pub struct Exported {
    /// How many were written.
    pub written: usize,
    /// They could not be written.
    pub kept: usize,
    /// They were written and stay in the queue all the same: the data takes no writes.
    pub stay: bool,
}

/// Where mails are written to.
enum Files {
    Each(EmlFiles),
    Table(Box<Table>),
}

/// A table that has its name when it is complete. Without a row there is none.
struct Table {
    half: PathBuf,
    whole: PathBuf,
    rows: csv::Writer<File>,
    is_empty: bool,
}

/// Writes them all; a mail counts as exported when its file is complete. One that cannot be written
/// stays in the queue, is named, and keeps no other one back. From a disk that takes no writes they
/// are written as well, and stay in the queue.
pub fn export(
    app: &App,
    folder: &Path,
    format: Format,
    from: Option<&Sender>,
) -> Result<Exported, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    let mut files = match format {
        Format::Csv => Files::Table(Box::new(Table::begin(folder)?)),
        Format::Eml => {
            let sender = from.cloned().or_else(|| app.mail_sender());
            let sender = sender.map_or_else(|| NOBODY.parse(), Ok).map_err(Failure::new)?;
            let each = EmlFiles::new(folder.to_owned(), sender);
            Files::Each(each.map_err(|error| Failure::io(folder, &error))?)
        }
    };
    let mut exported = Exported::default();
    let mut written = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = json!({ "limit": PAGE, "after": after });
        let page = app.query(&organizer(), "ListMails", page)?;
        let page: Value = serde_json::from_str(page.get()).map_err(Failure::new)?;
        for mail in page["items"].as_array().into_iter().flatten() {
            match files.write(app, mail) {
                Ok(()) => written.push(mail["mailId"].clone()),
                Err(failure) => {
                    exported.kept += 1;
                    say!("lanyard: mail {}: {failure}", mail["mailId"]);
                }
            }
        }
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    files.end()?;
    exported.written = written.len();
    for some in written.chunks(PAGE) {
        let done = json!({ "mailIds": some });
        match app.execute(organizer(), "MarkMailsExported", done).wait() {
            Err(error) if DiskFault::of_refusal(&error).is_some() => {
                exported.stay = true;
                break;
            }
            marked => drop(marked?),
        }
    }
    Ok(exported)
}

impl Files {
    fn write(&mut self, app: &App, mail: &Value) -> Result<(), Failure> {
        let text = |field: &str| mail[field].as_str().unwrap_or_default().to_owned();
        match self {
            Self::Table(table) => table.write(mail),
            Self::Each(files) => {
                let letter = Letter {
                    number: mail["mailId"].as_i64().unwrap_or(0),
                    template: text("template"),
                    key: text("key"),
                    to: text("to"),
                    subject: text("subject"),
                    text: text("text"),
                    at: app.clock().now(),
                };
                files.send(&letter).map_err(Failure::new)
            }
        }
    }

    fn end(self) -> Result<(), Failure> {
        match self {
            Self::Each(_) => Ok(()),
            Self::Table(table) => table.end(),
        }
    }
}

impl Table {
    fn begin(folder: &Path) -> Result<Self, Failure> {
        let (half, whole) = (folder.join(".mails.csv"), free_name(folder));
        let mut rows = csv::Writer::from_path(&half).map_err(|error| failed(&half, error))?;
        rows.write_record(COLUMNS).map_err(|error| failed(&half, error))?;
        Ok(Self { half, whole, rows, is_empty: true })
    }

    fn write(&mut self, mail: &Value) -> Result<(), Failure> {
        let row = COLUMNS.map(|column| cell(&mail[column]));
        self.rows.write_record(row).map_err(|error| failed(&self.half, error))?;
        self.is_empty = false;
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        let Self { half, whole, rows, is_empty } = self;
        let file = rows.into_inner().map_err(|error| failed(&half, error))?;
        if is_empty {
            return fs::remove_file(&half).map_err(|error| failed(&half, error));
        }
        file.sync_all().map_err(|error| failed(&half, error))?;
        fs::rename(&half, &whole).map_err(|error| failed(&whole, error))
    }
}

fn failed(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new(format_args!("{}: {error}", path.display()))
}

/// `mails.csv`, or `mails-2.csv` where that is there already.
fn free_name(folder: &Path) -> PathBuf {
    let name = |nth: u32| match nth {
        1 => folder.join("mails.csv"),
        nth => folder.join(format!("mails-{nth}.csv")),
    };
    (1..u32::MAX).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(u32::MAX))
}

/// A text as a cell. A spreadsheet takes what begins like a formula for one, whoever wrote it.
fn cell(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if value.is_string() && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell(&json!("=HYPERLINK(\"http://example.org\")")).chars().next(), Some('\''));
        assert_eq!(cell(&json!("+49 1234")), "'+49 1234");
        assert_eq!(cell(&json!("anna@example.org")), "anna@example.org");
        assert_eq!(cell(&json!(-7)), "-7");
    }
}
