//! The real binary, driven over standard input and output.

mod backups;
mod caring;
mod crash;
mod disk;
mod faults;
mod folders;
mod harness;
mod kills;
mod load;
mod mails;
mod power_cut;
mod protocol;
mod session;
#[path = "../shim/mod.rs"]
mod shim;
mod upgrade;
