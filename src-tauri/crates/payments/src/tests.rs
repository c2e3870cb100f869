//! Given events, when a command, then events: on real tables. Every step also checks that the
//! tables rebuilt from the events equal the live ones, and that a refused command changed nothing.

mod invoices;
mod scene;
mod sequences;
mod stored;
mod through_the_processor;
