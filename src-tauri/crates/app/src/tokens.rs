//! The simulated processor's one-time tokens.
//!
//! A token follows from the installation's secret and the payment, so that the processor's window
//! can be opened again after a restart, and nothing but a hash of it is stored.

use kernel::PaymentId;

/// The token of a payment.
pub fn token_of(secret: &str, payment_id: PaymentId) -> String {
    let key = blake3::hash(secret.as_bytes());
    blake3::keyed_hash(key.as_bytes(), payment_id.as_bytes()).to_hex().to_string()
}
