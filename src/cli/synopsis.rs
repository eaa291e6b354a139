//! How a command is called, for its man page: options with their values, and dots where something may be repeated.
//! `clap_mangen` leaves out both.

use clap::{Arg, ArgAction, Command};

/// One line: the command, its options in their order, what is required, its arguments.
pub(super) fn synopsis(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let mut words = vec![name.to_owned()];
    let groups: Vec<Vec<&Arg>> = command
        .get_groups()
        .filter(|group| group.is_required_set())
        .map(|group| {
            let ids = group.get_args();
            ids.filter_map(|id| command.get_arguments().find(|own| own.get_id() == id))
                .collect()
        })
        .collect();
    let is_free = |arg: &&Arg| {
        let mut grouped = groups.iter().flatten();
        !arg.is_hide_set() && grouped.all(|own| own.get_id() != arg.get_id())
    };
    let (positionals, options): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(is_free)
        .partition(|arg| arg.is_positional());
    words.extend(options.into_iter().map(|arg| marked(arg, &option(arg))));
    words.extend(groups.iter().map(|members| {
        let members = members.iter().map(|arg| {
            let text = if arg.is_positional() {
                values(arg)
            } else {
                option(arg)
            };
            text + dots(arg)
        });
        format!("<{}>", members.collect::<Vec<_>>().join("|"))
    }));
    words.extend(positionals.into_iter().map(|arg| marked(arg, &values(arg))));
    if command.has_subcommands() {
        words.push("<COMMAND>".to_owned());
    }
    words.join(" ")
}

/// The page with dots behind the arguments that take several values, which stand above their explanation.
pub(super) fn with_dots(command: &Command, page: String) -> String {
    command.get_positionals().fold(page, |page, arg| {
        let (open, close) = brackets(arg);
        let name = roff(&values(arg));
        let header = format!("\n{open}\\fI{name}\\fR{close}");
        page.replacen(&header, &format!("{header}{}", dots(arg)), 1)
    })
}

/// Hyphens as roff writes them.
fn roff(text: &str) -> String {
    text.replace('-', "\\-")
}

fn marked(arg: &Arg, text: &str) -> String {
    let (open, close) = brackets(arg);
    format!("{open}{text}{close}{}", dots(arg))
}

fn brackets(arg: &Arg) -> (char, char) {
    if arg.is_required_set() {
        ('<', '>')
    } else {
        ('[', ']')
    }
}

fn option(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let names = names.join("|");
    if takes_values(arg) {
        format!("{names} {}", values(arg))
    } else {
        names
    }
}

fn values(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    if names.is_empty() {
        return arg.get_id().as_str().to_uppercase();
    }
    names.join(" ")
}

fn takes_values(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

fn dots(arg: &Arg) -> &'static str {
    let is_repeated = matches!(arg.get_action(), ArgAction::Append | ArgAction::Count);
    if is_repeated { "..." } else { "" }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::synopsis;

    fn of(name: &str) -> String {
        let mut command = crate::cli::Args::command();
        command.build();
        synopsis(command.find_subcommand(name).expect("a command"))
    }

    #[test]
    fn values_and_repetitions_are_shown() {
        let diff = of("diff");
        for part in [
            "spotgen diff [-f|--file PATH]... [--set KEY=VALUE]... ",
            " [--context NAME] ",
            " [--exit-code] ",
            " <LIVE...|--from-cluster|--against PATH...>",
        ] {
            assert!(diff.contains(part), "no {part:?} in {diff}");
        }
        assert!(of("man").ends_with(" <DIR>"), "{}", of("man"));
        assert!(of("check").ends_with(" [MANIFEST]..."), "{}", of("check"));
    }
}
