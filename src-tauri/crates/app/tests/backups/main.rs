//! Scenario 58 and what belongs to it: backups made while selling, the way back, and everything
//! that is no backup.

mod automatic;
mod bad_files;
mod erasure;
mod given;
mod loss;
mod making;
mod restoring;
