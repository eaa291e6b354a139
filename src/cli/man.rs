//! `spotgen man`

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::outcome::Outcome;
use super::output::replace;
use super::synopsis::{synopsis, with_dots};
use crate::diagnostic::Failure;

/// Write a man page for each command
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Directory to write to, which is created if it is missing
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let directory = &args.directory;
    fs::create_dir_all(directory)
        .map_err(|error| Failure::new(format!("cannot create {}: {error}", directory.display())))?;
    let mut command = super::Args::command().disable_help_subcommand(true);
    // Pages of subcommands get the names of their parents.
    command.build();
    write(&command, directory)?;
    command
        .get_subcommands()
        .try_for_each(|subcommand| write(subcommand, directory))?;
    Ok(Outcome::Good)
}

fn write(command: &clap::Command, directory: &Path) -> Result<(), Failure> {
    let usage = synopsis(command);
    let page = Man::new(command.clone().override_usage(usage))
        .manual("spotgen")
        .source(format!("spotgen {}", env!("CARGO_PKG_VERSION")));
    let path = directory.join(page.get_filename());
    replace(&path, |out| {
        let mut text = Vec::new();
        page.render(&mut text)?;
        let text = with_dots(command, String::from_utf8_lossy(&text).into_owned());
        out.write_all(text.as_bytes()).map(|()| true)
    })
    .map(|_| ())
}
