//! What workloads run and how it is started, as far as anybody asks for it: told by the image.

use super::shape::{self, Reader};
use super::wanted::Wanted;
use crate::yaml::Node;

/// A program with what it is started with.
#[derive(Debug)]
pub struct ManifestProgram {
    pub image: String,
    /// Names without their dashes; none for a flag without a value.
    pub arguments: Vec<(String, Option<String>)>,
    /// When a `CronJob` starts it.
    pub schedule: Option<String>,
    /// Whether it requests anything but CPU and memory, a GPU say.
    pub requests_others: bool,
    /// Whether its container is the only one.
    pub is_alone: bool,
}

impl ManifestProgram {
    /// The last value given for an argument.
    pub fn argument(&self, name: &str) -> Option<&str> {
        let mut given = self.arguments.iter().rev();
        given
            .find(|(own, _)| own == name)
            .and_then(|(_, value)| value.as_deref())
    }

    /// Whether a flag that is true or false is there, and not set to false.
    pub fn is_set(&self, name: &str) -> bool {
        let given = self.arguments.iter().rev().find(|(own, _)| own == name);
        // Source: golang/go src/strconv/atob.go, `ParseBool`.
        let no = ["0", "f", "F", "false", "FALSE", "False"];
        given.is_some_and(|(_, value)| value.as_deref().is_none_or(|value| !no.contains(&value)))
    }

    /// The tag of its image.
    pub fn tag(&self) -> Option<&str> {
        let image = self.image.split('@').next()?;
        let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
        name.split_once(':').map(|(_, tag)| tag)
    }
}

/// The image of the first container of a pod spec.
pub(crate) fn image<'n>(pod: Option<&'n Node<'_>>) -> Option<&'n str> {
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    shape::present(containers.first(), "image").and_then(Node::as_str)
}

/// What the first container of a pod spec runs, if that is wanted.
pub(super) fn read(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    pod: Option<&Node<'_>>,
    wanted: Wanted,
) -> Option<Box<ManifestProgram>> {
    let image = image(pod)?;
    (wanted.image)(image).then_some(())?;
    let containers = pod?.get("containers")?.items();
    let container = containers.first();
    let mut words = reader.texts(container, "command");
    words.extend(reader.texts(container, "args"));
    Some(Box::new(ManifestProgram {
        image: image.to_owned(),
        arguments: arguments(&words),
        requests_others: requests_others(container),
        is_alone: containers.len() == 1,
        schedule: shape::present(spec, "schedule")
            .and_then(Node::as_str)
            .map(str::to_owned),
    }))
}

fn requests_others(container: Option<&Node<'_>>) -> bool {
    let resources = shape::present(container, "resources");
    let of = |key: &str| shape::present(resources, key).map_or(&[][..], Node::entries);
    let mut entries = of("requests").iter().chain(of("limits"));
    entries.any(|entry| !matches!(entry.key.as_ref(), "cpu" | "memory" | "ephemeral-storage"))
}

/// `--name=value`, `-name=value` and `--name value`, as Go reads them.
/// Sources: golang/go src/flag/flag.go, spf13/pflag flag.go.
fn arguments(words: &[String]) -> Vec<(String, Option<String>)> {
    let mut arguments = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix('-') else {
            continue;
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        let argument = if let Some((name, value)) = name.split_once('=') {
            (name.to_owned(), Some(value.to_owned()))
        } else {
            let value = words.next_if(|next| !next.starts_with('-'));
            (name.to_owned(), value.cloned())
        };
        arguments.push(argument);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_as_go_reads_them() {
        let words = ["/bin/x", "--a=1", "-b", "2", "--c", "--d=", "e"].map(str::to_owned);
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            arguments(&words),
            [
                ("a".to_owned(), value("1")),
                ("b".to_owned(), value("2")),
                ("c".to_owned(), None),
                ("d".to_owned(), value("")),
            ]
        );
    }
}
