//! Mails that left this program.

use super::Outcome;
use crate::{error::AppError, unit::Unit, wire::commands as wire};

/// Records that mails were handed over. A mail that is unknown or was handed over before stays as
/// it is.
pub fn mark_exported(
    unit: &mut Unit<'_>,
    form: &wire::MarkMailsExported,
) -> Result<Outcome, AppError> {
    for mail_id in &form.mail_ids {
        unit.store.mark_outbox_done(*mail_id, unit.at)?;
    }
    Ok(Outcome::Done)
}
