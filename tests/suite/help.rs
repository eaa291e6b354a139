//! What `--help` says, whole: it is read more often than any other page.

use super::process::{passes, spotgen, stdout};

#[test]
fn help_is_as_it_was() {
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
    insta::assert_snapshot!("spotgen", whole);
    for command in commands {
        insta::assert_snapshot!(command, help(&[command, "--help"]));
    }
}

fn help(arguments: &[&str]) -> String {
    let output = spotgen(arguments).run();
    passes(&output);
    assert!(
        output.stderr.is_empty(),
        "help is a result: it goes to stdout"
    );
    stdout(&output)
}
