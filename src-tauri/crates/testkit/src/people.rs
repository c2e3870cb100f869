//! People, each with an order of their own.

/// Somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// The id of their order.
    pub order: &'static str,
}

/// Registers first.
pub const ANNA: Person = Person {
    first: "Anna",
    last: "Andersen",
    email: "anna@example.org",
    order: "01930000-0000-7000-8000-0000000000b1",
};
/// Registers second.
pub const BORIS: Person = Person {
    first: "Boris",
    last: "Baumgartner",
    email: "boris@example.org",
    order: "01930000-0000-7000-8000-0000000000b2",
};
/// Registers third.
pub const CARLA: Person = Person {
    first: "Carla",
    last: "Castillo",
    email: "carla@example.org",
    order: "01930000-0000-7000-8000-0000000000b3",
};
/// Registers fourth.
pub const DMITRI: Person = Person {
    first: "Dmitri",
    last: "Dvořák",
    email: "dmitri@example.org",
    order: "01930000-0000-7000-8000-0000000000b4",
};
