//! `spotgen schema`

use super::outcome::Outcome;
use super::stdout::print;
use crate::config::committed_schema;
use crate::diagnostic::Failure;

pub(super) fn run() -> Result<Outcome, Failure> {
    print(committed_schema())?;
    Ok(Outcome::Good)
}
