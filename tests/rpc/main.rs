//! The real binary, driven over standard input and output.

mod crash;
mod folders;
mod harness;
mod protocol;
