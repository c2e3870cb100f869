//! Making a backup.

use std::{
    fs, io,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use app::{
    OpenError, Role,
    backup::{BackupError, Destination, Request, Step, check, list, make},
};
use kernel::Timestamp;
use serde_json::json;
use testkit::{CARLA, DMITRI, GA, Stage, id};

use crate::given::{Shelf, events, is_in, names, request, three_orders};

#[test]
fn s58_a_backup_made_while_sixteen_callers_sell_is_verified_and_a_prefix_of_the_log() {
    let shelf = Shelf::new();
    let stage = Stage::std_conference(1_000);
    let is_made = AtomicBool::new(false);
    let backup = thread::scope(|scope| {
        for caller in 0..16 {
            let (stage, is_made) = (&stage, &is_made);
            scope.spawn(move || {
                for number in 0.. {
                    let order = id(0x100_000 + caller * 0x1_000 + number);
                    stage.registers(&order, &[(GA, 1)]);
                    stage.gives_details(&order, &CARLA);
                    stage.pays(&order);
                    if is_made.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        // Not before something was sold, or it would prove little.
        while stage.app().position() < 100 {
            thread::yield_now();
        }
        let backup = shelf.backup(&stage, "busy.lanyard-backup");
        is_made.store(true, Ordering::SeqCst);
        backup
    });
    assert!(backup.verified && 100 <= backup.events, "{backup:?}");
    assert!(backup.events < stage.app().position(), "selling went on");

    let report = shelf.restore(&backup, "restored").expect("it can be restored");
    assert!(report.compared);
    assert_eq!(Some(report.totals.orders), backup.orders);
    let restored = events(&shelf.place("restored"));
    let stage = stage.reopened_after(|folder| {
        let live = events(folder);
        assert_eq!(restored[..], live[..restored.len()], "a committed prefix, hash by hash");
    });
    stage.views_equal_the_log();
}

#[test]
fn a_backup_holds_no_name_and_no_address_in_clear() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let backup = shelf.backup(&stage, "one.lanyard-backup");
    let unpacked = shelf.place("unpacked");
    fs::create_dir(&unpacked).expect("a folder");
    let mut zip = zip::ZipArchive::new(fs::File::open(backup.file).expect("it")).expect("a zip");
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).expect("a part");
        let mut file =
            fs::File::create(unpacked.join(part.name().expect("a name").as_ref())).expect("a file");
        io::copy(&mut part, &mut file).expect("its bytes");
    }
    assert_eq!(names(&unpacked), ["keys.db", "log.db", "manifest.json", "store.key"]);
    for part in names(&unpacked) {
        for word in ["Andersen", "anna@example.org", "boris@", "Baumgartner", "Olga"] {
            assert!(!is_in(word, &unpacked.join(&part)), "{word} in {part}");
        }
    }
    stage.app().close().expect("it closes");
    assert!(is_in("Andersen", &stage.folder().join("lanyard.db")), "or it would prove nothing");
}

#[test]
fn a_backup_is_listed_with_its_figures_the_newest_first() {
    let shelf = Shelf::new();
    let stage = three_orders();
    shelf.backup(&stage, "first.lanyard-backup");
    stage.minutes_pass(5);
    stage.buys(&testkit::DMITRI, &[(GA, 1)]);
    let second = shelf.backup(&stage, "second.lanyard-backup");
    fs::write(shelf.place("torn.lanyard-backup"), b"PK\x03\x04").expect("a file");
    fs::write(shelf.place("notes.txt"), b"not ours").expect("a file");

    let listed = list(shelf.path());
    let shown: Vec<_> = listed
        .iter()
        .map(|one| (one.file.file_name().and_then(|name| name.to_str()), one.verified, one.orders))
        .collect();
    assert_eq!(
        shown,
        [
            (Some("second.lanyard-backup"), true, Some(4)),
            (Some("first.lanyard-backup"), true, Some(3)),
            (Some("torn.lanyard-backup"), false, None),
        ]
    );
    assert_eq!(listed[0], second);
    assert_eq!((listed[0].events, listed[0].attendees), (stage.app().position(), Some(1)));
    assert!(listed[2].problem.as_ref().is_some_and(|problem| problem.contains("torn")));
}

#[test]
fn a_backup_that_is_stopped_at_any_step_leaves_nothing() {
    let stage = three_orders();
    for stopped_at in [Step::Copying, Step::Packing, Step::Unpacking, Step::Checking] {
        let shelf = Shelf::new();
        let request = request(&stage, &shelf.place("one.lanyard-backup"));
        let refused = make(&request, |now| now.step != stopped_at).expect_err("it was stopped");
        assert!(matches!(refused, BackupError::Stopped), "{stopped_at:?}: {refused}");
        assert_eq!(shelf.names(), [""; 0], "{stopped_at:?}");
    }
}

#[test]
fn what_a_killed_process_left_is_removed_and_what_a_living_one_does_is_not() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let killed = shelf.place(".lanyard-unfinished-killed");
    let living = shelf.place(".lanyard-unfinished-living");
    for folder in [&killed, &living] {
        fs::create_dir(folder).expect("a folder");
        fs::write(folder.join("working"), b"").expect("a file");
    }
    let lock = fs::File::open(living.join("working")).expect("it");
    lock.lock().expect("it is free");
    shelf.backup(&stage, "one.lanyard-backup");
    assert_eq!(shelf.names(), [".lanyard-unfinished-living", "one.lanyard-backup"]);
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let file = shelf.place("one.lanyard-backup");
    fs::write(&file, b"mine").expect("a file");
    let refused = make(&request(&stage, &file), |_| true).expect_err("it is there");
    assert!(matches!(refused, BackupError::Exists { .. }), "{refused}");
    assert_eq!(fs::read(&file).expect("it"), b"mine");
}

#[test]
fn a_backup_in_the_data_folder_is_refused() {
    let stage = three_orders();
    let inside = stage.folder().join("copies");
    let request = Request { to: Destination::Folder(inside), ..request(&stage, stage.folder()) };
    let refused = make(&request, |_| true).expect_err("it would be lost with the data");
    assert!(matches!(refused, BackupError::InDataFolder { .. }), "{refused}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let shelf = Shelf::new();
    let stage = three_orders();
    fs::write(shelf.place("file"), b"").expect("a file");
    let request = request(&stage, &shelf.place("file").join("one.lanyard-backup"));
    let refused = make(&request, |_| true).expect_err("a file is no folder").to_string();
    assert!(refused.contains("file") && refused.contains("choose another folder"), "{refused}");
}

#[test]
fn a_folder_without_data_is_not_made_by_looking_at_it() {
    let shelf = Shelf::new();
    let stage = Stage::new();
    let request = Request {
        data: shelf.place("nothing"),
        ..request(&stage, &shelf.place("one.lanyard-backup"))
    };
    let refused = make(&request, |_| true).expect_err("there is no data");
    assert!(matches!(refused, BackupError::NoData { .. }), "{refused}");
    assert_eq!(shelf.names(), [""; 0]);
}

#[test]
fn data_at_rest_is_backed_up_without_a_trace_beside_it() {
    let shelf = Shelf::new();
    let stage = three_orders();
    let at_rest = shelf.place("copy.lanyard-backup");
    let _stage = stage.reopened_after(|folder| {
        let before = names(folder);
        let request = Request {
            data: folder.to_owned(),
            to: Destination::File(at_rest.clone()),
            with_key: true,
            is_at_rest: true,
            made_at: testkit::START.parse().expect("a moment"),
        };
        make(&request, |_| true).expect("a backup");
        assert_eq!(names(folder), before);
    });
    let manifest = check(&at_rest, shelf.path(), |_| true).expect("it is whole");
    assert_eq!(manifest.totals.map(|totals| totals.orders), Some(3));
}

#[test]
fn only_the_organizer_makes_lists_and_stops_backups() {
    let stage = Stage::new();
    for (method, params) in [
        ("SetBackupFolder", json!({ "folder": "" })),
        ("MakeBackup", json!({})),
        ("CancelBackup", json!({})),
    ] {
        assert_eq!(stage.refused(Role::Desk, method, params).code, "RefusedRole");
    }
    let refused = stage.refused(Role::Organizer, "MakeBackup", json!({}));
    assert_eq!(refused.code, "RefusedNoBackupFolder");
}

#[test]
fn a_log_without_its_end_is_not_taken_for_the_newest_sound_one() {
    let shelf = Shelf::new();
    let old = shelf.place("old.db");
    let stage = three_orders().reopened_after(|folder| {
        fs::copy(folder.join("lanyard.db"), &old).expect("a copy");
    });
    stage.buys(&DMITRI, &[(GA, 1)]);
    let stage = stage.reopened_after(|folder| {
        let newest = fs::read(folder.join("lanyard.db")).expect("the database");
        fs::copy(&old, folder.join("lanyard.db")).expect("it is put back");
        let at_rest = Request {
            data: folder.to_owned(),
            to: Destination::Folder(shelf.place("copies")),
            with_key: true,
            is_at_rest: true,
            made_at: Timestamp::from_micros(0),
        };
        let refused = make(&at_rest, |_| true).expect_err("its end is missing");
        let is_missing = matches!(refused, BackupError::Data(OpenError::WitnessAhead { .. }));
        assert!(is_missing, "{refused}");
        assert!(!shelf.place("copies").exists());
        fs::write(folder.join("lanyard.db"), newest).expect("it is put back");
        make(&at_rest, |_| true).expect("everything is there");
    });
    stage.views_equal_the_log();
}
