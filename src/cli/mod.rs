//! The command line: reads arguments and files, writes results to stdout and messages for people to stderr. There is
//! one file per subcommand.

mod ask;
mod chart;
mod check;
mod chosen;
mod complaint;
mod completions;
mod diff;
mod directory;
mod explain;
mod fixes;
mod init;
mod input;
mod kubectl;
mod kustomizations;
mod man;
mod messages;
mod names;
mod outcome;
mod output;
mod patch;
mod patch_files;
mod render;
mod replacing;
mod schema;
mod simulate;
mod snapshot;
mod spool;
mod status;
mod stdout;
mod synopsis;
mod terminal;
mod usage;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::messages::Messages;
use self::outcome::Outcome;
use crate::diagnostic::Failure;

/// Compiles one spot-config.yaml into everything a Kubernetes cluster needs to run production workloads on Spot VMs
#[derive(Debug, Parser)]
#[command(
    name = "spotgen",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Args {
    #[command(subcommand)]
    command: Command,

    /// Append everything written to stderr to this file as well
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SPOTGEN_LOG",
        display_order = 900
    )]
    log_file: Option<std::path::PathBuf>,

    #[command(flatten)]
    terminal: terminal::Terminal,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Render(render::Args),
    Check(check::Args),
    Diff(diff::Args),
    Patch(patch::Args),
    Explain(explain::Args),
    Status(status::Args),
    Simulate(simulate::Args),
    /// Print the JSON Schema of the configuration
    Schema,
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command line `args`, whose first item is the program's name.
pub fn run<I>(args: I) -> ExitCode
where
    I: IntoIterator<Item = OsString>,
{
    let command: Vec<OsString> = args.into_iter().collect();
    let args = match parse(&command) {
        Ok(args) => args,
        // Help and version are results.
        Err(result) if !result.use_stderr() => {
            return match result.print() {
                Ok(()) => Outcome::Good.into(),
                Err(_) => Outcome::Unable.into(),
            };
        }
        Err(mistake) => {
            let style = terminal::asked(&command).style(&std::io::stderr());
            // Nobody is left to tell where this cannot be written.
            let _ = std::io::stderr().write_all(usage::mistake(&mistake, style).as_bytes());
            return Outcome::Unable.into();
        }
    };
    let mut messages = Messages::new(args.terminal.style(&std::io::stderr()), command);
    let outcome = match dispatch(&args, &mut messages) {
        Ok(outcome) => outcome,
        Err(failure) => {
            messages.failure(&failure);
            Outcome::Unable
        }
    };
    match messages.write(args.log_file.as_deref()) {
        Ok(()) => outcome.into(),
        Err(_) => Outcome::Unable.into(),
    }
}

fn parse(command: &[OsString]) -> Result<Args, clap::Error> {
    let mut parser = Args::command().color(terminal::asked(command).choice());
    if usage::is_kubectl_plugin(command.first()) {
        parser = parser.bin_name("kubectl spotgen");
    }
    let matches = parser.try_get_matches_from_mut(command);
    matches
        .and_then(|mut matches| Args::from_arg_matches_mut(&mut matches))
        .map_err(|error| error.format(&mut parser))
}

fn dispatch(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let style = || args.terminal.style(&std::io::stdout());
    match &args.command {
        Command::Init(args) => init::run(args, messages),
        Command::Render(args) => render::run(args, messages),
        Command::Check(args) => check::run(args, style(), messages),
        Command::Diff(args) => diff::run(args, style(), messages),
        Command::Explain(args) => explain::run(args, style()),
        Command::Status(args) => status::run(args, style(), messages),
        Command::Simulate(args) => simulate::run(args, style(), messages),
        Command::Patch(args) if args.paths.is_empty() => patch::run(args, messages),
        Command::Patch(args) => patch_files::run(args, messages),
        Command::Schema => schema::run(),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
