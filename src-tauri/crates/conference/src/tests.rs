//! Given events, when a command, then events: on real tables. Every step also checks that the
//! tables rebuilt from the events equal the live ones, and that a refused command changed nothing.

mod locating;
mod publishing;
mod scene;
mod seat_types;
mod stored;
mod validation;
