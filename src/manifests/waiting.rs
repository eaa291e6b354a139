//! Containers that do nothing but wait.

use super::shape;
use crate::yaml::{Node, Value};

/// What a container does, where it is next to nothing. The later ones say less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Waiting {
    /// Its image can do nothing else.
    Pauses,
    /// It is told to wait.
    Sleeps,
    /// It is told nothing, and its image starts a shell that ends without input.
    Idles,
}

/// What containers have that work with the outside, with data, or with whoever logs in.
///
/// Source of all keys: kubernetes/api core/v1/types.go, `Container`.
const USES: [&str; 11] = [
    "ports",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "volumeMounts",
    "volumeDevices",
    "envFrom",
    "env",
    "stdin",
    "tty",
];

/// None if it may do work, which an image does that nobody here knows.
pub(super) fn of(container: &Node<'_>) -> Option<Waiting> {
    let has = |key: &str| {
        let value = shape::present(Some(container), key);
        value.is_some_and(|value| {
            !value.items().is_empty()
                || !value.entries().is_empty()
                || matches!(value.value, Value::Bool(true))
        })
    };
    if USES.into_iter().any(has) {
        return None;
    }
    let image = shape::present(Some(container), "image").and_then(Node::as_str);
    let name = name(image?);
    let words = ["command", "args"].into_iter().flat_map(|key| {
        let list = shape::present(Some(container), key);
        list.map_or(&[][..], Node::items)
    });
    let words = words.map(Node::as_str).collect::<Option<Vec<&str>>>()?;
    if is_pause(name) {
        return Some(Waiting::Pauses);
    }
    if !words.is_empty() {
        // Source: kubernetes/kubernetes test/images/agnhost/README.md, `pause`.
        let is_agnhost = name == "agnhost" && words == ["pause"];
        return (is_agnhost || is_wait(&words)).then_some(Waiting::Sleeps);
    }
    let shells = ["alpine", "busybox", "debian", "ubuntu"];
    shells.contains(&name).then_some(Waiting::Idles)
}

/// The last part of the name of an image.
fn name(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next().unwrap_or(name)
}

/// Mirrors add where an image is from, and old images have the processor behind their name: `mirrored-pause`,
/// `pause-amd64`.
///
/// Sources: rancher/rke2 scripts/build-images (`rancher/mirrored-pause`), kubernetes/kubernetes build/pause/Makefile.
fn is_pause(name: &str) -> bool {
    let mut words = name.split(['-', '_']);
    let is_added = |word: &str| {
        matches!(
            word,
            "pause"
                | "mirrored"
                | "mirror"
                | "rancher"
                | "kubernetes"
                | "k8s"
                | "amd64"
                | "arm"
                | "arm64"
                | "ppc64le"
                | "s390x"
                | "windows"
                | "container"
        )
    };
    words.clone().any(|word| word == "pause") && words.all(is_added)
}

/// Whether a command does nothing but wait.
fn is_wait(words: &[&str]) -> bool {
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    let program = program.rsplit('/').next().unwrap_or(program);
    match program {
        "sleep" => !rest.is_empty(),
        "pause" => rest.is_empty(),
        "tail" => rest.contains(&"/dev/null"),
        "tini" | "dumb-init" | "exec" => {
            let options = rest.iter().take_while(|word| word.starts_with('-'));
            is_wait(&rest[options.count()..])
        }
        "sh" | "bash" | "ash" | "dash" => match rest {
            [options @ .., script] => {
                let is_option = |word: &&str| word.starts_with('-');
                options.iter().all(is_option)
                    && options.iter().any(|word| word.ends_with('c'))
                    && only_waits(script)
            }
            [] => false,
        },
        _ => match rest {
            [flags @ .., option, script] => INTERPRETERS.into_iter().any(|known| {
                is_version_of(program, known.name)
                    && flags.iter().all(|flag| known.flags.contains(flag))
                    && *option == known.option
                    && known.only_waits(script)
            }),
            _ => false,
        },
    }
}

/// A program that runs a script from its arguments.
struct Interpreter {
    name: &'static str,
    /// Flags that change nothing of what it does.
    flags: &'static [&'static str],
    option: &'static str,
    /// A script that waits has one of these words.
    waits: &'static [&'static str],
    /// It has none besides these.
    others: &'static [&'static str],
}

const INTERPRETERS: [Interpreter; 4] = [
    Interpreter {
        name: "python",
        flags: &["-u"],
        option: "-c",
        waits: &["sleep", "pause", "wait"],
        others: &[
            "import",
            "from",
            "time",
            "signal",
            "threading",
            "Event",
            "while",
            "True",
            "pass",
        ],
    },
    Interpreter {
        name: "perl",
        flags: &[],
        option: "-e",
        waits: &["sleep"],
        others: &["while"],
    },
    Interpreter {
        name: "ruby",
        flags: &[],
        option: "-e",
        waits: &["sleep"],
        others: &["loop", "while", "true", "do", "end"],
    },
    Interpreter {
        name: "node",
        flags: &[],
        option: "-e",
        waits: &["setInterval", "setTimeout"],
        others: &["function"],
    },
];

impl Interpreter {
    fn only_waits(&self, script: &str) -> bool {
        let words = script.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let mut words = words.filter(|word| !is_number(word));
        let is_known = |word: &str| self.waits.contains(&word) || self.others.contains(&word);
        // Texts may hold anything, and shells within them.
        !script.contains(['"', '\'', '`'])
            && words.clone().any(|word| self.waits.contains(&word))
            && words.all(is_known)
    }
}

/// Whether a word is a part of a number: `3600`, `10_000`, `1e9`.
fn is_number(word: &str) -> bool {
    let is_part = |byte: u8| matches!(byte, b'0'..=b'9' | b'_' | b'e' | b'E');
    !word.starts_with(['e', 'E']) && word.bytes().all(is_part)
}

/// Whether a program is an interpreter, whatever version is behind its name: `python3.12`.
fn is_version_of(program: &str, name: &str) -> bool {
    let version = program.strip_prefix(name);
    version.is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Whether a script of a shell does nothing but wait, alone or in a loop.
fn only_waits(script: &str) -> bool {
    let mut waits = false;
    for command in script.split(['\n', ';', '&', '|']) {
        let mut words: Vec<&str> = command.split_whitespace().collect();
        while let Some(&("while" | "do" | "done" | "{" | "}")) = words.first() {
            words.remove(0);
        }
        match words.first() {
            None | Some(&("trap" | "echo" | "set" | "wait" | "true" | ":" | "exit")) => {}
            Some(word) if word.starts_with('#') => {}
            Some(_) if is_wait(&words) => waits = true,
            Some(_) => return false,
        }
    }
    waits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_is_known_from_any_mirror() {
        for image in [
            "registry.k8s.io/pause:3.10",
            "rancher/mirrored-pause:3.6",
            "registry.example.com:5000/rancher-mirrored-pause:3.6",
            "k8s.gcr.io/pause-amd64@sha256:12",
            "mcr.microsoft.com/oss/kubernetes/pause:3.6",
            "public.ecr.aws/eks-distro/kubernetes/pause:v1.33.0-eks-1-33-4",
        ] {
            assert!(is_pause(name(image)), "{image}");
        }
        for image in ["registry.example.com/pauses:1", "game-pause", "pause/web"] {
            assert!(!is_pause(name(image)), "{image}");
        }
    }

    #[test]
    fn commands_that_only_wait_are_known() {
        for words in [
            &["sleep", "infinity"][..],
            &["/bin/sleep", "36000"],
            &["tail", "-f", "/dev/null"],
            &["/pause"],
            &["/sbin/tini", "--", "sleep", "inf"],
            &["sh", "-c", "while true; do sleep 3600; done"],
            &[
                "/bin/bash",
                "-ec",
                "trap 'exit 0' TERM; sleep infinity & wait",
            ],
            &["/bin/sh", "-c", "# holds room\nexec tail -f /dev/null\n"],
            &["python", "-c", "import time; time.sleep(10**8)"],
            &[
                "/usr/bin/python3.12",
                "-c",
                "import time\nwhile True:\n  time.sleep(3600)",
            ],
            &["python", "-c", "import time; time.sleep(1e9)"],
            &["python3", "-u", "-c", "import time; time.sleep(2.5E+8)"],
            &["python3", "-c", "import signal; signal.pause()"],
            &[
                "python3",
                "-c",
                "import threading; threading.Event().wait()",
            ],
            &["perl", "-e", "sleep"],
            &["perl", "-e", "while (1) { sleep 60 }"],
            &["ruby", "-e", "loop { sleep 60 }"],
            &["node", "-e", "setInterval(() => {}, 1000)"],
            &["node", "-e", "setInterval(function(){}, 1 << 30)"],
        ] {
            assert!(is_wait(words), "{words:?}");
        }
        for words in [
            &["sh", "-c", "sleep 10 && ./work"][..],
            &["sh", "-c", "while ! ./is-ready; do sleep 1; done; ./work"],
            &["sh", "-c", "while curl web; do sleep 1; done"],
            &["sh", "-c", "echo done"],
            &["sleep"],
            &["sh"],
            &["work", "sleep"],
            &[
                "python",
                "-c",
                "import time, work; time.sleep(1); work.run()",
            ],
            &["python", "-c", "print(1)"],
            &["python", "sleep.py"],
            &["python", "-m", "work", "-c", "import time; time.sleep(1e9)"],
            &["python", "-c", "import time; time.sleep(e9)"],
            &["perl", "-e", "sleep 1; system('work')"],
            &["perl", "-e", "sleep 1; system q(work)"],
            &["node", "-e", "setInterval(() => fetch(url), 1000)"],
            &["node", "-e", "require('./work')"],
        ] {
            assert!(!is_wait(words), "{words:?}");
        }
    }
}
