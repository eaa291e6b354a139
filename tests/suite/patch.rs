//! `spotgen patch` over the cases of `golden/patch`: a folder with `in.yaml`, and what must come of it, `out.yaml` and
//! `stderr.txt`. Without a file `args` the arguments are `-f ../spot-config.yaml --verify --report`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::golden::{cases, compare, finish, root};

const DEFAULT_ARGUMENTS: &str = "-f\n../spot-config.yaml\n--verify\n--report\n";

fn patch(case: &Path, input: &[u8]) -> Output {
    let arguments = std::fs::read_to_string(case.join("args"));
    let arguments = arguments.as_deref().unwrap_or(DEFAULT_ARGUMENTS);
    let mut process = Command::new(env!("CARGO_BIN_EXE_spotgen"))
        .arg("patch")
        .args(arguments.lines())
        .current_dir(case)
        .env_remove("SPOTGEN_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("spotgen can be started");
    let mut stdin = process.stdin.take().expect("stdin is piped");
    // A refused configuration is told before the stream is read to its end.
    let _ = stdin.write_all(input);
    drop(stdin);
    process.wait_with_output().expect("spotgen ends")
}

fn input(case: &Path) -> Vec<u8> {
    std::fs::read(case.join("in.yaml")).expect("a case has an input")
}

#[test]
fn streams_are_patched_to_the_golden_bytes() {
    let mut mismatches = Vec::new();
    for case in cases(&root().join("patch")) {
        let output = patch(&case, &input(&case));
        let code = output.status.code();
        let said = format!(
            "{}exit code {}\n",
            String::from_utf8_lossy(&output.stderr),
            code.unwrap_or(-1)
        );
        compare(&case.join("stderr.txt"), &said, &mut mismatches);
        let golden = case.join("out.yaml");
        if code == Some(0) {
            let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
            compare(&golden, text, &mut mismatches);
        } else {
            assert!(
                output.stdout.is_empty(),
                "{} wrote something",
                case.display()
            );
            assert!(
                !golden.exists(),
                "{} is there, and the stream is refused",
                golden.display()
            );
        }
    }
    finish(&mismatches);
}

#[test]
fn patching_twice_is_patching_once() {
    for case in cases(&root().join("patch")) {
        let once = patch(&case, &input(&case));
        if once.status.success() {
            let twice = patch(&case, &once.stdout);
            let said = String::from_utf8_lossy(&twice.stderr);
            assert!(twice.stdout == once.stdout, "{}\n{said}", case.display());
        }
    }
}
