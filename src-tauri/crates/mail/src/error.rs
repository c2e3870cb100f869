//! Why a letter did not leave.

/// Whose fault it is, and with that, what is tried again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The server does not answer, or the disk does not.
    Unreachable,
    /// No connection that nobody else can read came about.
    Insecure,
    /// The server does not take the user or the password.
    Login,
    /// The server lets nobody send under this address.
    Sender,
    /// The server takes nothing at the moment.
    Server,
    /// The connection broke off within the letter: nobody knows whether it was accepted.
    Interrupted,
    /// The server does not take this letter now.
    Later,
    /// The server does not take this letter.
    Refused,
}

impl Cause {
    /// Its name outside of this program.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Insecure => "insecure",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Server => "server",
            Self::Interrupted => "interrupted",
            Self::Later => "later",
            Self::Refused => "refused",
        }
    }

    /// Whether another letter has no better prospects.
    pub const fn concerns_all(self) -> bool {
        !matches!(self, Self::Later | Self::Refused)
    }

    /// Whether it counts as a try of this very letter.
    pub const fn concerns_the_letter(self) -> bool {
        matches!(self, Self::Interrupted | Self::Later | Self::Refused)
    }
}

/// A letter was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct SendError {
    /// Whose fault it is.
    pub cause: Cause,
    /// What the server or the system said, in its own words, without the address of the letter.
    pub text: String,
}

impl SendError {
    pub(crate) fn new(cause: Cause, text: impl std::fmt::Display) -> Self {
        Self { cause, text: text.to_string() }
    }

    /// Servers repeat the address that they refuse. The words are kept longer than the address may
    /// be, in logs and backups, so it is taken out.
    pub(crate) fn without(self, address: &str) -> Self {
        let (name, _) = address.split_once('@').unwrap_or((address, ""));
        let is_telling = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.contains('@') || word.eq_ignore_ascii_case(name)
        };
        let words = self.text.split_whitespace();
        let words: Vec<&str> =
            words.map(|word| if is_telling(word) { "…" } else { word }).collect();
        Self { text: words.join(" "), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_kept_without_the_address() {
        let said = "permanent error (550): 5.1.1 <Anna@example.org>: no user 'anna' here, hannah?";
        let kept = SendError::new(Cause::Refused, said).without("anna@example.org");
        assert_eq!(kept.text, "permanent error (550): 5.1.1 … no user … here, hannah?");
    }
}
