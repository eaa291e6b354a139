use proptest::prelude::*;
use serde_json::json;

use super::*;

fn set(pointer: &str, value: Json) -> Edit {
    let pointer = Pointer::parse(pointer);
    Edit::Set { pointer, value }
}

fn append(pointer: &str, value: Json) -> Edit {
    let pointer = Pointer::parse(pointer);
    Edit::Append { pointer, value }
}

fn remove(pointer: &str) -> Edit {
    let pointer = Pointer::parse(pointer);
    Edit::Remove { pointer }
}

#[track_caller]
fn becomes(before: &str, edit: &Edit, after: &str) {
    let amended = amend(before, Dialect::Manifest, 0, edit).expect("it can be edited");
    assert_eq!(amended.text, after);
    let crlf = before.replace('\n', "\r\n");
    let amended = amend(&crlf, Dialect::Manifest, 0, edit).expect("it can be edited");
    assert_eq!(amended.text, after.replace('\n', "\r\n"));
}

#[test]
fn values_are_replaced_where_they_are() {
    becomes(
        "a: 1  # one\nb: 2\n",
        &set("/a", json!("x")),
        "a: x  # one\nb: 2\n",
    );
    becomes("{a: 1, b: 2}\n", &set("/b", json!([1])), "{a: 1, b: [1]}\n");
    becomes(
        "a: b  # c\nd: 1\n",
        &set("/a", json!({"e": 1})),
        "a:  # c\n  e: 1\nd: 1\n",
    );
    becomes(
        "a:  # c\n  - 1\n  - 2\nb: 3\n",
        &set("/a", json!("x")),
        "a: x  # c\nb: 3\n",
    );
    becomes(
        "a:\n- b: 1\n  c: 2\n",
        &set("/a/0/c", json!(3)),
        "a:\n- b: 1\n  c: 3\n",
    );
    // Of a map and of a list, only what differs.
    let wanted = json!({"b": 1, "c": 3});
    becomes(
        "a:\n  b: 1  # one\n  c: 2\n",
        &set("/a", wanted),
        "a:\n  b: 1  # one\n  c: 3\n",
    );
    becomes(
        "a:\n  - x  # first\n  - y\n  - z\n",
        &set("/a", json!(["x", "z"])),
        "a:\n  - x  # first\n  - z\n",
    );
}

#[test]
fn keys_come_behind_those_that_are_there() {
    becomes(
        "- a: 1\n  b: 2\n- c: 3\n",
        &set("/0/d", json!(4)),
        "- a: 1\n  b: 2\n  d: 4\n- c: 3\n",
    );
    becomes(
        "a: {b: 1}\n",
        &set("/a/c/d", json!(2)),
        "a: {b: 1, c: {d: 2}}\n",
    );
    becomes(
        "a:\n  b: 1\n\nc: 2\n",
        &append("/a/d", json!("x")),
        "a:\n  b: 1\n  d:\n    - x\n\nc: 2\n",
    );
    becomes("a: 1\nb: 2", &set("/c", json!(3)), "a: 1\nb: 2\nc: 3");
    becomes(
        "a:\n  10: [x]\n",
        &set("/a/20", json!(["k"])),
        "a:\n  10: [x]\n  20:\n    - k\n",
    );
    becomes("a:\nb: 1\n", &set("/a/c", json!(2)), "a:\n  c: 2\nb: 1\n");
}

#[test]
fn what_is_removed_takes_its_line_along() {
    becomes("a: 1\nb: 2  # two\nc: 3\n", &remove("/b"), "a: 1\nc: 3\n");
    becomes(
        "a:\n  - x\n  - y\nb: 1\n",
        &remove("/a/0"),
        "a:\n  - y\nb: 1\n",
    );
    becomes("a:\n  - x\nb: 1\n", &remove("/a/0"), "a: []\nb: 1\n");
    becomes("a:  # c\n  b:\n    d: 1\n", &remove("/a/b"), "a: {}  # c\n");
    becomes(
        "- a: 1\n  b: 2\n- c: 3\n",
        &remove("/0/a"),
        "- b: 2\n- c: 3\n",
    );
    becomes("[a, b, c]\n", &remove("/1"), "[a, c]\n");
    becomes("{a: 1, b: 2}\n", &remove("/a"), "{b: 2}\n");
    becomes("{a: {b: 2}}\n", &remove("/a/b"), "{a: {}}\n");
}

#[test]
fn a_text_that_holds_yaml_is_edited_like_a_file() {
    let before = "data:\n  p: |\n    a: 1  # one\n\n    b: [x]\nc: 1\n";
    becomes(
        before,
        &set("/data/p/a", json!(2)),
        &before.replace("a: 1", "a: 2"),
    );
    becomes(
        before,
        &append("/data/p/b", json!("k")),
        &before.replace("[x]", "[x, k]"),
    );
    let longer = before.replace("b: [x]\n", "b: [x]\n    d: 1\n");
    becomes(before, &set("/data/p/d", json!(1)), &longer);
    becomes(
        "p: |-\n  a: 1",
        &set("/p/b", json!(2)),
        "p: |-\n  a: 1\n  b: 2",
    );
    becomes(
        "p: '{\"a\": 1}'\n",
        &set("/p/a", json!(2)),
        "p: '{\"a\": 2}'\n",
    );
}

#[test]
fn of_a_quoted_text_only_what_differs_is_written() {
    for (before, edit, after) in [
        // Its own escapes stay, and new ones are the usual ones.
        (
            r#"p: "\x61: 1\u000ab: \"é\u00e9\"\n" # c"#,
            set("/p/a", json!(2)),
            r#"p: "\x61: 2\u000ab: \"é\u00e9\"\n" # c"#,
        ),
        (
            r#"p: "a: 1\n""#,
            set("/p/b", json!("\t\"")),
            r#"p: "a: 1\nb: \"\\t\\\"\"\n""#,
        ),
        (
            r#"{"p": "a: \ud83d\ude00\nb:\n  - x\n", "q": "\/"}"#,
            append("/p/b", json!("ü")),
            r#"{"p": "a: \ud83d\ude00\nb:\n  - x\n  - \"ü\"\n", "q": "\/"}"#,
        ),
        // As PyYAML folds long lines.
        (
            "p: \"a: 1\\nb:\\n  c: x\\\n  \\ y\\n  d: 1\\n\"\n",
            set("/p/b/d", json!(2)),
            "p: \"a: 1\\nb:\\n  c: x\\\n  \\ y\\n  d: 2\\n\"\n",
        ),
        (
            "p: 'a: 1\n\n  b: it''s\n\n  '\n",
            set("/p/a", json!(2)),
            "p: 'a: 2\n\n  b: it''s\n\n  '\n",
        ),
        (
            "p: 'a: 1\n\n  b: it''s\n\n  '\n",
            set("/p/c", json!(3)),
            "p: 'a: 1\n\n  b: it''s\n\n  c: 3\n\n  '\n",
        ),
        (
            "p: >\n  {a: 1,\n  b: 2}\n\n  # é\nq: 1\n",
            set("/p/b", json!(3)),
            "p: >\n  {a: 1,\n  b: 3}\n\n  # é\nq: 1\n",
        ),
        (
            "p: >\n  a: 1\n\n  b: 2\nq: 1\n",
            set("/p/c", json!(3)),
            "p: >\n  a: 1\n\n  b: 2\n\n  c: 3\nq: 1\n",
        ),
        (
            "p: >-  # c\n  a: 1\n\n  b: 2\n",
            set("/p/c", json!(3)),
            "p: >-  # c\n  a: 1\n\n  b: 2\n\n  c: 3\n",
        ),
        (
            "p: ['--a=1', \"--b\"]\n",
            set("/p/0", json!("--a=2")),
            "p: ['--a=2', \"--b\"]\n",
        ),
        (
            "\u{feff}p: \"a\"\n",
            set("/p", json!("b")),
            "\u{feff}p: \"b\"\n",
        ),
        (
            "p: |+\n  a: 1\n\n\nq: 1\n",
            set("/p/a", json!(2)),
            "p: |+\n  a: 2\n\n\nq: 1\n",
        ),
        // Single quotes cannot hold a line that begins with white space.
        (
            "p: 'a: {}'\n",
            set("/p", json!("a:\n  b: 1\n")),
            "p: \"a:\\n  b: 1\\n\"\n",
        ),
    ] {
        becomes(before, &edit, after);
    }
}

#[test]
fn what_is_used_elsewhere_is_left_alone() {
    for (text, edit) in [
        ("a: &x {b: 1}\nc: *x\n", set("/a/b", json!(2))),
        ("a: &x {b: 1}\nc: *x\n", set("/c/b", json!(2))),
        ("a: &x {b: 1}\nc: {<<: *x}\n", remove("/c/b")),
        ("a: 1\n", remove("/b")),
        ("- - a\n  - b\n", remove("/0/0")),
        ("a: >\n  b\n", set("/a", json!(" b\n"))),
    ] {
        assert!(amend(text, Dialect::Manifest, 0, &edit).is_err(), "{text}");
    }
}

/// Text that is hard to quote, in a few pieces.
fn hard_text() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b: 1",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "'",
        "\"",
        "\\",
        "#",
        "# c",
        "é",
        "\u{1F600}",
        "\u{a0}",
        "{",
        ",",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

/// A text between double quotes, escaped as some programs write JSON.
fn escaped(text: &str) -> String {
    let text = serde_json::to_string(text).expect("it is text");
    text.replace('é', "\\u00e9")
        .replace('\u{1F600}', "\\ud83d\\ude00")
}

proptest! {
    /// Whatever becomes of a text, it is what was asked for, and the lines around it stay.
    #[test]
    fn an_edit_of_a_text_keeps_all_around_it(
        (start, end) in (hard_text(), hard_text()),
        (old, new) in (hard_text(), hard_text()),
        is_crlf: bool,
    ) {
        let (before, after) = (format!("{start}{old}{end}"), format!("{start}{new}{end}"));
        let block = before.trim_end_matches('\n').replace('\n', "\n    ");
        let written = [
            serde_json::to_string(&before).expect("it is text"),
            escaped(&before),
            format!("'{}'", before.replace('\'', "''").replace('\n', "\n\n    ")),
            format!("|\n    {block}"),
            format!(">-  # c\n    {}", block.replace('\n', "\n\n")),
        ];
        for (number, written) in written.into_iter().enumerate() {
            let newline = if is_crlf { "\r\n" } else { "\n" };
            let lines = |text: &str| text.replace('\n', newline);
            let head = lines("\u{feff}# é\nx: \"\\u000a\"\n");
            let tail = lines("\nz: '''' # \u{1F600}\n");
            let text = format!("{head}p: {}{tail}", lines(&written));
            match amend(&text, Dialect::Manifest, 0, &set("/p", json!(after))) {
                Ok(amended) => {
                    prop_assert!(amended.text.starts_with(&head), "{}", amended.text);
                    prop_assert!(amended.text.ends_with(&tail), "{}", amended.text);
                    let parsed = read(&amended.text, Dialect::Manifest).expect("it is YAML");
                    prop_assert_eq!(&data(&parsed)[0]["p"], &json!(after));
                }
                // Not every such text can be written in the other styles.
                Err(reason) => prop_assert!(number > 1, "{text}: {reason}"),
            }
        }
    }
}

#[test]
fn a_comment_stays_with_the_item_it_stands_in() {
    for (before, after) in [
        (
            "l:\n- a: 1\n  # of the item\n\n# of m\nm: 2\n",
            "l:\n- a: 1\n  # of the item\n- x\n\n# of m\nm: 2\n",
        ),
        (
            "l:\n  - a: 1\n\n    # of the item\n  # between\nm: 2\n",
            "l:\n  - a: 1\n\n    # of the item\n  - x\n  # between\nm: 2\n",
        ),
        (
            "l: []  # of l\n  # of l, too\n# of m\nm: 2\n",
            "l:  # of l\n  # of l, too\n  - x\n# of m\nm: 2\n",
        ),
        ("l: [a, b] # of l\n", "l: [a, b, x] # of l\n"),
        (
            "l: [\n  a, # of a\n  b # of b\n]\n",
            "l: [\n  a, # of a\n  b, # of b\n  x\n]\n",
        ),
        (
            "l: [\n  a,\n  b, # of b\n  # and this\n]\n",
            "l: [\n  a,\n  b, # of b\n  # and this\n  x,\n]\n",
        ),
        (
            "l: [a, b # of b\n  ]\n",
            "l: [a, b, # of b\n       x\n  ]\n",
        ),
        (
            "l: [ # of l\n  # of l, too\n  ]\n",
            "l: [ # of l\n  # of l, too\n    x\n  ]\n",
        ),
    ] {
        becomes(before, &append("/l", json!("x")), after);
    }
    for (before, after) in [
        (
            "m:\n  a:\n    - b\n      # of b\n  # between\nn: 2\n",
            "m:\n  a:\n    - b\n      # of b\n  x: 1\n  # between\nn: 2\n",
        ),
        (
            "m: {\n  a: 1 # of a\n  }\n",
            "m: {\n  a: 1, # of a\n  x: 1\n  }\n",
        ),
    ] {
        becomes(before, &set("/m/x", json!(1)), after);
    }
}
