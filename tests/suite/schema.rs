//! `validate` asks the types first and the schema only when they refuse: both must accept the very same documents.

use std::fs;
use std::sync::LazyLock;

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};
use spotgen::check::Detail;
use spotgen::config::{SpotConfig, committed_schema};
use spotgen::load::{Document, Inputs, load};
use spotgen::validate;
use spotgen::yaml::decode;

use super::golden::{cases, root};
use super::mutants::{Dice, mutate};
use super::sample_size::sample_size;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(committed_schema()).expect("the schema is JSON");
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .expect("the schema is valid")
});

/// Every configuration of the golden cases, valid and invalid, as far as it is YAML.
fn configurations() -> Vec<Value> {
    let mut found = Vec::new();
    for case in cases(&root())
        .into_iter()
        .chain(cases(&root().join("invalid")))
    {
        for file in ["spot-config.yaml", "base.yaml"] {
            let Ok(text) = fs::read_to_string(case.join(file)) else {
                continue;
            };
            let mut inputs = Inputs::default();
            let id = inputs.sources.add(file, text);
            inputs.files.push(id);
            found.extend(load(&inputs).0.map(|document| document.root().to_json()));
        }
    }
    found
}

/// The same verdict by both; whatever the verdict, no panic and no empty report.
fn agree(value: &Value) {
    let mut inputs = Inputs::default();
    let id = inputs.sources.add("mutant.yaml", value.to_string());
    inputs.files.push(id);
    let (Some(document), report) = load(&inputs) else {
        return;
    };
    // JSON text is YAML without a second meaning, but for what the loader refuses by itself.
    if report.has_errors() {
        return;
    }
    let by_types = decode::<SpotConfig>(document.root());
    let by_schema = SCHEMA.is_valid(&document.root().to_json());
    assert_eq!(
        by_types.is_ok(),
        by_schema,
        "types: {:?}\n{value}",
        by_types.err()
    );
    judged(&document, &inputs);
    checked(&inputs);
}

/// What is valid can be checked and reckoned with, whatever it is.
fn checked(inputs: &Inputs) {
    let Ok(planned) = spotgen::plan(inputs, None) else {
        return;
    };
    for diagnostic in planned.check(&[], Detail::ALL).iter() {
        let location = diagnostic.location.expect("every finding has a place");
        let text = &inputs.sources.get(location.source).text;
        assert!(
            location.end as usize <= text.len(),
            "{}",
            diagnostic.message
        );
    }
    let numbers = planned.figures();
    assert!(numbers.iter().all(|number| !number.value.is_empty()));
}

fn judged(document: &Document<'_>, inputs: &Inputs) {
    let Err(report) = validate(document, false) else {
        return;
    };
    assert!(report.has_errors());
    for diagnostic in report.iter() {
        let location = diagnostic.location.expect("every mistake has a place");
        assert!(
            location.end as usize <= inputs.sources.get(location.source).text.len(),
            "{}",
            diagnostic.message
        );
    }
}

#[test]
fn types_and_schema_agree_on_the_golden_configurations() {
    let configurations = configurations();
    assert!(configurations.len() > 30);
    configurations.iter().for_each(agree);
}

/// An editor marks a key without a value where `spotgen check` refuses it, and nowhere else.
#[test]
fn keys_without_a_value_are_left_out_for_both() {
    let path = root().join("everything/spot-config.yaml");
    let text = fs::read_to_string(path).expect("the case is there");
    let whole: Value = serde_saphyr::from_str(&text).expect("it is YAML");
    let mut count = 0;
    for key in whole["spec"].as_object().expect("a map").keys() {
        // Without the others, none of them refers to the one that is gone.
        let mut value = json!({"apiVersion": whole["apiVersion"], "kind": whole["kind"], "metadata": whole["metadata"],
            "spec": {"provider": "aks"}});
        value["spec"][key] = Value::Null;
        let mut inputs = Inputs::default();
        let id = inputs.sources.add("nothing.yaml", value.to_string());
        inputs.files.push(id);
        let document = load(&inputs).0.expect("it is YAML");
        let is_taken = validate(&document, false).is_ok();
        assert_eq!(is_taken, SCHEMA.is_valid(&value), "{value}");
        assert_eq!(is_taken, key != "provider", "{value}");
        count += 1;
    }
    assert!(count > 10, "{count}");
}

#[test]
fn types_and_schema_agree_on_mutants() {
    let originals = configurations();
    let mut dice = Dice(7);
    for round in 0..sample_size(400, 12_000) {
        let mut mutant = originals[round % originals.len()].clone();
        for _ in 0..=dice.roll(2) {
            mutate(&mut mutant, &mut dice);
        }
        agree(&mutant);
    }
}
