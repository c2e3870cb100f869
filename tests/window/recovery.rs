//! Data that does not open, and a disk that fails: what the window says, and what can be done there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::{Value, json};
use testkit::{CONFERENCE, conference_form};

use crate::harness::{APPLICATION, Launch, Window};
use crate::page::{button, field, heading};

#[test]
fn damaged_data_is_named_and_can_be_looked_at_and_a_good_copy_opens() {
    let mut window = conference().after(alter_the_last_event).open();
    window.text(&heading("The stored data is damaged"));
    window.see("events are whole");
    window.in_both_looks("recovery-damaged", "Die gespeicherten Daten sind beschädigt");
    window.reaches_no_data();
    window.click(&button("Try again"));
    window.see("nothing is different yet");

    restore_the_last_event(window.data());
    window.click(&button("Try again"));
    window.follow();
    window.see("CQRS Days");
    window.is_cared_for();
    window.execute("PublishConference", of_conference()).expect("it can be worked with");
}

#[test]
fn damaged_data_is_restored_from_a_backup() {
    let mut window = conference().after(back_up_and_alter).open();
    window.text(&heading("The stored data is damaged"));
    let backups = backups(window.data());
    window.fill(&field("Folder of the backups"), backups.to_str().expect("UTF-8"));
    window.click(&button("Look there"));
    window.see("All orders are in it.");
    window.see("1 event that is not in it was stored between");
    window.assert_accessible();
    window.screenshot("recovery-restore");
    window.click(&button("Restore"));
    window.see("checked and identical with the backup");
    window.see("No backups are made until you choose a folder");
    window.screenshot("recovery-restored");
    window.click(&button("Open the restored data"));
    window.follow();
    window.see("CQRS Days");
    window.is_cared_for();
    window.execute("PublishConference", of_conference()).expect("it can be worked with");
    fs::remove_dir_all(backups).expect("the backups are there");
}

#[test]
fn damaged_data_opens_to_look_at_and_nothing_can_be_changed() {
    let mut window = conference().after(alter_the_last_event).open();
    let before = bytes(window.data());
    window.click(&button("Open to look only"));
    window.follow();
    window.see("CQRS Days");
    window.see("Opened to look only");
    let refused = window.execute("PublishConference", of_conference()).expect_err("look only");
    assert_eq!(refused["code"], "BusyStorageReadOnly");
    window.assert_accessible();
    window.screenshot("recovery-look-only");
    assert!(bytes(window.data()) == before, "what was looked at was changed");
}

#[test]
fn without_its_newest_entries_it_goes_on_only_when_somebody_says_so() {
    let mut window = conference().after(lose_the_end).open();
    window.text(&heading("The newest entries are missing"));
    window.see("was stored and is not there any more.");
    window.see("Recorded between");
    window.in_both_looks("recovery-missing", "Die neuesten Einträge fehlen");
    window.reaches_no_data();
    let refused = window.invoke("recovery_go_on", json!({ "without": 7 }));
    assert_eq!(refused.expect_err("something else is missing")["code"], "RefusedRole");

    window.click(&button("Go on without them …"));
    window.see("somebody was told of is given up");
    window.assert_accessible();
    window.screenshot("recovery-go-on");
    assert!(!window.is_off(&button("Go back")));
    assert!(window.is_off(&button("Go on without them")), "it must be confirmed first");
    window.click(&field("I know that this cannot be undone"));
    window.click(&button("Go on without them"));
    window.follow();
    window.see("CQRS Days");
    window.execute("PublishConference", of_conference()).expect("it can be worked with");
    assert_eq!(kept_witnesses(window.data()).len(), 1);
}

#[test]
fn where_only_the_witness_is_damaged_it_goes_on_when_somebody_says_so() {
    let spoil = |data: &Path| fs::write(data.join(app::WITNESS_FILE), "hi").expect("written");
    let mut window = conference().after(spoil).open();
    window.text(&heading("The file that watches over the log is damaged"));
    let german = "Die Datei, die über das Protokoll wacht, ist beschädigt";
    window.in_both_looks("recovery-witness", german);
    window.reaches_no_data();
    window.click(&button("Go on with the log as it is …"));
    window.see("If newer ones are missing, nothing tells that any more.");
    window.assert_accessible();
    window.screenshot("recovery-witness-go-on");
    window.click(&field("I know that this cannot be undone"));
    window.click(&button("Go on"));
    window.follow();
    window.see("CQRS Days");
    window.execute("PublishConference", of_conference()).expect("it can be worked with");
    assert_eq!(kept_witnesses(window.data()).len(), 1);
}

#[test]
fn the_right_file_put_back_opens_without_giving_anything_up() {
    let mut window = conference().after(lose_the_end).open();
    window.text(&heading("The newest entries are missing"));
    fs::copy(aside(window.data()), database(window.data())).expect("it is put back");
    window.click(&button("Try again"));
    window.follow();
    window.see("CQRS Days");
    assert!(kept_witnesses(window.data()).is_empty());
}

#[test]
fn data_of_a_newer_release_is_refused_and_left_alone() {
    let window = conference().after(make_newer).open();
    window.text(&heading("This data is from a newer Lanyard"));
    window.in_both_looks("recovery-newer", "Diese Daten sind von einem neueren Lanyard");
    assert!(!window.shows(&button("Open to look only")));
    window.reaches_no_data();
}

#[test]
fn among_other_files_no_data_is_made() {
    let window = Launch::real().before(put_letter).open();
    window.text(&heading("This folder holds other files"));
    window.in_both_looks("recovery-taken", "In diesem Ordner liegen andere Dateien");
    assert!(!window.shows(&button("Open to look only")));
    window.reaches_no_data();
    assert!(!database(window.data()).exists());
}

#[test]
fn a_folder_that_cannot_be_written_opens_to_look_at() {
    let mut window = conference().before(on_memory).after(no_writes).open();
    let _disk = Mounted(window.data().to_owned());
    window.text(&heading("Lanyard may not write to its data folder"));
    window
        .in_both_looks("recovery-read-only", "Lanyard darf nicht in seinen Datenordner schreiben");
    window.click(&button("Nur zum Ansehen öffnen"));
    window.follow();
    window.see("Nur zum Ansehen geöffnet");
    window.see("CQRS Days");
    let refused = window.execute("PublishConference", of_conference()).expect_err("look only");
    assert_eq!(refused["code"], "BusyStorageReadOnly");
}

#[test]
fn a_terminal_sends_visitors_to_the_desk_and_offers_nothing_that_loses_data() {
    let kiosk = Launch::kiosk().unpublished(10).after(lose_the_end).on_screen("1080x1920").open();
    kiosk.text(&heading("This terminal is out of order"));
    kiosk.see("Please go to the desk");
    kiosk.assert_accessible();
    kiosk.screenshot("recovery-kiosk");
    for (command, arguments) in
        [("recovery_go_on", json!({ "without": 2 })), ("recovery_look", json!({}))]
    {
        let refused = kiosk.invoke(command, arguments).expect_err(command);
        assert_eq!(refused["code"], "RefusedRole", "{command}");
    }
    kiosk.reaches_no_data();
    assert!(kept_witnesses(kiosk.data()).is_empty());
}

#[test]
fn a_second_start_ends_and_brings_the_first_window_to_the_front() {
    let window = conference().open();
    window.see("CQRS Days");
    let ours = window.screen.xdotool(&["getactivewindow"]);
    window.screen.xdotool(&["windowminimize", "--sync", &ours]);
    // The first one may be storing something of its own meanwhile, such as what falls due; a second
    // start that writes would write every time.
    let left_alone = (0..10).any(|_| {
        let before = bytes(window.data());
        let began = Instant::now();
        let ended = window.start_once_more();
        eprintln!("the second start ended after {:?}", began.elapsed());
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(3), "{said}");
        assert!(said.contains("in use by another running copy"), "{said}");
        bytes(window.data()) == before
    });
    assert!(left_alone, "every second start wrote something");
    window.wait_until("the first window is in front", |window| {
        window.screen.xdotool(&["getactivewindow"]) == ours
    });
}

#[test]
fn a_full_disk_says_so_and_takes_everything_when_there_is_room_again() {
    let window = conference().before(on_a_small_disk).open();
    let _disk = Mounted(window.data().to_owned());
    window.see("CQRS Days");
    window.see_no("disk is full");
    let filler = window.data().join("filler");
    fill(&filler);
    window.see("The disk is full: nothing is being stored");
    let refused = window.execute("PublishConference", of_conference()).expect_err("it is full");
    assert_eq!(refused["code"], "BusyStorageFull");
    window.in_both_looks("recovery-full", "Conferences");
    fs::remove_file(&filler).expect("there is room again");
    window.see_no("Der Datenträger ist voll");
    window.execute("PublishConference", of_conference()).expect("it is stored");
}

/// The organizer's window on one conference, that nobody has published.
fn conference() -> Launch {
    Launch::main().unpublished(10)
}

fn of_conference() -> Value {
    json!({ "conferenceId": CONFERENCE })
}

fn database(data: &Path) -> PathBuf {
    data.join(event_store::DATABASE_FILE)
}

fn aside(data: &Path) -> PathBuf {
    data.with_extension("aside")
}

/// Everything in the folder that is the application's data.
fn bytes(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(data).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = files.filter(|path| path.is_file());
    let mut files: Vec<_> =
        files.map(|path| (path.clone(), fs::read(&path).expect("a file"))).collect();
    files.sort();
    files
}

fn kept_witnesses(data: &Path) -> Vec<PathBuf> {
    let files = bytes(data).into_iter().map(|(path, _)| path);
    files
        .filter(|path| path.to_string_lossy().contains(&format!("{}.2", app::WITNESS_FILE)))
        .collect()
}

/// Does what nothing in the application can do.
fn move_the_last_event(data: &Path, micros: i64) {
    let log = rusqlite::Connection::open(database(data)).expect("a database");
    let guards: Vec<(String, String)> = log
        .prepare(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'",
        )
        .and_then(|mut guards| {
            guards.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
        .expect("the guards of the events");
    for (name, _) in &guards {
        log.execute_batch(&format!("DROP TRIGGER {name}")).expect("it goes");
    }
    let sql = "UPDATE events SET recorded_at = recorded_at + ?1
               WHERE position = (SELECT max(position) FROM events)";
    log.execute(sql, [micros]).expect("it is altered");
    for (_, sql) in &guards {
        log.execute_batch(sql).expect("it comes back");
    }
}

fn alter_the_last_event(data: &Path) {
    move_the_last_event(data, 1);
}

fn backups(data: &Path) -> PathBuf {
    data.with_extension("backups")
}

fn back_up_and_alter(data: &Path) {
    let mut backup = Command::new(APPLICATION);
    backup.args(["backup", "--data"]).arg(data).arg("--to").arg(backups(data));
    assert!(backup.stdout(Stdio::null()).status().expect("it starts").success());
    move_the_conference(data);
    alter_the_last_event(data);
}

fn restore_the_last_event(data: &Path) {
    move_the_last_event(data, -1);
}

fn put_letter(data: &Path) {
    fs::write(data.join("letter.txt"), "Dear Nina").expect("a letter");
}

fn make_newer(data: &Path) {
    let later = rusqlite::Connection::open(database(data)).expect("a database");
    later.pragma_update(None, "user_version", 1_000).expect("it is altered");
}

/// Publishes the conference, and puts the database of before in its place.
fn lose_the_end(data: &Path) {
    let old = fs::read(database(data)).expect("a database");
    move_the_conference(data);
    fs::rename(database(data), aside(data)).expect("it is kept");
    fs::write(database(data), old).expect("the old one is back");
}

/// Stores one event.
fn move_the_conference(data: &Path) {
    let request = json!({
        "jsonrpc": "2.0", "id": 1, "method": "UpdateConference", "params": moved_conference(),
    });
    let mut rpc = Command::new(APPLICATION)
        .args(["rpc", "--sandbox", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("lanyard rpc starts");
    let mut input = rpc.stdin.take().expect("standard input");
    std::io::Write::write_all(&mut input, format!("{request}\n").as_bytes()).expect("it reads");
    drop(input);
    assert!(rpc.wait().expect("it ends").success());
}

fn moved_conference() -> Value {
    let mut form = conference_form(CONFERENCE, "cqrs-days");
    form["location"] = "Antwerp".into();
    for fixed in ["slug", "currency", "ownerName", "ownerEmail"] {
        form.as_object_mut().expect("an object").remove(fixed);
    }
    form
}

/// A disk of the data folder's own, which goes with the test.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn on_memory(data: &Path) {
    mount(&["-t", "tmpfs", "-o", "size=64m", "tmpfs"], data);
}

fn no_writes(data: &Path) {
    mount(&["-o", "remount,ro"], data);
}

fn on_a_small_disk(data: &Path) {
    let image = data.with_extension("img");
    fs::File::create(&image).and_then(|file| file.set_len(64 << 20)).expect("an image");
    let kind = ["-q", "-F", "-m0", "-b", "1024"];
    let made = Command::new("mkfs.ext4").args(kind).arg(&image).status();
    assert!(made.expect("mkfs.ext4").success());
    mount(&["-o", "loop", image.to_str().expect("UTF-8")], data);
    // A folder for a sandbox must be empty.
    fs::remove_dir(data.join("lost+found")).expect("ext4 makes it");
    // The mount holds it for as long as it is needed.
    fs::remove_file(&image).expect("it is there");
}

fn mount(arguments: &[&str], folder: &Path) {
    let mounted = Command::new("mount").args(arguments).arg(folder).status().expect("mount");
    assert!(mounted.success(), "only root can give a folder a disk of its own");
}

/// Writes until nothing more fits.
fn fill(file: &Path) {
    let mut file = fs::File::create(file).expect("a file");
    while std::io::Write::write_all(&mut file, &[0; 64 << 10]).is_ok() {}
}

impl Window {
    /// Looks at the page in light English and in dark German.
    fn in_both_looks(&self, name: &str, german: &str) {
        self.assert_accessible();
        self.screenshot(&format!("{name}-light"));
        self.look("Deutsch", "Dunkel");
        if german != "Conferences" {
            self.text(&heading(german));
        }
        // Colours that are still on their way to the dark ones have no contrast.
        self.wait_until("the colours are there", |window| {
            window.script("return document.getAnimations().length", vec![]) == json!(0)
        });
        self.assert_accessible();
        self.screenshot(&format!("{name}-dark"));
        if german != "Conferences" && !german.starts_with("Lanyard darf") {
            self.look("English", "Light");
        }
    }

    /// Backups are made by themselves, and the log is looked through, as after any other start.
    fn is_cared_for(&self) {
        let backups = self.query("GetBackups", json!({})).expect("an answer");
        assert_eq!(backups["isAutomatic"], true);
        let health = self.query("GetDataHealth", json!({})).expect("an answer");
        assert!(health["scan"].is_object(), "{health}");
    }

    /// A script in this window gets nothing of the application, however it asks.
    fn reaches_no_data(&self) {
        for command in ["execute", "query", "processor_token", "open_sample", "plugin:event|emit"] {
            let request = json!({ "request": { "method": "GetApplication", "params": {} } });
            let refused = self.invoke(command, request).expect_err(command);
            let refused = refused.as_str().expect("a text of the shell");
            assert!(refused.contains("not allowed"), "{command}: {refused}");
        }
    }

    fn is_off(&self, target: &crate::page::Target) -> bool {
        self.attribute(target, "aria-disabled").as_deref() == Some("true")
    }
}
