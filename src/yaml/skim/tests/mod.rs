//! What is skimmed is what the parser reads.

mod agreement;

use proptest::prelude::*;
use proptest::sample::select;

use agreement::{outline, skimmed};

/// A document in which every kind of value stands below keys that are passed over, and below others.
const DOCUMENT: &str = r#"---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: "Deployment"  # of the shop

metadata:
  name: web
  labels: {app: web, "kind": x}
data:
  script: |
    kind: Deployment
    apiVersion: v1

  folded: >-
    metadata:
     name: x
spec:
  ports:
  - a: 1
    b: [c, {d: e}]
  - - 'nested'
    - |-
      kind: x
  items:
    - env:
        - name: A
          value: "1"
      a: {b: c}
      # a comment
    - env: []
      a:
        b: c
        d:
      "quoted key": 'it''s'
  a:
    - b
other:
- c
# the end
"#;

#[test]
fn what_people_write_is_skimmed() {
    assert_eq!(skimmed(DOCUMENT), (true, true));
    assert_eq!(
        skimmed("apiVersion: v1\nkind: 'List'\nitems:\n- a: b\n"),
        (true, true)
    );
    let outline = outline(DOCUMENT).expect("it is skimmed");
    assert_eq!(outline.word("apiVersion"), Some("apps/v1"));
    assert_eq!(outline.word("kind"), Some("Deployment"));
    assert_eq!(outline.word("metadata"), None);
    assert_eq!(outline.word("status"), None);
}

#[test]
fn windows_line_breaks_are_skimmed() {
    let text = DOCUMENT.replace('\n', "\r\n");
    let outline = outline(&text).expect("it is skimmed");
    assert_eq!(outline.word("kind"), Some("Deployment"));
    // The quick reader leaves them to the parser.
    assert_eq!(skimmed(&text), (true, false));
}

#[test]
fn what_is_left_to_the_readers() {
    for text in [
        "",
        "# nothing\n",
        "---\n",
        "kind: a\nkind: b\n",
        "\"kind\": a\n",
        "'kind': a\n",
        "? kind\n: a\n",
        "&a kind: b\n",
        "!!str kind: b\n",
        "<<: *a\n",
        "{kind: a}\n",
        "[kind]\n",
        "- kind: a\n",
        " kind: a\n",
        "  # a comment\nkind: a\n",
        "kind : a\n",
        "kind:a\n",
        "kind\n",
        "kind:\ta\n",
        "\tkind: a\n",
        "kind: a\n\tb\n",
        "größe: a\n",
        "%YAML 1.2\n---\nkind: a\n",
        "--- # marked\nkind: a\n",
        "--- kind: a\n",
        "---\n---\nkind: a\n",
        "kind: a\n---\nkind: b\n",
        "kind: a\n...\n",
        "\u{feff}kind: a\n",
        "kind: a\rkind: b\n",
        "kind: a\r",
        "kind: a\n}\n",
        "a: \"\n\"kind: b\n",
    ] {
        assert_eq!(skimmed(text), (false, false), "{text:?}");
    }
}

/// A line that looks like a key is none within quotes and brackets. Then the mapping has no such key, or another line too.
#[test]
fn lines_that_are_no_keys_mislead_nobody() {
    for text in [
        "a: \"\nkind: ConfigMap\n  \"\n",
        "a: '\nkind: ConfigMap\n  '\nmetadata:\n  name: x\n",
        "a: {b: \"\nkind: ConfigMap\n  \"}\n",
        "a: [\nkind: ConfigMap\n ]\n",
        "a: |\nkind: ConfigMap\n",
        "a: b\nkind: ConfigMap\n  Map\n",
        "kind: ConfigMap\n\n  Map\n",
        "kind: ConfigMap\n# why\n  Map\n",
        "kind: yes\n",
        "kind: null\n",
        "kind: n\n",
        "kind: \"n\"\n",
        "kind: !!str n\n",
        "kind: &a n\n",
        "kind: a: b\n",
        "kind: a #b\n",
        "kind: a#b\n",
        "kind: 'a'b\n",
        "kind:\n  Map\n",
        "kind:\n- Map\n",
    ] {
        skimmed(text);
    }
}

/// What follows the first lines of another document may belong to the last of them.
#[test]
fn lines_that_were_there_before_are_the_same_sections() {
    for head in [
        "kind: Deployment\n",
        "apiVersion: apps/v1\nkind: \"Deployment\" # a\n",
        "kind: ConfigMap\n# c\n",
        "kind: ConfigMap\n",
    ] {
        assert!(skimmed(&format!("---\n# c\n{head}metadata:\n  name: x\n")).0);
        for behind in [
            "",
            "spec: {}\n",
            "kind: x\n",
            "apiVersion: v1\nkind2: x\n",
            "  Map\n",
            "\n  Map\n",
            "# c\n  Map\nspec: {}\n",
            "- a\n",
            "-\n",
            "a b\n",
            "\ta\n",
            "...\n",
        ] {
            skimmed(&format!("{head}{behind}"));
        }
    }
}

const LINES: [&str; 46] = [
    "---\n",
    "kind: Deployment\n",
    "kind: \"Map\"\n",
    "kind: |\n",
    "kind: '\n",
    "kind: {\n",
    "apiVersion: v1\n",
    "metadata:\n",
    "metadata: {name: x}\n",
    "metadata: &m\n",
    "spec:\n",
    "spec: \"\n",
    "data: >-\n",
    "data: [\n",
    "data:\n",
    "a: b\n",
    "  name: x\n",
    "  labels:\n",
    "    a: b\n",
    "    kind: x\n",
    "  ports:\n",
    "  - a: b\n",
    "    env:\n",
    "  items:\n",
    "    - env:\n",
    "      - a\n",
    "      a: b\n",
    "  \"\n",
    "\"\n",
    "'\n",
    "}\n",
    "]\n",
    "- a\n",
    "- kind: b\n",
    "-\n",
    "\n",
    "# c\n",
    "  # c\n",
    "  \n",
    "  <<: *m\n",
    "  *m : a\n",
    "\ta\n",
    "... \n",
    "kind: Deployment\r\n",
    "x: y",
    "  text\n",
];

const PIECES: [&str; 34] = [
    "a",
    "kind: ",
    "kind:",
    "\nkind: x\n",
    "spec:\n",
    "- ",
    "-",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "\t",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ", ",
    ":",
    ": ",
    " #",
    "# c\n",
    "|\n",
    ">-\n",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "!!str ",
    "<<: ",
    "\r\n",
    "\r",
];

proptest! {
    #[test]
    fn lines_are_skimmed_as_the_parser_reads_them(lines in prop::collection::vec(select(&LINES[..]), 0..9)) {
        skimmed(&lines.concat());
    }

    #[test]
    fn lines_below_a_head_are_skimmed_as_the_parser_reads_them(lines in prop::collection::vec(select(&LINES[2..]), 0..9)) {
        skimmed(&format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\nspec:\n{}", lines.concat()));
    }

    #[test]
    fn mutants_are_skimmed_as_the_parser_reads_them(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, select(&PIECES[..])), 1..4),
    ) {
        let mut chars: Vec<char> = DOCUMENT.chars().collect();
        for (at, removed, piece) in edits {
            let at = at.index(chars.len() + 1);
            let removed = removed.min(chars.len() - at);
            chars.splice(at..at + removed, piece.chars());
        }
        skimmed(&chars.into_iter().collect::<String>());
    }
}
