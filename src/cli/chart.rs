//! The file of `--chart`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::output::replace;
use crate::diagnostic::Failure;
use crate::simulate::chart::{Picture, html, svg};

/// A file of pictures.
pub(super) struct Chart<'p> {
    path: &'p Path,
    draw: fn(&[Picture]) -> String,
}

impl<'p> Chart<'p> {
    /// Refuses a name that says no format, and several runs where the format holds one, before anything is played.
    pub(super) fn new(path: &'p Path, runs: usize) -> Result<Self, Failure> {
        let extension = path.extension().map(OsStr::to_ascii_lowercase);
        let draw: fn(&[Picture]) -> String = match extension.as_ref().and_then(|own| own.to_str()) {
            Some("svg") if runs > 1 => {
                return Err(Failure::new(format!(
                    "{} holds the chart of one run, and there are {runs}",
                    path.display()
                ))
                .help(format!(
                    "name one scenario with --scenario and leave out --runs, or write {}, which holds all",
                    other(path).display()
                )));
            }
            Some("svg") => |pictures| pictures.iter().map(svg).collect(),
            Some("html" | "htm") => html,
            _ => {
                return Err(
                    Failure::new(format!("the format of {} is not known", path.display())).help(
                        "name a file that ends in .svg, for one run, or in .html, for any number",
                    ),
                );
            }
        };
        Ok(Self { path, draw })
    }

    /// Writes the pictures of all runs.
    pub(super) fn write(self, pictures: &[Picture]) -> Result<(), Failure> {
        let text = (self.draw)(pictures);
        replace(self.path, |out| {
            out.write_all(text.as_bytes()).map(|()| true)
        })?;
        Ok(())
    }
}

/// The same with all runs.
fn other(path: &Path) -> PathBuf {
    path.with_extension("html")
}
