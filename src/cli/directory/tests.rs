use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::owned::{NAME, Owned};
use super::{differences, write};
use crate::files::Files;

fn files(files: &[(&str, &str)]) -> Files {
    let mut made = Files::default();
    for (path, content) in files {
        made.add(*path, *content);
    }
    made
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder can be made")
}

/// Everything in a folder, directories too.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            let name = path.strip_prefix(folder).expect("it is inside");
            let name = name.to_str().expect("UTF-8").replace('\\', "/");
            if path.is_dir() {
                found.insert(format!("{name}/"), String::new());
                open.push(path);
            } else {
                found.insert(name, fs::read_to_string(path).expect("it can be read"));
            }
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().collect()
}

#[track_caller]
fn put(folder: &Path, made: &Files) {
    if let Err(failure) = write(folder, "f", made) {
        panic!("{failure:?}");
    }
}

/// Writing these fails with this message and changes nothing.
#[track_caller]
fn refused(folder: &Path, made: &Files, message: &str) {
    let before = tree(folder);
    let failure = write(folder, "f", made).expect_err("it is refused");
    assert!(failure.message.contains(message), "{failure:?}");
    assert!(failure.help.is_some(), "{failure:?}");
    assert_eq!(before, tree(folder));
}

#[track_caller]
fn differs(folder: &Path, made: &Files) -> Vec<String> {
    let before = tree(folder);
    let found = differences(folder, "f", made).expect("it can be read");
    assert_eq!(before, tree(folder), "a check writes nothing");
    let start = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    found
        .into_iter()
        .flat_map(|drift| drift.differences)
        .map(|difference| {
            let line = difference.what;
            line.strip_prefix(&start)
                .expect("a path")
                .replace('\\', "/")
        })
        .collect()
}

#[test]
fn files_are_written_replaced_and_removed() {
    let home = folder();
    let folder = home.path().join("new/one");
    put(
        &folder,
        &files(&[("a", "1\n"), ("b/c", "2\n"), ("b/d/e", "3\n")]),
    );
    assert_eq!(names(&folder), [NAME, "a", "b/", "b/c", "b/d/", "b/d/e"]);
    let list = fs::read_to_string(folder.join(NAME)).expect("it is there");
    put(
        &folder,
        &files(&[("a", "1\n"), ("b/c", "2\n"), ("b/d/e", "3\n")]),
    );
    assert_eq!(
        fs::read_to_string(folder.join(NAME)).expect("it is there"),
        list
    );

    put(&folder, &files(&[("a", "one\n"), ("f", "")]));
    assert_eq!(names(&folder), [NAME, "a", "f"]);
    assert_eq!(tree(&folder)["a"], "one\n");
    assert!(differs(&folder, &files(&[("a", "one\n"), ("f", "")])).is_empty());
}

#[test]
fn a_check_names_what_is_missing_differs_or_is_stale() {
    let home = folder();
    let made = files(&[("a", "1\n"), ("b/c", "2\n")]);
    assert_eq!(
        differs(home.path(), &made),
        ["a is missing", "b/c is missing", ".spotgen.lock is missing"]
    );
    put(home.path(), &files(&[("a", "1\nx\n"), ("stale", "")]));
    assert_eq!(
        differs(home.path(), &made),
        [
            "a differs, starting at line 2",
            "b/c is missing",
            "stale is no longer rendered"
        ]
    );
    put(home.path(), &made);
    fs::write(home.path().join("foreign"), "").expect("it can be written");
    assert!(differs(home.path(), &made).is_empty());
    fs::remove_file(home.path().join("a")).expect("it is there");
    assert_eq!(differs(home.path(), &made), ["a is missing"]);
    // A file that exists only in the list.
    put(home.path(), &made);
    let list = home.path().join(NAME);
    let hash = "0".repeat(64);
    let text = fs::read_to_string(&list).expect("it is there");
    fs::write(&list, format!("{text}{hash}  gone\n")).expect("it can be written");
    assert_eq!(differs(home.path(), &made), [".spotgen.lock differs"]);
    put(home.path(), &made);
    assert!(differs(home.path(), &made).is_empty());
}

#[test]
fn a_check_tells_what_was_changed_by_hand_from_what_is_out_of_date() {
    let home = folder();
    put(home.path(), &files(&[("a", "1"), ("b", "2"), ("c", "3")]));
    let help = |made: &Files| {
        let drift = differences(home.path(), "f", made).expect("it can be read");
        drift.expect("there is one").help
    };
    let made = files(&[("a", "one"), ("b", "two"), ("d", "4")]);
    assert_eq!(help(&made), "update");
    for (name, content) in [("b", "edited"), ("c", "edited"), ("d", "mine")] {
        fs::write(home.path().join(name), content).expect("it can be written");
    }
    assert_eq!(
        differs(home.path(), &made),
        [
            "a differs, starting at line 1",
            "b was edited after spotgen wrote it, and differs, starting at line 1",
            "c was edited after spotgen wrote it, and is no longer rendered",
            "d was not written by spotgen, and differs, starting at line 1",
        ]
    );
    assert!(help(&made).contains("copy the change to the configuration"));
}

/// The state after a run that was interrupted while it wrote temporary files.
#[test]
fn leftovers_are_in_nobodys_way_and_go_with_the_next_run() {
    let home = folder();
    let made = files(&[("a", "1"), ("b/c", "2")]);
    put(home.path(), &made);
    for leftover in [".spotgen-a1B2c3.tmp", "b/.spotgen-xxxxxx.tmp"] {
        fs::write(home.path().join(leftover), "half").expect("it can be written");
    }
    fs::write(home.path().join(".spotgen-of-mine.tmp"), "").expect("it can be written");
    assert!(differs(home.path(), &made).is_empty());
    put(home.path(), &made);
    let mine = ".spotgen-of-mine.tmp";
    assert_eq!(names(home.path()), [mine, NAME, "a", "b/", "b/c"]);
    // A directory that becomes empty is removed too.
    fs::write(home.path().join("b/.spotgen-xxxxxx.tmp"), "half").expect("it can be written");
    put(home.path(), &files(&[("a", "1")]));
    assert_eq!(names(home.path()), [mine, NAME, "a"]);
}

#[cfg(unix)]
#[test]
fn files_keep_their_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = folder();
    let mode = |name: &str| {
        let found = fs::metadata(home.path().join(name)).expect("it is there");
        found.permissions().mode() & 0o777
    };
    put(home.path(), &files(&[("a", "1"), ("b", "1")]));
    let readable = fs::Permissions::from_mode(0o640);
    fs::set_permissions(home.path().join("a"), readable).expect("it is ours");
    fs::write(home.path().join("by-hand"), "").expect("it can be written");
    put(home.path(), &files(&[("a", "2"), ("b", "2")]));
    assert_eq!(mode("a"), 0o640);
    assert_eq!(mode("b"), mode("by-hand"));
    assert_eq!(mode(NAME), mode("by-hand"));
}

#[test]
fn files_of_others_stay() {
    let home = folder();
    let foreign = home.path().join("b/mine");
    fs::create_dir(home.path().join("b")).expect("it can be made");
    fs::write(&foreign, "mine").expect("it can be written");
    put(home.path(), &files(&[("b/c", "1")]));
    refused(
        home.path(),
        &files(&[("a", ""), ("b/mine", "2")]),
        "b/mine was not written by spotgen",
    );
    // The directory of a stale file stays if it contains anything else.
    put(home.path(), &files(&[("a", "")]));
    assert_eq!(names(home.path()), [NAME, "a", "b/", "b/mine"]);
    // An existing file that already has the right content is no obstacle.
    put(home.path(), &files(&[("b/mine", "mine")]));
}

#[test]
fn files_changed_by_hand_stay() {
    let home = folder();
    put(home.path(), &files(&[("a", "1"), ("b", "2")]));
    fs::write(home.path().join("b"), "edited").expect("it can be written");
    let message = "b was edited after spotgen wrote it";
    refused(home.path(), &files(&[("a", "one"), ("b", "two")]), message);
    refused(home.path(), &files(&[("a", "one")]), message);
    put(home.path(), &files(&[("a", "1"), ("b", "edited")]));
}

#[test]
fn what_is_in_the_way_is_named() {
    let home = folder();
    fs::write(home.path().join("a"), "").expect("it can be written");
    fs::create_dir(home.path().join("d")).expect("it can be made");
    let all = |path: &str| files(&[("0", ""), (path, "")]);
    refused(
        home.path(),
        &all("a/b"),
        "a is neither the regular file nor the directory",
    );
    refused(
        home.path(),
        &all("d"),
        "d is a directory, but a file belongs there",
    );
    let file = home.path().join("a");
    let failure = write(&file, "f", &files(&[("b", "")])).expect_err("it is a file");
    assert!(failure.message.contains("it is not a directory"));
    for number in 0..7 {
        fs::write(home.path().join(format!("x{number}")), "").expect("it can be written");
    }
    let many: Vec<String> = (0..7).map(|number| format!("x{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "new")).collect();
    refused(home.path(), &files(&many), "; and 2 more");
}

#[test]
fn directories_of_another_format_and_lists_of_others_are_refused() {
    let home = folder();
    put(home.path(), &files(&[("a", "")]));
    let failure =
        write(home.path(), "other", &files(&[("b", "")])).expect_err("it is another format");
    assert!(
        failure
            .message
            .contains("contains output of the format `f`"),
        "{failure:?}"
    );
    let list = home.path().join(NAME);
    let good = fs::read_to_string(&list).expect("it is there");
    let hash = "0".repeat(64);
    let long = "0".repeat(65);
    for (text, line) in [
        ("lock\n".to_owned(), 1),
        ("# spotgen render --format f\nx\n".to_owned(), 2),
        (format!("{good}a\n"), 4),
        (format!("{good}{hash}  ../a\n"), 4),
        (format!("{good}{hash}  /etc/passwd\n"), 4),
        (format!("{good}{hash}  {NAME}\n"), 4),
        (format!("{good}{long}  a\n"), 4),
    ] {
        fs::write(&list, text).expect("it can be written");
        refused(
            home.path(),
            &files(&[("b", "")]),
            &format!("{NAME}:{line}: "),
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let home = folder();
    let outside = folder();
    fs::write(outside.path().join("a"), "theirs").expect("it can be written");
    symlink(outside.path(), home.path().join("out")).expect("a link can be made");
    symlink(outside.path().join("a"), home.path().join("link")).expect("a link can be made");
    refused(
        home.path(),
        &files(&[("out/a", "")]),
        "out is a symbolic link",
    );
    refused(
        home.path(),
        &files(&[("link", "")]),
        "link is a symbolic link",
    );
    symlink(outside.path().join("a"), home.path().join(NAME)).expect("a link can be made");
    refused(
        home.path(),
        &files(&[("b", "")]),
        ".spotgen.lock is a symbolic link",
    );
    assert_eq!(tree(outside.path())["a"], "theirs");
    // The named directory itself may be a link, since the user chose it.
    let named = home.path().join("out");
    put(&named, &files(&[("b", "")]));
    assert_eq!(names(outside.path()), [NAME, "a", "b"]);
}

/// A stale file whose directory became a link: what the link leads to is not ours.
#[cfg(unix)]
#[test]
fn links_are_not_followed_to_remove_a_file() {
    let home = folder();
    let outside = folder();
    put(home.path(), &files(&[("a", ""), ("d/b", "")]));
    fs::rename(home.path().join("d"), outside.path().join("d")).expect("it can be moved");
    std::os::unix::fs::symlink(outside.path().join("d"), home.path().join("d"))
        .expect("a link can be made");
    refused(home.path(), &files(&[("a", "")]), "d is a symbolic link");
    assert_eq!(names(outside.path()), ["d/", "d/b"]);
}

/// A path of this many parts, each of them as long as a name may be.
#[cfg(target_os = "linux")]
fn deep(parts: usize) -> String {
    vec!["d".repeat(250); parts].join("/")
}

/// Detected only after other temporary files have been written: a directory that cannot be created.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_failure() {
    let home = folder();
    put(home.path(), &files(&[("a", "1")]));
    let before = tree(home.path());
    let made = files(&[("a", "2"), ("b/c", ""), (&deep(18), "")]);
    let failure = write(home.path(), "f", &made).expect_err("no path is as long as that");
    assert!(
        failure.message.starts_with("cannot write "),
        "{}",
        failure.message
    );
    assert!(before == tree(home.path()), "something is left");
}

/// Detected only after other files were renamed: the temporary name was short enough, the final one is not.
#[cfg(target_os = "linux")]
#[test]
fn a_failure_between_two_files_can_be_made_up_for() {
    let home = folder();
    put(home.path(), &files(&[("a", "1"), ("b", "1")]));
    let made = files(&[("a", "2"), (&deep(17), "")]);
    let failure = write(home.path(), "f", &made).expect_err("no path is as long as that");
    assert!(
        failure
            .help
            .is_some_and(|help| help.contains("run the command again"))
    );
    assert_eq!(names(home.path()), [NAME, "a", "b"]);
    assert_eq!(tree(home.path())["a"], "2");
    put(home.path(), &files(&[("a", "3")]));
    assert_eq!(names(home.path()), [NAME, "a"]);
}

/// The state after a run that was interrupted between two files: the next run continues with a changed configuration.
#[test]
fn a_run_that_was_cut_off_can_be_run_again() {
    let home = folder();
    let before = files(&[("a", "1"), ("b", "2"), ("c", "3")]);
    let after = files(&[("a", "one"), ("b", "two")]);
    put(home.path(), &before);
    let during = Owned::of("f", &after).with(Some(&Owned::of("f", &before)));
    fs::write(home.path().join(NAME), during.text()).expect("it can be written");
    fs::write(home.path().join("a"), "one").expect("it can be written");
    put(home.path(), &files(&[("a", "I"), ("b", "II")]));
    assert_eq!(names(home.path()), [NAME, "a", "b"]);
    assert_eq!(tree(home.path())["b"], "II");
}
