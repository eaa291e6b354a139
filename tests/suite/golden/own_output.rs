//! What spotgen has made, and a snapshot shows, is made again as it was: it is nobody else's.

use super::case::{arguments, read};
use super::{cases, root};
use crate::library::Given;

#[test]
fn own_output_among_the_manifests_changes_nothing() {
    let mut tried = 0;
    for case in cases(&root()) {
        let has_manifests = arguments(&case).iter().any(|argument| argument == "--from");
        let Some(found) = read(&case, &[]).filter(|_| has_manifests) else {
            continue;
        };
        let given = Given::read(found.inputs, found.manifests);
        for format in ["manifests", "plan"] {
            let Some(first) = given.render(format) else {
                continue;
            };
            let output = given.render("manifests").expect("it has objects");
            // Helm, which installs the chart, says that it manages what spotgen made.
            for manager in ["spotgen", "Helm"] {
                let installed =
                    output.replace("managed-by: spotgen", &format!("managed-by: {manager}"));
                let second = given.clone().manifests(&installed).render(format);
                let second = second.expect("it has objects");
                assert_eq!(first, second, "{}, {format}, {manager}", case.display());
                tried += 1;
            }
        }
    }
    assert!(tried > 8, "{tried}");
}
