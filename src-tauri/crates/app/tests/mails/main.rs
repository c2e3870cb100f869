//! Mails and the server that sends them: sent in order and once, lost never, and secret what is to
//! be secret.

mod given;
mod sending;
mod server;
