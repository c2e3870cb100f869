//! An organizer sees what is wrong with the data, and makes the lists anew.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use testkit::{ANNA, GA, registration};

use crate::given::purchase;
use crate::harness::Launch;
use crate::page::{button, link};

/// Damage in the log and in a list, and an event of a later release.
fn damage(folder: &Path) {
    let database = Connection::open(folder.join("lanyard.db")).expect("a database");
    database
        .execute_batch(
            "DROP TRIGGER events_are_not_updated;
             UPDATE events SET hash = zeroblob(32) WHERE position = 3;
             UPDATE rm_order SET seats = 99;
             INSERT INTO quarantine VALUES (4, 'no context knows ThingOfTomorrow in version 1');",
        )
        .expect("the damage is done");
}

/// Anna changes her mind so often that the third event is not among the newest thousand, which are
/// looked at before the window opens.
fn a_long_story() -> Vec<(&'static str, Value)> {
    let wanted = |change: i64| registration(ANNA.order, &[(GA, 1 + change % 2)]);
    let changes = (0..350).map(|change| ("RegisterToConference", wanted(change)));
    changes.chain(purchase(ANNA.order, &ANNA, &[(GA, 2)])).collect()
}

#[test]
fn damage_is_told_above_every_page_and_lists_are_made_anew() {
    let mut window = Launch::main().published(10).given_all(a_long_story()).open();
    window.go("/organizer");
    window.see("Your conferences");
    window.see_no("Damage was found");

    window.restart_after(damage);
    window.go("/organizer");
    window.see("Damage was found in the stored data.");
    window.screenshot("health-banner");
    window.click(&link("See what is wrong"));
    window.see("Event 3 or its hash was altered.");
    window.see("no context knows ThingOfTomorrow in version 1");
    window.click(&button("Check everything"));
    window.see("rm_order: 0 rows that the log does not tell of, 0 missing, 1 different.");
    window.assert_accessible();
    window.screenshot("health-damaged");

    window.click(&button("Make them anew"));
    window.see("Made anew at");
    window.click(&button("Check everything"));
    window.see_no("rm_order:");
    window.see("Event 3 or its hash was altered.");
}
