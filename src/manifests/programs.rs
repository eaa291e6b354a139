//! What workloads run and how it is started, as far as anybody asks for it: told by the image.

use std::ops::Range;

use super::shape::{self, Reader};
use super::wanted::Wanted;
use crate::diagnostic::Pointer;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A program with what it is started with.
#[derive(Clone, Debug)]
pub struct ManifestProgram {
    pub image: String,
    arguments: Vec<Argument>,
    words: Words,
    /// The environment variables that hold the namespace of the pod.
    namespace_variables: Vec<String>,
    /// What a `CronJob` says of when it starts it.
    pub starts: Starts,
    /// The `ConfigMap`s that its pod mounts.
    pub config_maps: Vec<String>,
}

impl ManifestProgram {
    /// The last value given for an argument.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.given(name)?.value.as_deref()
    }

    /// Where an argument is written.
    pub fn location(&self, name: &str) -> Option<Span> {
        let given = self.given(name)?;
        self.words.0[given.words.end - 1].location
    }

    /// Whether a text is the pod's own namespace, by an environment variable: `$(POD_NAMESPACE)`.
    /// Source: kubernetes/api core/v1/types.go, `Container.Args`.
    pub fn is_own_namespace(&self, text: &str) -> bool {
        let variable = text
            .strip_prefix("$(")
            .and_then(|text| text.strip_suffix(')'));
        variable.is_some_and(|variable| self.namespace_variables.iter().any(|own| own == variable))
    }

    fn given(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().rfind(|own| own.name == name)
    }

    /// Where the value of an argument is, or where the argument can be added. Its pointer starts at the container.
    pub(crate) fn place(&self, name: &str) -> Option<ArgumentPlace> {
        let Some(given) = self.given(name) else {
            // Behind the other arguments.
            let last = self.arguments.last()?;
            let is_last = last.words.end == self.words.0.len() && !self.is_script();
            let key = self.words.list(last.words.start)?;
            return is_last.then(|| ArgumentPlace {
                pointer: Pointer::root().child(key),
                before: format!("--{name}="),
                is_new: true,
            });
        };
        let word = &self.words.0[given.words.start];
        let before = match word.text.split_once('=') {
            Some((before, _)) => format!("{before}="),
            None if given.words.len() == 1 => format!("{}=", word.text),
            None => String::new(),
        };
        Some(ArgumentPlace {
            pointer: self.words.0[given.words.end - 1].pointer()?,
            before,
            is_new: false,
        })
    }

    /// Whether a shell runs it: then it may be started in other ways, too.
    pub fn is_script(&self) -> bool {
        self.words.0.iter().any(|word| word.is_of_script)
    }

    /// Whether nothing says with what it is started.
    pub fn is_bare(&self) -> bool {
        self.words.0.is_empty()
    }

    /// Whether a flag that is true or false is there, and not set to false.
    pub fn is_set(&self, name: &str) -> bool {
        self.boolean(name) == Some(true)
    }

    /// What a flag that is true or false is set to. The word behind it is not its value.
    /// Sources: golang/go src/strconv/atob.go, `ParseBool`; spf13/pflag flag.go, `NoOptDefVal`.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        let given = self.given(name)?;
        let own = given.value.as_deref().filter(|_| given.words.len() == 1);
        Some(!matches!(
            own,
            Some("0" | "f" | "F" | "false" | "FALSE" | "False")
        ))
    }

    /// The tag of its image.
    pub fn tag(&self) -> Option<&str> {
        let image = self.image.split('@').next()?;
        let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
        name.split_once(':').map(|(_, tag)| tag)
    }
}

/// When a `CronJob` starts a program.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    pub schedule: Option<(String, Span)>,
    pub concurrency_policy: Option<String>,
    /// Where it is suspended.
    pub suspended: Option<Span>,
}

impl Starts {
    fn read(reader: &Reader<'_>, spec: Option<&Node<'_>>) -> Self {
        let text = |key: &str| {
            let text = shape::present(spec, key).and_then(Node::as_str);
            text.map(str::to_owned)
        };
        let is_suspended = shape::present(spec, "suspend")
            .is_some_and(|node| matches!(node.value, Value::Bool(true)));
        Self {
            schedule: text("schedule").zip(reader.location(spec, "schedule")),
            concurrency_policy: text("concurrencyPolicy"),
            suspended: reader.location(spec, "suspend").filter(|_| is_suspended),
        }
    }
}

/// The `ConfigMap`s that the volumes of a pod are made of.
fn config_maps(pod: Option<&Node<'_>>) -> Vec<String> {
    let volumes = shape::present(pod, "volumes").map_or(&[][..], Node::items);
    let projected = volumes.iter().flat_map(|volume| {
        let sources = volume.at(&["projected", "sources"]);
        sources.map_or(&[][..], Node::items)
    });
    let all = volumes.iter().chain(projected);
    let names = all.filter_map(|volume| volume.at(&["configMap", "name"])?.as_str());
    names.map(str::to_owned).collect()
}

/// An argument, without its dashes; a flag may have no value.
#[derive(Clone, Debug, PartialEq)]
struct Argument {
    name: String,
    value: Option<String>,
    /// The words that it is written in.
    words: Range<usize>,
}

/// Where an argument is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArgumentPlace {
    pub(crate) pointer: Pointer,
    /// What stands before the value in the same word.
    pub(crate) before: String,
    /// Whether the pointer means the list, since the argument is not there yet.
    pub(crate) is_new: bool,
}

/// The words that start a program, in order.
#[derive(Clone, Debug)]
struct Words(Vec<Word>);

#[derive(Clone, Debug)]
struct Word {
    text: String,
    /// The key of its list, and its number there.
    at: Option<(&'static str, usize)>,
    location: Option<Span>,
    /// Whether it is one of several in a script of a shell, which no edit reaches.
    is_of_script: bool,
}

impl Word {
    fn pointer(&self) -> Option<Pointer> {
        let (list, number) = self.at?;
        Some(Pointer::root().child(list).child(number))
    }
}

impl Words {
    fn read(reader: &mut Reader<'_>, container: Option<&Node<'_>>) -> Self {
        let mut words = Vec::new();
        for key in ["command", "args"] {
            let texts = reader.texts(container, key);
            // If an item is no text, the others have other numbers.
            let items = shape::present(container, key).map_or(&[][..], Node::items);
            let is_whole = items.len() == texts.len();
            for (number, text) in texts.into_iter().enumerate() {
                let location = is_whole.then(|| items[number].span);
                let at = is_whole.then_some((key, number));
                words.extend(of_item(text, at, location));
            }
        }
        Self(words)
    }

    fn list(&self, number: usize) -> Option<&'static str> {
        self.0[number].at.map(|(list, _)| list)
    }

    /// `--name=value`, `-name=value` and `--name value`, as Go reads them.
    /// Sources: golang/go src/flag/flag.go, spf13/pflag flag.go.
    fn arguments(&self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let mut words = self.0.iter().enumerate().peekable();
        while let Some((start, word)) = words.next() {
            let Some(name) = word.text.strip_prefix('-') else {
                continue;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            let (name, value, end) = if let Some((name, value)) = name.split_once('=') {
                (name, Some(value.to_owned()), start + 1)
            } else {
                let next = words.next_if(|(_, next)| !next.text.starts_with('-'));
                let end = if next.is_some() { start + 2 } else { start + 1 };
                (name, next.map(|(_, next)| next.text.clone()), end)
            };
            arguments.push(Argument {
                name: name.to_owned(),
                value,
                words: start..end,
            });
        }
        arguments
    }
}

/// The words of an item: several if it is a script of a shell.
fn of_item(text: String, at: Option<(&'static str, usize)>, location: Option<Span>) -> Vec<Word> {
    if text.starts_with('-') || !text.contains([' ', '\n']) {
        return vec![Word {
            text,
            at,
            location,
            is_of_script: false,
        }];
    }
    let words = text.split_whitespace().filter(|word| *word != "\\");
    words
        .map(|word| Word {
            text: word.replace(['"', '\''], ""),
            at: None,
            location,
            is_of_script: true,
        })
        .collect()
}

/// The variables of a container that hold the pod's own namespace.
fn namespace_variables(container: Option<&Node<'_>>) -> Vec<String> {
    let variables = shape::present(container, "env").map_or(&[][..], Node::items);
    let path = ["valueFrom", "fieldRef", "fieldPath"];
    let holds = |variable: &&Node<'_>| {
        variable.at(&path).and_then(Node::as_str) == Some("metadata.namespace")
    };
    let names = variables.iter().filter(holds);
    names
        .filter_map(|variable| variable.get("name")?.as_str().map(str::to_owned))
        .collect()
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
    let container = pod?.get("containers")?.items().first();
    let words = Words::read(reader, container);
    Some(Box::new(ManifestProgram {
        image: image.to_owned(),
        arguments: words.arguments(),
        words,
        namespace_variables: namespace_variables(container),
        starts: Starts::read(reader, spec),
        config_maps: config_maps(Some(pod?)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(words: &[&str]) -> ManifestProgram {
        let words = words.iter().enumerate();
        let words = words
            .flat_map(|(number, text)| of_item((*text).to_owned(), Some(("args", number)), None));
        let words = Words(words.collect());
        ManifestProgram {
            image: String::new(),
            arguments: words.arguments(),
            words,
            namespace_variables: vec!["NS".to_owned()],
            starts: Starts::default(),
            config_maps: Vec::new(),
        }
    }

    #[test]
    fn arguments_are_read_as_go_reads_them() {
        let program = program(&["/bin/x", "--a=1", "-b", "2", "--c", "--d=", "e"]);
        for (name, value) in [
            ("a", Some("1")),
            ("b", Some("2")),
            ("c", None),
            ("d", Some("")),
        ] {
            assert!(program.given(name).is_some(), "{name}");
            assert_eq!(program.argument(name), value, "{name}");
        }
        assert_eq!(program.arguments.len(), 4);
    }

    #[test]
    fn arguments_of_scripts_are_read_and_have_no_places() {
        let script = "exec ./x --a=1 \\\n  --b='2'\n  --c 3";
        let program = program(&["/bin/sh", "-c", script]);
        for (name, value) in [("a", "1"), ("b", "2"), ("c", "3")] {
            assert_eq!(program.argument(name), Some(value), "{name}");
            assert_eq!(program.place(name), None, "{name}");
        }
        assert_eq!(program.place("d"), None);
    }

    #[test]
    fn the_word_behind_a_boolean_flag_is_not_its_value() {
        let program = program(&["--a", "false", "--b=False", "--c=t"]);
        let values = ["a", "b", "c", "d"].map(|name| program.boolean(name));
        assert_eq!(values, [Some(true), Some(false), Some(true), None]);
    }

    #[test]
    fn a_variable_can_hold_the_namespace() {
        let program = program(&[]);
        assert!(program.is_own_namespace("$(NS)"));
        assert!(!program.is_own_namespace("$(OTHER)") && !program.is_own_namespace("NS"));
    }

    #[test]
    fn arguments_have_places() {
        let place = |words: &[&str], name: &str| {
            let place = program(words).place(name)?;
            Some((place.pointer.to_string(), place.before, place.is_new))
        };
        let words = ["/bin/x", "-a=1", "-b", "2", "--c"];
        let at = |pointer: &str, before: &str| Some((pointer.to_owned(), before.to_owned(), false));
        assert_eq!(place(&words, "a"), at("/args/1", "-a="));
        assert_eq!(place(&words, "b"), at("/args/3", ""));
        assert_eq!(place(&words, "c"), at("/args/4", "--c="));
        assert_eq!(
            place(&words, "d"),
            Some(("/args".to_owned(), "--d=".to_owned(), true))
        );
        // What is behind the arguments may be a command of its own.
        assert_eq!(place(&["-a=1", "run", "it"], "d"), None);
        assert_eq!(place(&["sh", "-c", "x --a=1"], "d"), None);
    }
}
