//! The application in its real window, driven as a person would drive it.

mod accessibility;
mod backups;
mod given;
mod harness;
mod health;
mod kiosk;
mod mail;
mod organizer;
mod pace;
mod page;
mod recovery;
mod scenarios;
mod shell;
mod start;
mod states;
mod views;
