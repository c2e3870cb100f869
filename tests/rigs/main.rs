//! Rigs: the real program under load, and what can go wrong with the computer under it.
//!
//! Each rig says what it did and what it found, and has a negative control: a loss that was made on
//! purpose and that it must find. `RIG_ROUNDS` asks for more rounds than an ordinary run takes,
//! `RIG_SEED` for a run that was seen before. The kill at each call of a scripted session is in
//! `tests/rpc/crash.rs`. What the rigs prove together is told in `docs/WHAT_SURVIVES_WHAT.md`.

mod bit_flips;
mod clock;
mod disk_full;
mod harness;
mod kill;
mod lines;
mod lost_end;
mod mounted;
mod power_cut;
mod read_only;
#[path = "../shim/mod.rs"]
mod shim;
mod write_error;
