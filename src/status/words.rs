//! Words that the parts share.

use crate::manifests::ManifestWorkload;
use crate::values::shell;

/// `1 pod`, `2 pods`.
pub(super) fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// The word that goes with one, or with several.
pub(super) fn agreeing<'w>(number: usize, one: &'w str, several: &'w str) -> &'w str {
    if number == 1 { one } else { several }
}

/// At most this many names are listed.
const NAMED: usize = 3;

/// The first names, and how many more there are.
pub(super) fn names<T: AsRef<str>>(names: &[T]) -> String {
    let first: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(NAMED);
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// `shop/web`
pub(super) fn full_name(found: &ManifestWorkload) -> String {
    match found.namespace.as_deref() {
        Some(namespace) => format!("{namespace}/{}", found.name),
        None => found.name.clone(),
    }
}

/// `kubectl -n NAMESPACE VERB KIND/NAME`, to be pasted into a shell.
pub(super) fn kubectl(namespace: &str, verb: &str, kind: &str, name: &str) -> String {
    let object = shell::word(&format!("{}/{name}", kind.to_lowercase()));
    format!("kubectl -n {} {verb} {object}", shell::word(namespace))
}

/// What a controller has to say, in one line of an acceptable length.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 160;
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// What is added to the kinds of `kubectl get` for a gap.
pub(super) fn add(kinds: &str) -> String {
    format!("add {kinds} to the `kubectl get` of the snapshot")
}

/// What to do about pods on nodes that are lost.
pub(super) const LOST: &str = "mend or remove the nodes first, see node-pools";

/// `whether 1 pod still runs: its node is lost`, with both forms of what nobody knows of them.
pub(super) fn on_lost_nodes(number: usize, one: &str, (does, do_): (&str, &str)) -> String {
    let pods = count(number, one);
    let verb = agreeing(number, does, do_);
    let lost = agreeing(number, "its node is lost", "their nodes are lost");
    format!("whether {pods} still {verb}: {lost}")
}
