//! Golden outputs of the formats that not every case has: each is compared where a case has its file. An empty file
//! asks for one: `UPDATE_GOLDEN=1`.

use super::golden::{cases, compare, finish, render, root, text};

/// A format's file, and the arguments that it is made with.
const FILES: [(&str, &[&str]); 3] = [
    ("flux-patches.yaml", &["--format", "flux-patches"]),
    ("azure-cli.sh", &["--format", "azure-cli"]),
    (
        "admission.yaml",
        &[
            "--format",
            "admission",
            "--set",
            r#"spec.cluster.kubernetesVersion="1.36""#,
        ],
    ),
];

#[test]
fn golden_files_of_other_formats_are_what_is_rendered() {
    let mut mismatches = Vec::new();
    for (file, arguments) in FILES {
        let mut found = 0;
        for case in cases(&root()) {
            let golden = case.join(file);
            if !golden.exists() {
                continue;
            }
            found += 1;
            let output = render(&case, arguments);
            assert!(
                output.status.success(),
                "{}:\n{}",
                golden.display(),
                text(&output.stderr)
            );
            compare(&golden, text(&output.stdout), &mut mismatches);
        }
        assert!(found > 3, "{found} cases have {file}");
    }
    finish(&mismatches);
}
