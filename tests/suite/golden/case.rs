//! The inputs of a case, read as the program reads them: most of the suite needs no process of its own.

use std::fs;
use std::path::{Path, PathBuf};

use spotgen::load::Inputs;
use spotgen::source::{SET, SourceId, Sources};

/// The arguments of a case after the subcommand.
pub(crate) fn arguments(case: &Path) -> Vec<String> {
    if let Ok(text) = fs::read_to_string(case.join("args")) {
        return text.lines().map(str::to_owned).collect();
    }
    let mut arguments = vec!["-f".to_owned(), "spot-config.yaml".to_owned()];
    // A real configuration has the manifests that it was found with beside it.
    if case.parent().is_some_and(|parent| parent.ends_with("real"))
        && case.join("manifests.yaml").exists()
    {
        arguments.extend(["--from".to_owned(), "manifests.yaml".to_owned()]);
    }
    arguments
}

/// What the arguments name.
pub(super) struct Read {
    pub(super) inputs: Inputs,
    pub(super) manifests: Option<Vec<SourceId>>,
}

/// None where the program would not come to a report: an argument that it does not know, a file that cannot be read.
pub(super) fn read(case: &Path, extra: &[&str]) -> Option<Read> {
    let arguments = arguments(case);
    let all: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .chain(extra.iter().copied())
        .collect();
    let (mut files, mut sets, mut from) = (Vec::new(), Vec::new(), Vec::new());
    for argument in all.chunks(2) {
        let [option, value] = argument else {
            panic!("{}: {argument:?} has no value", case.display());
        };
        match *option {
            "-f" => files.push(*value),
            "--set" => sets.push(*value),
            "--from" => from.push(*value),
            _ => return None,
        }
    }
    let mut inputs = Inputs::default();
    inputs.files = add(case, &files, &mut inputs.sources)?;
    for set in sets {
        inputs.sets.push(inputs.sources.add(SET, set));
    }
    let manifests = add(case, &from, &mut inputs.sources)?;
    Some(Read {
        inputs,
        manifests: (!from.is_empty()).then_some(manifests),
    })
}

fn add(case: &Path, named: &[&str], sources: &mut Sources) -> Option<Vec<SourceId>> {
    let mut ids = Vec::new();
    for name in named {
        for path in files(case, name)? {
            let text = fs::read_to_string(&path).ok()?;
            // As it is called in the folder of the case.
            let name = path.strip_prefix(case).expect("it is in the folder");
            ids.push(sources.add(name.display().to_string(), text));
        }
    }
    Some(ids)
}

/// A file, the YAML files of a folder, or those that a pattern matches; none where there are none.
fn files(case: &Path, name: &str) -> Option<Vec<PathBuf>> {
    let path = case.join(name);
    if path.is_file() {
        return Some(vec![path]);
    }
    let pattern = if path.is_dir() {
        path.join("*.y*ml")
    } else {
        path
    };
    let paths = glob::glob(pattern.to_str()?).expect("a pattern");
    let paths: Vec<PathBuf> = paths.map(|path| path.expect("a file")).collect();
    (!paths.is_empty()).then_some(paths)
}
