//! An organizer looks after backups.

use app::backup::list;
use testkit::{ANNA, GA};

use crate::harness::Launch;
use crate::page::{button, field, heading, link};

const ENTER: &str = "\u{e007}";

/// 58.
#[test]
fn s58_a_folder_is_chosen_and_a_verified_copy_appears_in_it() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("copies");
    let window = Launch::main().published(10).bought(&ANNA, &[(GA, 2)]).open();
    window.go("/organizer");
    window.click(&link("Backups"));
    window.text(&heading("Backups"));
    window.see("No folder is chosen");
    window.assert_accessible();

    window.fill(&field("Folder"), "copies");
    window.click(&button("Save"));
    window.see("This folder cannot take backups: it needs a full path");
    assert_eq!(window.marked(), ["folder"]);
    window.screenshot("backups-mistake");

    window.fill(&field("Folder"), &folder.to_string_lossy());
    window.press(ENTER);
    // The first copy comes by itself.
    window.see("Orders: 1, attendees: 0");
    window.see("Verified");
    window.see("Yes, while Lanyard is open");
    window.wait_until("the copy is there", |_| list(&folder).len() == 1);
    assert!(list(&folder)[0].verified);
    window.assert_accessible();
    window.screenshot("backups");

    window.others_buy(&[(GA, 1)]);
    window.click(&button("Make one now"));
    window.see("The copy was made and verified.");
    window.see("Orders: 2, attendees: 0");
    window.wait_until("the copy is listed", |_| {
        list(&folder).first().is_some_and(|newest| newest.orders == Some(2))
    });
}

/// 59.
#[test]
fn s59_a_copy_that_cannot_be_made_says_so_and_what_helps() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("copies");
    let window = Launch::main().published(10).open();
    window.go("/organizer/backups");
    window.fill(&field("Folder"), &folder.to_string_lossy());
    window.click(&button("Save"));
    window.see("Orders: 0, attendees: 0");

    // The other disk goes away.
    std::fs::remove_dir_all(&folder).expect("the folder");
    std::fs::write(&folder, b"").expect("a file in its place");
    window.click(&button("Make one now"));
    window.see("The backup could not be made.");
    window.see("has space");
    window.assert_accessible();
    window.screenshot("backups-failed");
}
