//! What workloads run and how it is started, as far as anybody asks for it.

use super::environment::Environment;
use super::mounts::{self, Mount};
use super::shape::{self, Reader};
use super::wanted::Wanted;
use super::words::{Argument, Words};
use crate::diagnostic::Pointer;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A program with what it is started with.
#[derive(Clone, Debug)]
pub struct ManifestProgram {
    pub image: String,
    arguments: Vec<Argument>,
    /// Whether there may be more of them than are known.
    has_others: bool,
    words: Words,
    environment: Environment,
    /// What a `CronJob` says of when it starts it.
    pub starts: Starts,
    /// The `ConfigMap`s that its pod mounts.
    pub config_maps: Vec<String>,
    /// Where its container finds them.
    pub(crate) mounts: Vec<Mount>,
}

impl ManifestProgram {
    /// The last value given for an argument, if it is known.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.known(name)?.value.as_deref()
    }

    /// Whether nobody knows here what an argument is: it has a value that is not known, or there may be arguments that are
    /// not known.
    pub fn is_unknown(&self, name: &str) -> bool {
        let given = self.given(name);
        given.map_or(self.has_others, |given| given.unknown.is_some())
    }

    /// Whether an argument is there, or may be.
    pub(crate) fn given_at_all(&self, name: &str) -> bool {
        self.given(name).is_some() || self.has_others
    }

    /// What stands for the value of an argument that is not known, and where.
    pub(crate) fn unknown(&self, name: &str) -> Option<(&str, Option<Span>)> {
        let form = self.given(name)?.unknown.as_deref()?;
        Some((form, self.location(name)))
    }

    /// The words that it is started with.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.0.iter().map(|word| word.text.as_str())
    }

    /// Where its first word is written.
    pub(super) fn start(&self) -> Option<Span> {
        self.words.0.first()?.location
    }

    /// The names of its arguments.
    pub(crate) fn argument_names(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().map(|own| own.name.as_str())
    }

    /// Whether an argument has its value in the same word.
    pub(crate) fn is_joined(&self, name: &str) -> bool {
        self.given(name).is_some_and(|given| given.words.len() == 1)
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
        variable.is_some_and(|variable| self.environment.is_namespace(variable))
    }

    fn known(&self, name: &str) -> Option<&Argument> {
        self.given(name).filter(|given| given.unknown.is_none())
    }

    fn given(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().rfind(|own| own.name == name)
    }

    /// Where the value of an argument is, or where the argument can be added. Its pointer starts at the container.
    pub(crate) fn place(&self, name: &str) -> Option<ArgumentPlace> {
        let Some(given) = self.given(name) else {
            // Behind the other arguments.
            let last = self.arguments.last()?;
            let is_last =
                last.words.end == self.words.0.len() && !self.is_script() && !self.has_others;
            let key = self.words.list(last.words.start)?;
            return is_last.then(|| ArgumentPlace {
                pointer: Pointer::root().child(key),
                before: format!("--{name}="),
                is_new: true,
                object: None,
            });
        };
        let word = &self.words.0[given.words.start];
        let value = &self.words.0[given.words.end - 1];
        let before = match word.text.split_once('=') {
            _ if value.is_variable() => String::new(),
            Some((before, _)) => format!("{before}="),
            None if given.words.len() == 1 => format!("{}=", word.text),
            None => String::new(),
        };
        Some(ArgumentPlace {
            pointer: value.pointer()?,
            before,
            is_new: false,
            object: None,
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
        let given = self.known(name)?;
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
    /// Whether it says in which time zone that is.
    pub has_time_zone: bool,
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
            has_time_zone: shape::present(spec, "timeZone").is_some(),
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

/// Where an argument is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArgumentPlace {
    pub(crate) pointer: Pointer,
    /// What stands before the value in the same word.
    pub(crate) before: String,
    /// Whether the pointer means the list, since the argument is not there yet.
    pub(crate) is_new: bool,
    /// Something in the object that the pointer starts at; none where that is the container.
    pub(crate) object: Option<Span>,
}

/// The image of the first container of a pod spec.
pub(crate) fn image<'n>(pod: Option<&'n Node<'_>>) -> Option<&'n str> {
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    shape::present(containers.first(), "image").and_then(Node::as_str)
}

/// The texts that start a container, as they are written.
fn written<'n>(container: Option<&'n Node<'_>>) -> impl Iterator<Item = &'n str> {
    let lists = ["command", "args"].into_iter();
    let items = lists.flat_map(move |key| {
        let list = shape::present(container, key);
        list.map_or(&[][..], Node::items)
    });
    items.filter_map(Node::as_str)
}

/// What the first container of a pod spec runs, if that is wanted.
pub(super) fn read(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    pod: Option<&Node<'_>>,
    wanted: Wanted,
) -> Option<Box<ManifestProgram>> {
    let image = image(pod)?;
    let container = pod?.get("containers")?.items().first();
    (wanted.program)(image, &mut written(container)).then_some(())?;
    let environment = Environment::read(container, reader.later);
    let words = Words::read(reader, container, &environment);
    let (arguments, has_others) = words.arguments();
    Some(Box::new(ManifestProgram {
        image: image.to_owned(),
        arguments,
        has_others: has_others || reader.is_incomplete,
        words,
        environment,
        starts: Starts::read(reader, spec),
        config_maps: config_maps(pod),
        mounts: mounts::read(pod, container),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::later::Later;
    use crate::manifests::words::of_item;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    fn program(words: &[&str]) -> ManifestProgram {
        let text = "{env: [{name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}, {name: E, value: priority}, \
                    {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: F, value: \"$(E),x\"}, \
                    {name: L, value: \"${l}\"}]}";
        let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
        let container = parsed.documents.first();
        let later = Later::of(container.expect("it is YAML"));
        let environment = Environment::read(container, later);
        let words = words.iter().enumerate();
        let words = words.flat_map(|(number, text)| {
            of_item(text, (Some(("args", number)), None), &environment, later)
        });
        let words = Words(words.collect());
        let (arguments, has_others) = words.arguments();
        ManifestProgram {
            image: String::new(),
            arguments,
            has_others,
            words,
            environment,
            starts: Starts::default(),
            config_maps: Vec::new(),
            mounts: Vec::new(),
        }
    }

    #[test]
    fn variables_have_their_values() {
        let program = program(&[
            "/x",
            "--a=$(E)",
            "--b=$(F)",
            "--c=$$(E)",
            "--d",
            "$(E)",
            "--e=x-$(E)",
        ]);
        for (name, value, pointer) in [
            ("a", "priority", Some("/env/1/value")),
            ("b", "priority,x", Some("/env/3/value")),
            ("c", "$(E)", Some("/args/3")),
            ("d", "priority", Some("/env/1/value")),
            ("e", "x-priority", Some("/args/6")),
        ] {
            assert_eq!(program.argument(name), Some(value), "{name}");
            let place = program.place(name).map(|place| place.pointer.to_string());
            assert_eq!(place.as_deref(), pointer, "{name}");
        }
    }

    #[test]
    fn what_is_replaced_later_is_not_known() {
        let plain = program(&[
            "/x",
            "--a=$(S)",
            "--b=$(NONE)",
            "--c=${c:=1}",
            "--d=$(L)",
            "--e=^a{3}$",
        ]);
        for name in ["a", "b", "c", "d"] {
            assert!(plain.is_unknown(name), "{name}");
            assert_eq!(plain.argument(name), None, "{name}");
            assert_eq!(plain.place(name), None, "{name}");
        }
        assert_eq!(plain.argument("e"), Some("^a{3}$"));
        assert!(!plain.is_unknown("f"));
        let script = program(&["sh", "-c", "exec ./x --a=$E --b=${E} --c=${C:-1} --d=$S"]);
        for (name, value) in [
            ("a", Some("priority")),
            ("b", Some("priority")),
            ("c", None),
            ("d", None),
        ] {
            assert_eq!(script.argument(name), value, "{name}");
            assert_eq!(script.is_unknown(name), value.is_none(), "{name}");
        }
        // One word that can be any argument.
        assert!(program(&["/x", "$(ALL)"]).is_unknown("a"));
    }

    #[test]
    fn arguments_are_read_as_go_reads_them() {
        let program = program(&[
            "/bin/x", "--a=1", "-b", "2", "--c", "--d=", "e", "--f", "-3",
        ]);
        for (name, value) in [
            ("f", Some("-3")),
            ("a", Some("1")),
            ("b", Some("2")),
            ("c", None),
            ("d", Some("")),
        ] {
            assert!(program.given(name).is_some(), "{name}");
            assert_eq!(program.argument(name), value, "{name}");
        }
        assert_eq!(program.arguments.len(), 5);
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
