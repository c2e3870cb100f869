//! The real binary, driven over standard input and output.

mod backups;
mod caring;
mod crash;
mod disk;
mod faults;
mod folders;
mod harness;
mod power_cut;
mod protocol;
