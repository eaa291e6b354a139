//! What `--help` says, kept in `tests/help/` as whole texts: it is read more often than any other page.

use std::path::Path;
use std::process::{Command, Stdio};

use super::golden;

#[test]
fn help_is_the_golden_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help");
    let mut mismatches = Vec::new();
    for (name, arguments) in [
        ("spotgen", &["--help"][..]),
        ("check", &["check", "--help"]),
        ("explain", &["explain", "--help"]),
        ("render", &["render", "--help"]),
        ("schema", &["schema", "--help"]),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_spotgen"))
            .args(arguments)
            // The text is as wide as the terminal, and shows what the variable holds.
            .stdin(Stdio::null())
            .env_remove("COLUMNS")
            .env_remove("SPOTGEN_LOG")
            .output()
            .expect("spotgen can be started");
        assert!(output.status.success(), "{arguments:?}");
        assert!(
            output.stderr.is_empty(),
            "help is a result: it goes to stdout"
        );
        let text = String::from_utf8(output.stdout).expect("spotgen writes UTF-8");
        golden::compare(&folder.join(format!("{name}.txt")), &text, &mut mismatches);
    }
    golden::finish(&mismatches);
}
