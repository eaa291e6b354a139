//! Golden outputs of the formats that not every case has: each is compared where a case has its file. An empty file
//! asks for one: `UPDATE_GOLDEN=1`.

use super::golden::{cases, compare, finish, render, root, text};

/// A format's file, and the arguments that it is made with.
const FILES: [(&str, &[&str]); 3] = [
    ("flux-patches.yaml", &["--format", "flux-patches"]),
    ("azure-cli.sh", &["--format", "azure-cli"]),
    (
        "admission.yaml",
        &[
            "--format",
            "admission",
            "--set",
            r#"spec.cluster.kubernetesVersion="1.36""#,
        ],
    ),
];

#[test]
fn golden_files_of_other_formats_are_what_is_rendered() {
    let mut mismatches = Vec::new();
    for (file, arguments) in FILES {
        let mut found = 0;
        for case in cases(&root()) {
            let golden = case.join(file);
            if !golden.exists() {
                continue;
            }
            found += 1;
            let output = render(&case, &[&["--no-check"][..], arguments].concat());
            assert!(
                output.status.success(),
                "{}:\n{}",
                golden.display(),
                text(&output.stderr)
            );
            compare(&golden, text(&output.stdout), &mut mismatches);
        }
        assert!(found > 3, "{found} cases have {file}");
    }
    finish(&mismatches);
}

/// A file that is written is the one that `--check` wants, and no other is.
#[test]
fn check_knows_the_files_of_every_format() {
    let case = root().join("everything");
    for (file, arguments) in FILES {
        let folder = tempfile::TempDir::new().expect("a folder can be made");
        let path = folder.path().join(file);
        let path = path.to_str().expect("UTF-8");
        let run = |more: &[&str]| render(&case, &[arguments, &["-o", path], more].concat());
        assert_eq!(
            run(&["--check"]).status.code(),
            Some(1),
            "{file} is missing"
        );
        assert!(run(&[]).status.success(), "{file}");
        assert!(run(&["--check"]).status.success(), "{file}");
        let changed = std::fs::read_to_string(path).expect("it is there") + "# changed\n";
        std::fs::write(path, &changed).expect("it can be written");
        assert_eq!(run(&["--check"]).status.code(), Some(1), "{file} differs");
        let after = std::fs::read_to_string(path).expect("it is there");
        assert_eq!(after, changed, "--check has written {file}");
    }
}
