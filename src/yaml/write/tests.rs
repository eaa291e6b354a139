use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{scalar, write};
use crate::sample_size::sample_size;

fn yaml<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn hostile() -> Vec<String> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/hostile-strings.json"
    ));
    serde_json::from_str(text).expect("the corpus is a list of strings")
}

#[test]
fn ordinary_text_is_plain() {
    for text in [
        "registry.k8s.io/pause:3.10",
        "kube-system",
        "/policy-dir/policy.yaml",
        "--policy-config-file=/policy-dir/policy.yaml",
        "app.kubernetes.io/name",
        "500m",
        "512Mi",
        "4Gi",
        "30s",
        "1h30m",
        "25%",
        "10.0.0.0/8",
        "80/tcp",
        "localhost:8080",
        "--node=$(NODE_NAME)",
        "-v=2",
        "v1",
        "None",
        "system:serviceaccount:kube-system:default",
        "It's a sentence (of sorts), with commas; yes.",
    ] {
        assert_eq!(scalar(text), text);
    }
}

#[test]
fn ambiguous_text_is_quoted() {
    for word in [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan", "infinity",
    ] {
        let capital = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        for text in [word, &word.to_uppercase(), &capital] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
    }
    for text in [
        "",
        "~",
        "=",
        "<<",
        "-",
        "--",
        "---",
        "...",
        ".",
        "?",
        "0",
        "-1",
        "+1",
        "1.0",
        ".5",
        "1e3",
        "1E",
        "4E",
        "0x1F",
        "0b1",
        "0o17",
        "0x1p-2",
        "017",
        "1_000",
        "1,000",
        "1:30",
        "190:20:30.15",
        "2001-12-14",
        "2001-12-14T21:59:43Z",
        "10.0.0.1",
        ".inf",
        "-.inf",
        "-inf",
        ".NaN",
        "- a",
        "? a",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "a ",
        " a",
        "a  b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'a'",
        "%a",
        "@a",
        "`a`",
        "{a",
        "[a",
        "a]",
        "{{ x }}",
        "_a",
        "a::b",
        "a :b",
    ] {
        assert_eq!(scalar(text), format!("\"{text}\""));
    }
}

#[test]
fn escapes() {
    for (text, written) in [
        ("\"\\", r#""\"\\""#),
        ("a\nb\tc\rd", r#""a\nb\tc\rd""#),
        ("\0\u{1b}\u{7f}\u{85}\u{9f}", r#""\x00\x1B\x7F\x85\x9F""#),
        (
            "\u{a0}\u{2028}\u{2029}\u{feff}",
            r#""\u00A0\u2028\u2029\uFEFF""#,
        ),
        (
            "\u{e000}\u{fdd0}\u{ffff}\u{202e}",
            r#""\uE000\uFDD0\uFFFF\u202E""#,
        ),
        (
            "\u{f0000}\u{1fffe}\u{10ffff}",
            r#""\U000F0000\U0001FFFE\U0010FFFF""#,
        ),
        ("ä漢😀", "\"ä漢😀\""),
    ] {
        assert_eq!(scalar(text), written);
    }
}

#[test]
fn a_literal_block_holds_lines_as_they_are() {
    assert_eq!(
        yaml(&json!({"a": {"b": "x: 1\n\n  # y\nä\n"}, "c": ["p\n", ["q\n"]]})),
        "a:\n  b: |\n    x: 1\n\n      # y\n    ä\nc:\n  - |\n    p\n  - - |\n      q\n"
    );
    assert_eq!(yaml("---\n...\n"), "|\n  ---\n  ...\n");
    for text in [
        "a\nb",
        "a\n\n",
        "\na\n",
        " a\nb\n",
        "a \nb\n",
        "a\n \nb\n",
        "a\tb\n",
        "a\r\nb\n",
        "\n",
        "a\u{85}\n",
        "a\u{2028}\n",
        "a\u{feff}\n",
        "a\u{a0}\n",
        "a\u{7f}\n",
        "a\0\n",
    ] {
        assert_eq!(yaml(text), format!("{}\n", scalar(text)), "{text:?}");
    }
}

#[derive(Serialize)]
struct Newtype(u8);

#[derive(Serialize)]
struct Pair(u8, &'static str);

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Shape {
    #[serde(rename = "off")]
    Off,
    NodePort,
    New(u8),
    Tuple(u8, u8),
    Fields {
        a: u8,
    },
    Nothing {},
}

#[test]
fn shapes() {
    let cases: [(String, &str); 20] = [
        (
            yaml(&json!({"k": ["a", {"b": 1, "c": 2}]})),
            "k:\n  - a\n  - b: 1\n    c: 2\n",
        ),
        (
            yaml(&json!({"a": {}, "b": [], "c": null})),
            "a: {}\nb: []\nc: null\n",
        ),
        (
            yaml(&json!([["a"], [[]], {}, [{"x": {"z": 1}}]])),
            "- - a\n- - []\n- {}\n- - x:\n      z: 1\n",
        ),
        (
            yaml(&json!({"a": {"b": {"c": true}}})),
            "a:\n  b:\n    c: true\n",
        ),
        (
            yaml(&json!({"on": "no", "a b": "x"})),
            "\"on\": \"no\"\na b: x\n",
        ),
        (yaml(&json!({})), "{}\n"),
        (yaml(&json!([])), "[]\n"),
        (
            yaml(&BTreeMap::from([(20, 'a'), (-3, 'y')])),
            "-3: \"y\"\n20: a\n",
        ),
        (yaml(&None::<u8>), "null\n"),
        (yaml(&[Some(1), None]), "- 1\n- null\n"),
        (yaml(&(Unit, ())), "- null\n- null\n"),
        (yaml(&Newtype(7)), "7\n"),
        (yaml(&[Pair(1, "x")]), "- - 1\n  - x\n"),
        (
            yaml(&[Shape::Off, Shape::NodePort]),
            "- \"off\"\n- nodePort\n",
        ),
        (yaml(&[Shape::New(1)]), "- new: 1\n"),
        (yaml(&[Shape::Tuple(1, 2)]), "- tuple:\n    - 1\n    - 2\n"),
        (yaml(&[Shape::Fields { a: 1 }]), "- fields:\n    a: 1\n"),
        (yaml(&Shape::Nothing {}), "nothing: {}\n"),
        (
            yaml(&[i128::MIN]),
            "- -170141183460469231731687303715884105728\n",
        ),
        (yaml("- a"), "\"- a\"\n"),
    ];
    for (written, wanted) in cases {
        assert_eq!(written, wanted);
    }
}

#[test]
fn floats_have_a_point_and_a_signed_exponent() {
    for (float, written) in [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e21, "1.0e+21"),
        (1.5e-7, "1.5e-7"),
        (f64::NAN, ".nan"),
        (f64::INFINITY, ".inf"),
        (f64::NEG_INFINITY, "-.inf"),
    ] {
        assert_eq!(yaml(&float), format!("{written}\n"));
    }
    assert_eq!(yaml(&0.1_f32), "0.1\n");
}

#[test]
fn a_long_key_is_explicit() {
    let key = "k".repeat(1001);
    let map = json!([{key.as_str(): [{key.as_str(): 1}]}]);
    assert_eq!(
        yaml(&map),
        format!("- ? {key}\n  :\n    - ? {key}\n      : 1\n")
    );
    assert_eq!(read::<Value>(&yaml(&map)), map);
}

#[test]
#[should_panic(expected = "map keys are strings or integers")]
fn a_boolean_key_is_a_mistake() {
    yaml(&BTreeMap::from([(true, 1)]));
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> T {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text:?}"))
}

/// The string in every position.
fn positions(text: &str) -> [Value; 4] {
    [
        json!(text),
        json!({text: text}),
        json!([text, [text, [text]], {text: [text, {"a": text}]}]),
        json!({"a": text, "b": {text: {text: {"c": text, "d": [], "e": {}}}}, "z": [[{"f": text}, text]]}),
    ]
}

fn survives(text: &str) {
    for value in positions(text) {
        let written = yaml(&value);
        assert!(written.ends_with('\n'));
        assert_eq!(read::<Value>(&written), value, "{written:?}");
    }
    assert!(!scalar(text).contains('\n'));
    assert_eq!(read::<String>(&scalar(text)), text);
}

#[test]
fn hostile_strings_survive() {
    let corpus = hostile();
    assert!(corpus.len() >= 150);
    for text in &corpus {
        survives(text);
    }
}

#[test]
fn every_character_survives() {
    // One document for each block of characters keeps this fast.
    let beyond = ('\u{10000}'..=char::MAX).step_by(sample_size(37, 1));
    let all: Vec<char> = ('\0'..='\u{FFFF}').chain(beyond).collect();
    for chunk in all.chunks(4096) {
        let texts: Vec<String> = chunk.iter().map(|c| format!("a{c}b\n")).collect();
        assert_eq!(read::<Vec<String>>(&yaml(&texts)), texts);
    }
}

/// Strings made of hostile pieces, so that they meet in ways no list foresees.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(hostile().into_iter().filter(|text| text.len() < 40).collect::<Vec<_>>()),
        3 => prop::sample::select(vec![
            " ", "\n", "\n", "\t", ":", "#", "-", "a", "0", "e", ".", "_", "'", "\"", "\r", "x",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => pieces().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(pieces(), inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(sample_size(64, 256)))]

    #[test]
    fn any_string_survives(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn hostile_pieces_survive(text in pieces()) {
        survives(&text);
    }

    #[test]
    fn number_like_strings_survive(text in "[-+]?[0-9a-fA-FxobTZ_.,:e+ %/-]{1,12}") {
        survives(&text);
    }

    #[test]
    fn line_like_strings_survive(text in "([ \t]{0,2}[a#:-]{0,2}[ \t\r]{0,1}\n){0,5}") {
        survives(&text);
    }

    #[test]
    fn any_tree_survives(tree in tree()) {
        let written = yaml(&tree);
        prop_assert_eq!(&read::<Value>(&written), &tree, "{:?}", written);
    }

    #[test]
    fn any_float_survives(float in any::<f64>()) {
        let written = yaml(&float);
        prop_assert_eq!(read::<f64>(&written).to_bits(), float.to_bits(), "{}", written);
    }
}

#[test]
fn fields_of_objects_are_in_the_order_of_people() {
    use k8s_openapi::api::core::v1::{ConfigMap, Container, PodSpec, Toleration};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
    let map = ConfigMap {
        data: Some(BTreeMap::from([("b: c".to_owned(), "1\n2\n".to_owned())])),
        metadata: ObjectMeta {
            annotations: Some(BTreeMap::from([("z".to_owned(), "a".to_owned())])),
            name: Some("web".to_owned()),
            ..ObjectMeta::default()
        },
        ..ConfigMap::default()
    };
    assert_eq!(
        yaml(&map),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  annotations:\n    z: a\ndata:\n  \"b: c\": |\n    1\n    2\n"
    );
    // Several move in front of others, one after the other.
    let toleration = Toleration {
        key: Some("k".to_owned()),
        operator: Some("Equal".to_owned()),
        value: Some("v".to_owned()),
        effect: Some("NoExecute".to_owned()),
        toleration_seconds: Some(5),
    };
    let tolerated = BTreeMap::from([("t", vec![toleration.clone(), toleration])]);
    let one = "  - key: k\n    operator: Equal\n    value: v\n    effect: NoExecute\n    tolerationSeconds: 5\n";
    assert_eq!(yaml(&tolerated), format!("t:\n{one}{one}"));
    // In a list the first field shares the line of the dash, whichever it was.
    let container = |name: &str| Container {
        args: Some(vec!["-v".to_owned()]),
        name: name.to_owned(),
        ..Container::default()
    };
    let pod = PodSpec {
        containers: vec![container("a"), container("b")],
        ..PodSpec::default()
    };
    assert_eq!(
        yaml(&pod),
        "containers:\n  - name: a\n    args:\n      - -v\n  - name: b\n    args:\n      - -v\n"
    );
}
