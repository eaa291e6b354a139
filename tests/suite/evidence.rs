//! The table of docs/evidence.md is what the recordings say.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::golden::{compare, finish};

const BEGIN: &str = "<!-- from tests/recordings, by the suite: UPDATE_GOLDEN=1 cargo test -->\n";
const END: &str = "<!-- end -->\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The recordings, by name.
fn recordings() -> Vec<(String, Value)> {
    let folder = root().join("tests/recordings");
    let mut found: Vec<(String, Value)> = fs::read_dir(folder)
        .expect("there are recordings")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let text = fs::read_to_string(&path).expect("it can be read");
            let name = path.file_stem().expect("it has a name");
            let value = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name.to_string_lossy().into_owned(), value)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert!(!found.is_empty());
    found
}

/// The phases of a recording that end with a result, each with it, and those of an outage, which have none.
fn phases(recording: &Value) -> Vec<(&Value, Option<&Value>)> {
    let list = |key: &str| recording[key].as_array().expect("a list");
    let mut results = list("results").iter();
    let mut phases = Vec::new();
    for phase in list("phases") {
        let what = phase["phase"].as_str().expect("a name");
        // Before the system, and the mark before a scenario names its load.
        let is_mark = what.starts_with("apps ready") || what == "S7";
        if !is_mark {
            phases.push((phase, if what == "S3" { None } else { results.next() }));
        }
    }
    assert!(results.next().is_none(), "more results than phases");
    phases
}

/// Whether Spot was there throughout a phase and was never asked for, though its pools could grow: left alone after
/// refusals. What did not fit on the nodes that there were waited for it when the run went on.
fn is_left_alone(recording: &Value, phase: &Value, result: &Value) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let pools = list(&result["spotBelowMax"]);
    let name = |entry: &Value| entry[1] == phase["phase"];
    let Some(began) = list(&recording["marks"]).into_iter().find(name) else {
        return false;
    };
    let began = began[0].as_i64().expect("seconds");
    let ended = began + phase["length"].as_i64().expect("seconds");
    let cloud = list(&recording["cloud"]);
    let mut within = cloud
        .iter()
        .filter(|event| {
            let at = event[0].as_i64().expect("seconds");
            (began..ended).contains(&at) && pools.contains(&event[2])
        })
        .peekable();
    let is_back = |event: &Value| event[1] == "capacity" && event[3] == "ok";
    result["converged"] == false && within.peek().is_some() && within.all(is_back)
}

fn rows(name: &str, recording: &Value) -> Vec<String> {
    let about = &recording["about"];
    let config = about["config"].as_str().expect("a name");
    let config = config
        .trim_end_matches(".yaml")
        .replace("mid", "mid-size")
        .replace("-auto", ", autoscaling");
    let dead = about["deadPool"].as_str().filter(|pool| !pool.is_empty());
    let dead = dead.map_or_else(String::new, |pool| format!(", without {pool}"));
    let pods = about["preferred"].as_object().expect("workloads");
    let pods: i64 = pods.values().filter_map(Value::as_i64).sum();
    let number = |key: &str| about[key].as_f64().expect("a number");
    // The laboratory's clock ran faster.
    let minutes = number("interval") * number("scale") / 60.0;
    let first = format!("{config}{dead}, rounds of {minutes} min `{name}`");
    let outcome = |phase: &Value, result: &Value| {
        if is_left_alone(recording, phase, result) {
            return format!(
                "unfinished after {} s: Spot had capacity, not requested after refusals; {} on on-demand",
                phase["length"], result["onOnDemand"]
            );
        }
        outcome(result)
    };
    let row = |(at, (phase, result)): (usize, (&Value, Option<&Value>))| {
        let number = |key: &str| phase[key].as_i64().unwrap_or_default();
        let run = if at == 0 { first.as_str() } else { "" };
        format!(
            "| {run} | {} | {} | {} | {} | {} | {} |\n",
            scenario(phase["phase"].as_str().unwrap_or_default()),
            result.map_or_else(String::new, |result| outcome(phase, result)),
            evictions(number("deschedulerMoves"), number("backAndForth")),
            losses(phase, pods),
            spot(phase),
            on_demand(phase),
        )
    };
    phases(recording).into_iter().enumerate().map(row).collect()
}

fn scenario(phase: &str) -> String {
    match phase {
        "system applied" => "S1".to_owned(),
        "S3" => "S3, Spot away".to_owned(),
        "S3 spot back" => "S3, Spot back".to_owned(),
        "S7 spot grows again" => "S7, Spot grows".to_owned(),
        phase => phase
            .replace(" back to x1", ", back")
            .replace(" x", " × ")
            .replace('x', " × "),
    }
}

fn outcome(result: &Value) -> String {
    let took = &result["took"];
    match result["word"].as_str().unwrap_or_default() {
        "converged" => format!("converged, {took} s"),
        "all that fit" => {
            let at = if result["onDemandAtMin"] == true {
                ", at its minimum"
            } else {
                ""
            };
            format!(
                "all that fit, {took} s; {} on on-demand{at}",
                result["onOnDemand"]
            )
        }
        word => format!("{word}, {took} s; {} on on-demand", result["onOnDemand"]),
    }
}

fn evictions(moves: i64, back: i64) -> String {
    match moves {
        0 => String::new(),
        moves => format!("{moves} ({back})"),
    }
}

/// What an interruption cost; nothing where there was none.
fn losses(phase: &Value, pods: i64) -> String {
    let Some(ready) = phase["secondsUntilAllReady"].as_i64() else {
        return String::new();
    };
    format!(
        "{} killed, {} cut short; {} of {pods}; {ready} s",
        phase["killedWithoutGrace"], phase["cutShort"], phase["leastServing"]
    )
}

fn spot(phase: &Value) -> String {
    let nodes = phase["spotNodes"].as_object().expect("pools");
    let nodes = nodes.iter().filter(|(_, count)| count.as_i64() != Some(0));
    let nodes: Vec<String> = nodes
        .map(|(pool, count)| format!("{count} {pool}"))
        .collect();
    match nodes.as_slice() {
        [] => "none".to_owned(),
        nodes => format!("{} ({})", phase["usableSpotCores"], nodes.join(", ")),
    }
}

fn on_demand(phase: &Value) -> String {
    let nodes = phase["onDemandNodes"].as_object().expect("pools");
    let nodes = nodes
        .values()
        .map(|count| format!("{} ({})", count[0], count[1]));
    nodes.collect::<Vec<_>>().join(", ")
}

#[test]
fn figures_are_those_of_the_recordings() {
    let path = root().join("docs/evidence.md");
    let text = fs::read_to_string(&path).expect("it can be read");
    let (before, rest) = text
        .split_once(BEGIN)
        .expect("there is a place for the table");
    let (_, after) = rest.split_once(END).expect("the table ends");
    let mut table = "| configuration, recording | scenario | outcome | evictions for failback (back) | killed and cut short; least serving; all ready \
         after | usable Spot cores (nodes) | on-demand nodes (most) |\n|---|---|---|---|---|---|---|\n"
        .to_owned();
    for (name, recording) in recordings() {
        table.extend(rows(&name, &recording));
    }
    let mut mismatches = Vec::new();
    compare(
        &path,
        &format!("{before}{BEGIN}\n{table}\n{END}{after}"),
        &mut mismatches,
    );
    finish(&mismatches);
}

/// What each recording was given is beside it.
#[test]
fn inputs_are_beside_the_recordings() {
    for (name, _) in recordings() {
        for extension in ["yaml", "json"] {
            let inputs = root().join(format!("tests/recordings/inputs/{name}.{extension}"));
            assert!(inputs.exists(), "{}", inputs.display());
        }
    }
}
