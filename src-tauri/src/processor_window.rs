//! The simulated payment processor's window. It stands for a third party's page.
//!
//! There is at most one, for one payment. Its page gets that payment's token, once for each opening;
//! no other page gets any. The window goes when its page has settled the payment or the person
//! closes it; asked for again, it comes back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager, WebviewWindow};
use uuid::Uuid;

use crate::window;

/// The label of the processor's window.
pub const LABEL: &str = "processor";

/// The payment that the processor's window is open for.
#[derive(Debug, Default)]
pub struct Pending(Mutex<Option<Payment>>);

#[derive(Debug, Clone, Copy)]
struct Payment {
    id: Uuid,
    token_taken: bool,
}

impl Pending {
    /// The payment whose token may now be handed over: answered once for each opening.
    pub(crate) fn take(&self) -> Option<Uuid> {
        let mut pending = self.lock();
        let payment = pending.as_mut().filter(|payment| !payment.token_taken)?;
        payment.token_taken = true;
        Some(payment.id)
    }

    fn hold(&self, payment: Uuid) {
        *self.lock() = Some(Payment { id: payment, token_taken: false });
    }

    fn is_for(&self, payment: Uuid) -> bool {
        self.lock().is_some_and(|open| open.id == payment)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Payment>> {
        // The value is replaced whole, so a panic elsewhere cannot have left half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the window for a payment, in front of the one in which the person pays.
///
/// # Errors
/// The desktop cannot show a window.
pub fn open(payer: &WebviewWindow, payment: Uuid) -> tauri::Result<()> {
    let Some(window) = payer.get_webview_window(LABEL) else {
        payer.state::<Pending>().hold(payment);
        return create(payer, payment);
    };
    if !payer.state::<Pending>().is_for(payment) {
        payer.state::<Pending>().hold(payment);
        // The query makes it another page: a new fragment alone would keep the old one running.
        let mut address = window.url()?;
        address.set_query(Some(&payment.to_string()));
        address.set_fragment(Some(&route(payment)));
        window.navigate(address)?;
    }
    window.unminimize()?;
    window.set_focus()
}

/// Closes the window, if it is open.
pub fn close(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window(LABEL) {
        // It can only fail when the window has gone already.
        let _ = window.close();
    }
}

fn create(payer: &WebviewWindow, payment: Uuid) -> tauri::Result<()> {
    let page = format!("index.html#{}", route(payment));
    let builder = window::builder(payer.app_handle(), LABEL, &page).parent(payer)?;
    let builder = if payer.label() == window::KIOSK {
        window::unattended(builder)
    } else {
        builder.inner_size(560.0, 720.0).min_inner_size(360.0, 480.0).center()
    };
    builder.build().map(drop)
}

fn route(payment: Uuid) -> String {
    format!("/processor/{payment}")
}
