//! The program from outside: arguments, files, exit codes, and input that is hostile or very long.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use spotgen::components::ComponentId;

use super::golden::root;
use super::library::{Given, config, golden};
use super::output_invariants::{documents, text};
use super::process::{self, SPOTGEN, spotgen, stderr};
use super::sample_size::sample_size;
use super::thread_time::thread_time;

/// Cannot be read at all.
#[track_caller]
fn is_unreadable(given: &Given, message: &str) {
    let checked = given.check();
    checked.fails(message);
    assert!(checked.report.is_unreadable(), "{}", checked.text);
}

/// Can be read, and is refused.
#[track_caller]
fn is_mistaken(given: &Given, message: &str) {
    let checked = given.check();
    checked.fails(message);
    assert!(!checked.report.is_unreadable(), "{}", checked.text);
}

/// Ten times as much with every line.
fn laughs() -> String {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let ten = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{ten}]").expect("a string takes everything");
    }
    laughs
}

#[test]
fn hostile_input_is_refused() {
    let indented: String = (0..2_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    for (text, message) in [
        ("", "spot-config.yaml is empty"),
        (" \n\n", "spot-config.yaml is empty"),
        ("# only this\n", "spot-config.yaml is empty"),
        ("a: [1\n", "not YAML"),
        ("- a\n", "a mapping is expected here"),
        ("just text\n", "a mapping is expected here"),
        ("a: 1\n---\nb: 2\n", "more than one document"),
        ("a: \0\n", "not YAML"),
        ("a: b: c\n", "not YAML"),
        ("a:\n\tb: 1\n", "not YAML"),
        (&"[".repeat(20_000), "not YAML"),
        (&"{a: ".repeat(20_000), "not YAML"),
        (&"- ".repeat(20_000), "not YAML"),
        (&indented, "not YAML"),
    ] {
        is_unreadable(&config(text), message);
    }
    is_unreadable(&config(laughs()), "its aliases expand to too many nodes");
}

/// Other people's manifests are as hostile, and some of what a configuration must not have is their good right.
#[test]
fn hostile_manifests_are_refused() {
    let with = |manifests: &str| golden("minimal/spot-config.yaml").manifests(manifests);
    is_unreadable(&with("a: [1\n"), "not YAML");
    is_unreadable(&with("a: \0\n"), "not YAML");
    is_unreadable(&with(&"[".repeat(20_000)), "not YAML");
    is_unreadable(&with("--- &a\n---\n--- {x: *a}\n"), "not YAML");
    let twice = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, name: b}}";
    // These are no workloads, and `patch` passes them on.
    let passes = |manifests: &str, text: &str| with(manifests).check().passes(text);
    passes(twice, "warning[yaml]: key `name` is written twice");
    passes(
        &laughs(),
        "warning[yaml]: its aliases expand to too many nodes",
    );
    passes(
        "- a\n",
        "warning[manifest]: this is not a Kubernetes manifest",
    );
    passes("kind: {{ .Values.kind }}\n", "pipe `helm template`");
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Values.name }}}\n";
    is_mistaken(&with(template), "pipe `helm template`");
    passes(
        "# nothing\n",
        "warning[manifest]: there is no workload in the manifests",
    );
    with("")
        .check()
        .fails("error[manifest]: the manifests are empty");
}

/// What is not even text, on any of the ways in.
#[test]
fn bytes_that_are_no_text_are_refused() {
    let of_config = ["render", "-f", "-"];
    let of_manifests = ["render", "-f", "minimal/spot-config.yaml", "--from", "-"];
    for arguments in [&of_config[..], &of_manifests] {
        let run = spotgen(arguments).in_folder(root());
        let output = run.stdin(b"\xff\xfe\x00").run();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let said = stderr(&output);
        assert!(said.contains("<stdin> is not UTF-8"), "{said}");
    }
}

#[test]
fn much_garbage_is_refused_in_bounded_time() {
    let mut dice = 1_u64;
    let mut garbage = vec![0_u8; sample_size(10 << 20, 100 << 20)];
    for byte in &mut garbage {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *byte = b' ' + (dice >> 56) as u8 % 90;
    }
    let garbage = String::from_utf8(garbage).expect("it is ASCII");
    let started = thread_time();
    config(garbage).check().fails("error");
    is_soon(started);
}

#[track_caller]
fn is_soon(started: Duration) {
    let took = thread_time().saturating_sub(started);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// A report takes time by its length, not by the square of it.
#[test]
fn very_many_workloads_with_mistakes_are_reported_in_bounded_time() {
    let count = sample_size(500, 10_000);
    let mut text = String::from(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: x}\nspec:\n  provider: aks\n  workloads:\n",
    );
    for number in 0..count {
        let mistake = ["selector: {app: [1]}", "selector: {app: x}, class: nope"][number % 2];
        writeln!(text, "    - {{name: w{number}, {mistake}}}").expect("a string takes everything");
    }
    // All of it in one line.
    let one_line = text
        .replace("workloads:\n    - ", "workloads: [")
        .replace("\n    - ", ", ");
    let one_line = format!("{}]\n", one_line.trim_end());
    for text in [text, one_line] {
        let started = thread_time();
        let checked = config(text).check();
        checked.fails(&format!("\n{count} errors\n"));
        is_soon(started);
    }
}

/// What belongs together is found by its name, however many there are.
#[test]
fn very_many_workloads_are_read_in_bounded_time() {
    let mut text = String::new();
    for number in 0..sample_size(2_000, 20_000) {
        writeln!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: w{number}}}\nspec:\n  selector: {{matchLabels: {{app: w{number}}}}}\n  template: {{metadata: {{labels: {{app: w{number}}}}}, spec: {{containers: [{{name: x}}]}}}}\n---\n\
             apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: w{number}}}\nspec: {{maxUnavailable: 1, selector: {{matchLabels: {{app: w{number}}}}}}}\n---\n\
             apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: w{number}}}\nspec: {{scaleTargetRef: {{kind: Deployment, name: w{number}}}, maxReplicas: 5}}\n---"
        )
        .expect("a string takes everything");
    }
    let given = config(
        "{apiVersion: spotgen.dev/v1alpha1, kind: SpotConfig, metadata: {name: x}, spec: {provider: aks, classRules: [{match: {}, class: default}]}}",
    );
    let given = given.manifests(&text);
    let started = thread_time();
    let made = given.render_only("manifests", |component| {
        matches!(
            component,
            ComponentId::DisruptionBudgets | ComponentId::PriorityExpander
        )
    });
    let made = made.expect("there is an expander");
    assert!(!made.contains("PodDisruptionBudget"));
    is_soon(started);
}

#[test]
fn a_very_long_value_is_not_repeated_whole() {
    let text = format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: {}}}\nspec: {{provider: aks}}\n",
        "A".repeat(1 << 20)
    );
    let said = config(text).check().text;
    assert!(said.len() < 4_000, "{} bytes", said.len());
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_no_mistake() {
    let text =
        fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("the case is there");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let made = config(windows).render("manifests");
    let golden = fs::read_to_string(root().join("minimal/manifests.yaml")).expect("it is there");
    assert!(made == Some(golden), "it gives something else");
}

#[test]
fn wrong_arguments_are_said() {
    let directory = tempfile::tempdir().expect("a folder");
    let empty = directory.path();
    for (arguments, message) in [
        (
            &["render"][..],
            "there is no spot-config.yaml in this directory",
        ),
        (
            &["render", "-f", "nowhere.yaml"],
            "cannot read nowhere.yaml",
        ),
        (
            &["render", "-f", "."],
            "there is no .yaml or .yml file in .",
        ),
        (&["render", "-f", "*.yaml"], "no file matches *.yaml"),
        (
            &["render", "-f", "-", "-f", "-"],
            "stdin can be read only once",
        ),
        (
            &["render", "-f", "-", "--from", "-"],
            "stdin can be read only once",
        ),
        (
            &["render", "--only", "everything"],
            "invalid value 'everything'",
        ),
        (&["render", "--check"], "--output"),
        (&["render", "--formt", "plan"], "--format"),
        (&["rendr"], "render"),
        (&[], "Usage"),
    ] {
        let output = spotgen(arguments).in_folder(empty).run();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty());
        assert!(
            stderr(&output).contains(message),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let directory = tempfile::tempdir().expect("a folder");
    let file = directory.path().join("out.yaml");
    let path = file.to_str().expect("UTF-8");
    let config = root().join("minimal/spot-config.yaml");
    let config = config.to_str().expect("UTF-8");
    let run = |arguments: &[&str], stdin: &[u8]| {
        spotgen(arguments)
            .in_folder(directory.path())
            .stdin(stdin)
            .run()
            .status
            .code()
    };

    assert_eq!(
        run(&["render", "-f", config, "-o", path, "--check"], b""),
        Some(1),
        "it is missing"
    );
    assert_eq!(run(&["render", "-f", config, "-o", path], b""), Some(0));
    assert_eq!(
        run(&["render", "-f", config, "-o", path, "--check"], b""),
        Some(0)
    );
    let golden = fs::read(root().join("minimal/manifests.yaml")).expect("the case is there");
    let is_golden = || fs::read(&file).expect("it is there") == golden;
    assert!(is_golden());

    assert_eq!(run(&["render", "-f", "-", "-o", path], b"a: ["), Some(2));
    assert!(is_golden());
    fs::write(&file, "something else\n").expect("it can be written");
    let output = spotgen(["render", "-f", config, "-o", path, "--check"]).run();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("differs, starting at line 1"));
    assert_eq!(
        fs::read_to_string(&file).expect("it is still there"),
        "something else\n"
    );

    let nowhere = "no/such/folder/out.yaml";
    assert_eq!(run(&["render", "-f", config, "-o", nowhere], b""), Some(2));
    let left: Vec<_> = fs::read_dir(directory.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing else is left there");
}

/// Runs `spotgen render -o out` in a folder, after this line of a shell.
#[cfg(unix)]
fn render_after(line: &str, folder: &Path) -> Output {
    Command::new("sh")
        .args([
            "-euc",
            &format!("{line}\nexec \"$0\" render -f \"$1\" -o out"),
        ])
        .arg(SPOTGEN)
        .arg(root().join("minimal/spot-config.yaml"))
        .current_dir(folder)
        .env_remove("SPOTGEN_LOG")
        .output()
        .expect("there is a shell")
}

#[cfg(unix)]
#[test]
fn files_have_the_permissions_that_they_should_have() {
    use std::os::unix::fs::PermissionsExt as _;
    for (line, mode) in [
        ("umask 022", 0o644),
        ("umask 027", 0o640),
        ("umask 002", 0o664),
        ("umask 022; touch out; chmod 600 out", 0o600),
        ("umask 077; touch out; chmod 644 out", 0o644),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let output = render_after(line, folder.path());
        assert!(output.status.success(), "{}", stderr(&output));
        let found = fs::metadata(folder.path().join("out")).expect("it is written");
        assert_eq!(found.permissions().mode() & 0o777, mode, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn links_stay_links() {
    let golden = fs::read(root().join("minimal/manifests.yaml")).expect("the case is there");
    for line in [
        "echo old >there; ln -s there out",
        "ln -s there out",
        "mkdir d; ln -s ../there d/link; ln -s d/link out",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let output = render_after(line, folder.path());
        assert!(output.status.success(), "{line}: {}", stderr(&output));
        let link = fs::symlink_metadata(folder.path().join("out")).expect("it is there");
        assert!(link.is_symlink(), "{line}");
        let there = fs::read(folder.path().join("there")).expect("it is written");
        assert!(there == golden, "{line}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = render_after("ln -s out out", folder.path());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

/// They cannot be replaced: whoever reads from them waits.
#[cfg(unix)]
#[test]
fn pipes_and_devices_are_written_to() {
    let golden = fs::read(root().join("minimal/manifests.yaml")).expect("the case is there");
    let folder = tempfile::tempdir().expect("a folder");
    let output = render_after("mkfifo out; cat out >there &", folder.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let is_read = || fs::read(folder.path().join("there")).is_ok_and(|read| read == golden);
    let started = Instant::now();
    while !is_read() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(is_read(), "the reader got something else");

    let config = root().join("minimal/spot-config.yaml");
    let config = config.to_str().expect("UTF-8");
    let output = spotgen(["render", "-f", config, "-o", "/dev/stdout"])
        .in_folder(folder.path())
        .run();
    assert!(output.status.success() && output.stdout == golden);
    let output = spotgen(["render", "-f", config, "-o", "/dev/null"])
        .in_folder(folder.path())
        .run();
    assert!(output.status.success() && output.stdout.is_empty());
    let compared = ["render", "-f", config, "-o", "/dev/null", "--check"];
    let output = spotgen(compared).in_folder(folder.path()).run();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("name a file to compare with"));
}

/// What else writes there keeps its place.
#[cfg(unix)]
#[test]
fn the_standard_output_that_is_a_file_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "{ echo before; \"$0\" render -f \"$1\" -o /dev/stdout; echo after; } >there";
    let output = render_after(line, folder.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let golden = fs::read_to_string(root().join("minimal/manifests.yaml")).expect("it is there");
    let there = fs::read_to_string(folder.path().join("there")).expect("it is written");
    assert_eq!(there, format!("before\n{golden}after\n"));
}

#[test]
fn what_is_said_goes_to_the_log_file_too() {
    let directory = tempfile::tempdir().expect("a folder");
    let arguments = ["render", "-f", "-", "--log-file", "log"];
    let output = spotgen(arguments)
        .in_folder(directory.path())
        .stdin("a: 1\n")
        .run();
    assert_eq!(output.status.code(), Some(1));
    let log = fs::read_to_string(directory.path().join("log")).expect("a log");
    assert_eq!(log, stderr(&output));
    assert!(log.contains("unknown key `a`"));
    let by_variable = spotgen(["render", "-f", "nowhere.yaml"])
        .in_folder(directory.path())
        .env("SPOTGEN_LOG", "log")
        .run();
    assert_eq!(by_variable.status.code(), Some(2));
    let grown = fs::read_to_string(directory.path().join("log")).expect("a log");
    assert_eq!(grown, log + &stderr(&by_variable), "it is added to");
}

#[test]
fn a_log_that_cannot_be_written_is_a_failure() {
    let case = root().join("minimal");
    let arguments = [
        "render",
        "-f",
        "spot-config.yaml",
        "--log-file",
        "no/such/log",
    ];
    let output = spotgen(arguments).in_folder(&case).run();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write the log file no/such/log"));
}

/// A full disk is one: half an output must not look like success.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let render = ["render", "-f", "minimal/spot-config.yaml"];
    let mut command = spotgen(render).in_folder(root()).command();
    let output = process::run(command.stdout(full));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write to stdout"));
}

/// A reader that has seen enough is no failure.
#[test]
fn a_closed_pipe_is_no_failure() {
    let render = ["render", "-f", "everything/spot-config.yaml"];
    let mut command = spotgen(render).in_folder(root()).command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("spotgen can be started");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn components_are_chosen_and_left_out() {
    let kinds = |arguments: &[&str]| {
        let config = root().join("minimal/spot-config.yaml");
        let mut all = vec!["render", "-f", config.to_str().expect("UTF-8")];
        all.extend(arguments);
        let output = spotgen(all).in_folder(root()).run();
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines()
            .filter_map(|line| line.strip_prefix("kind: "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&["--only", "priority-expander"]), ["ConfigMap"]);
    assert_eq!(
        kinds(&["--only", "disruption-budgets,priority-expander"]),
        ["ConfigMap", "PodDisruptionBudget"]
    );
    assert!(!kinds(&["--skip", "termination-handler"]).contains(&"DaemonSet".to_owned()));
    assert!(kinds(&["--only", "node-pools"]).is_empty());
}

/// Without replicas of its own, and without the autoscaler that drives them, a `Deployment` has one.
#[test]
fn placeholders_have_a_number_where_their_autoscaler_is_left_out() {
    let replicas = |case: &str, arguments: &[&str]| {
        let config = root().join(case).join("spot-config.yaml");
        let mut all = vec![
            "render",
            "--no-check",
            "-f",
            config.to_str().expect("UTF-8"),
        ];
        all.extend(arguments);
        let output = spotgen(all).in_folder(root()).run();
        let objects = documents(&String::from_utf8(output.stdout.clone()).expect("UTF-8"));
        let spot = objects
            .iter()
            .find(|object| text(object, "/metadata/name").ends_with("overprovisioner-spot"))
            .map(|deployment| deployment["spec"]["replicas"].as_i64());
        let notes = stderr(&output);
        let note = notes.lines().find(|line| line.contains("is skipped"));
        (spot.flatten(), note.map(str::to_owned))
    };
    let skip = ["--skip", "proportional-autoscaler"];
    let only = ["--only", "overprovisioner"];
    let both = ["--only", "overprovisioner,proportional-autoscaler"];
    let note = |count: i64| {
        format!(
            "note: the proportional autoscaler is skipped, so placeholders have a fixed number of replicas: {count} of `spot`; \
             if it runs in the cluster, each apply undoes its scaling: render both together"
        )
    };
    // As many as there are where no on-demand pool can grow.
    for (case, count) in [("autoscaled", 3), ("mid-size", 9)] {
        assert_eq!(replicas(case, &skip), (Some(count), Some(note(count))));
        assert_eq!(replicas(case, &only), (Some(count), Some(note(count))));
        assert_eq!(replicas(case, &both), (None, None));
        assert_eq!(replicas(case, &[]), (None, None));
    }
    // It is no matter to what has nothing of it.
    assert_eq!(replicas("minimal", &skip), (Some(2), None));
    assert_eq!(
        replicas("autoscaled", &["--only", "descheduler"]),
        (None, None)
    );
}

/// What scales them may be stated: then there are as many as it makes at least.
#[test]
fn placeholders_with_stated_scaling_have_the_least_where_it_is_left_out() {
    for (scaling, count) in [
        ("ladder: {nodesToReplicas: [[0, 3], [4, 5]]}", 3),
        ("ladder: {nodesToReplicas: [[0, 0], [4, 5]]}", 1),
        (
            "ladder: {nodesToReplicas: [[0, 1]], coresToReplicas: [[0, 2]]}",
            2,
        ),
        ("linear: {nodesPerReplica: 2, min: 4}", 4),
        ("linear: {nodesPerReplica: 2}", 1),
    ] {
        let config = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: shop}}\nspec:\n  provider: aks\n  nodePools:\n    \
             - {{name: spot1, capacity: Spot}}\n  overprovisioner:\n    placeholders:\n      - {{name: p, capacity: Spot, requests: \
             {{cpu: 1, memory: 1Gi}}, scaling: {{counting: Spot, {scaling}}}}}\n"
        );
        let arguments = [
            "render",
            "--no-check",
            "--only",
            "overprovisioner",
            "-f",
            "-",
        ];
        let output = spotgen(arguments).stdin(config).run();
        let stream = String::from_utf8(output.stdout.clone()).expect("UTF-8");
        let objects = documents(&stream);
        let deployment = objects
            .iter()
            .find(|object| text(object, "/kind") == "Deployment");
        let replicas = deployment.map(|found| &found["spec"]["replicas"]);
        assert_eq!(
            replicas,
            Some(&count.into()),
            "{scaling}: {}",
            stderr(&output)
        );
        assert!(stderr(&output).contains(&format!("{count} of `p`")));
    }
}

#[test]
fn the_schema_is_printed() {
    let output = spotgen(["schema"]).run();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        spotgen::config::committed_schema()
    );
}

/// Findings of level error stop it; `--no-check` goes on, and an allowance accepts them for good.
#[test]
fn findings_stop_it_unless_they_are_accepted() {
    let case = root().join("invalid/drift");
    let plain = ["render", "-f", "spot-config.yaml", "--from", "workloads"];
    assert_eq!(spotgen(plain).in_folder(&case).run().status.code(), Some(1));
    let with = |extra: &[&str]| {
        let arguments: Vec<&str> = plain.iter().chain(extra).copied().collect();
        let output = spotgen(arguments).in_folder(&case).run();
        (output.status.code(), !output.stdout.is_empty())
    };
    assert_eq!(with(&["--no-check"]), (Some(0), true));
    assert_eq!(
        with(&[
            "--set",
            "spec.check.allow=[{rule: workload-drift, reason: known}]"
        ]),
        (Some(0), true)
    );
}
