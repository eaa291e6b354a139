//! What `--help` says, kept in `tests/help/` as whole texts: it is read more often than any other page.

use std::path::Path;
use std::process::{Command, Stdio};

use super::golden;

#[test]
fn help_is_the_golden_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help");
    let mut mismatches = Vec::new();
    let whole = help(&["--help"]);
    let commands: Vec<&str> = whole
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"render"), "{whole}");
    golden::compare(&folder.join("spotgen.txt"), &whole, &mut mismatches);
    for command in commands {
        let text = help(&[command, "--help"]);
        golden::compare(
            &folder.join(format!("{command}.txt")),
            &text,
            &mut mismatches,
        );
    }
    golden::finish(&mismatches);
}

fn help(arguments: &[&str]) -> String {
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
    String::from_utf8(output.stdout).expect("spotgen writes UTF-8")
}
