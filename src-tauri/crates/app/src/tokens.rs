//! The installation's secrets, and the simulated processor's one-time tokens.
//!
//! A token follows from a secret and the payment, so that the processor's window can be opened
//! again after a restart, and nothing but a hash of it is stored.

use event_store::PersonKeys;
use kernel::PaymentId;

/// The secrets; each follows from the store's key, for one purpose.
#[derive(Clone)]
pub struct Secrets {
    tokens: [u8; 32],
    digests: [u8; 32],
}

impl Secrets {
    /// Those of an installation.
    pub fn of(keys: &PersonKeys) -> Self {
        Self {
            tokens: keys.secret("lanyard 2026 simulated processor tokens"),
            digests: keys.secret("lanyard 2026 command digests"),
        }
    }

    /// The token of a payment.
    pub fn token_of(&self, payment_id: PaymentId) -> String {
        blake3::keyed_hash(&self.tokens, payment_id.as_bytes()).to_hex().to_string()
    }

    /// Stands for the content of a command. Keyed, so that the database alone cannot be asked
    /// whether somebody's name was in it.
    pub fn digest(&self, method: &str, params: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.digests);
        hasher.update(method.as_bytes()).update(b"\n").update(params.as_bytes());
        *hasher.finalize().as_bytes()
    }
}
