//! Parameters of the proportional autoscaler against what the autoscaler itself makes of them: what it refuses is refused
//! here too, with a place and a reason, and what it takes reaches it as it was written.

use serde_json::{Value, json};
use spotgen::components::ComponentId;

use super::library;
use super::output_invariants::{documents, text};

/// The `ConfigMap`'s text for these parameters; none where they are refused.
fn parameters(mode: &str, params: &Value) -> Option<String> {
    let config = json!({
        "apiVersion": "spotgen.dev/v1alpha1",
        "kind": "SpotConfig",
        "metadata": {"name": "x"},
        "spec": {
            "provider": "aks",
            "nodePools": [{"name": "spot1", "capacity": "Spot"}],
            "overprovisioner": {"placeholders": [{
                "name": "p",
                "capacity": "Spot",
                "requests": {"cpu": 1, "memory": "1Gi"},
                "scaling": {"counting": "Spot", mode: params},
            }]},
        },
    });
    let given = library::config(config.to_string());
    let chosen = |component| component == ComponentId::ProportionalAutoscaler;
    let stream = given.render_only("manifests", chosen)?;
    let objects = documents(&stream);
    let found = objects
        .iter()
        .find_map(|object| object.pointer(&format!("/data/{mode}")));
    found.and_then(Value::as_str).map(str::to_owned)
}

#[test]
fn parameters_are_taken_as_the_autoscaler_takes_them() {
    let table = include_str!("../facts/proportional-autoscaler-1.10.yaml");
    let facts: Vec<Value> = serde_saphyr::from_str(table).expect("a table");
    assert!(facts.len() > 100);
    for fact in &facts {
        let mode = text(fact, "/mode");
        let found = parameters(mode, &fact["params"]);
        let accepted = fact["accepted"] == true && fact.get("ours").is_none();
        assert_eq!(found.is_some(), accepted, "{fact}");
        if let Some(found) = found {
            let found: Value = serde_json::from_str(&found).expect("JSON");
            assert!(alike(&found, &fact["params"]), "{found} for {fact}");
        }
    }
}

/// The same, whichever way numbers are written.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}
