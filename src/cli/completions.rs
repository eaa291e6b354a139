//! `spotgen completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::outcome::Outcome;
use super::stdout::print;
use crate::diagnostic::Failure;

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Shell to complete in
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut command = super::Args::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "spotgen", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Good)
}
