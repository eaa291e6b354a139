//! Reads files, directories, globs and stdin into sources.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::kustomizations::Kustomizations;
use crate::diagnostic::{Failure, Report};
use crate::load::Inputs;
use crate::parallel;
use crate::source::{SET, STDIN, SourceId, Sources};
use crate::values::words::one_of;

/// Spans are byte offsets of 32 bits.
const MAX_BYTES: u64 = u32::MAX as u64;
/// Source ids have 16 bits.
const MAX_FILES: usize = u16::MAX as usize;

/// What becomes of a manifest that a kustomization uses, and what to check instead.
const LEFT: &str = "is not judged by itself";
const BUILT: &str = "check what kustomize builds: `kustomize build … | spotgen check -`";

/// What is read of a directory: configurations, and objects, which kubectl reads as JSON too.
/// Source: kubernetes/cli-runtime pkg/resource/builder.go, `FileExtensions`.
const YAML: [&str; 2] = ["yaml", "yml"];
const OBJECTS: [&str; 3] = ["yaml", "yml", "json"];

/// The configuration if none is named.
const DEFAULT_CONFIG: &str = "spot-config.yaml";

/// Where the configuration comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    /// Configuration: a file, a directory, a glob, or - for stdin. May be repeated; later ones override earlier ones
    /// [default: ./spot-config.yaml]
    #[arg(short, long = "file", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    file: Vec<PathBuf>,

    /// Override one value of the configuration, after all files are merged: spec.nodePools.spot1.nodes.max=20. A list
    /// replaces the existing list; null removes the key or item
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

/// The workloads' own manifests.
#[derive(Default)]
pub(super) struct Manifests {
    pub(super) files: Vec<SourceId>,
    /// What was named with them and is not one.
    pub(super) left_out: Report,
}

/// Reads configurations, `--set` arguments, and the workloads' own manifests.
pub(super) fn inputs(config: &Config, from: &[PathBuf]) -> Result<(Inputs, Manifests), Failure> {
    let mut inputs = Inputs::default();
    let reads_stdin = |paths: &[PathBuf]| paths.iter().any(|path| path.as_os_str() == "-");
    if reads_stdin(&config.file) && reads_stdin(from) {
        return Err(Failure::new("stdin can be read only once")
            .help("pass a file to -f or to --from instead of `-`"));
    }
    inputs.files = configs(&config.file, &mut inputs.sources)?;
    inputs.sets = sets(&config.set, &mut inputs.sources);
    let manifests = manifests(from, &mut inputs.sources)?;
    Ok((inputs, manifests))
}

/// Reads the workloads' own manifests.
pub(super) fn manifests(from: &[PathBuf], sources: &mut Sources) -> Result<Manifests, Failure> {
    let mut manifests = Manifests::default();
    let mut kustomizations = Kustomizations::default();
    let is_wanted = |path: &Path| match kustomizations.use_of(path) {
        Some(used) => {
            manifests.left_out.push(used.finding(path, LEFT, BUILT));
            false
        }
        None => true,
    };
    let files = read_those(from, &OBJECTS, is_wanted, sources)?;
    Ok(Manifests { files, ..manifests })
}

/// Reads the named configurations, or `./spot-config.yaml`.
pub(super) fn configs(named: &[PathBuf], sources: &mut Sources) -> Result<Vec<SourceId>, Failure> {
    if named.is_empty() {
        let path = Path::new(DEFAULT_CONFIG);
        if !path.exists() {
            return Err(
                Failure::new(format!("there is no {DEFAULT_CONFIG} in this directory"))
                    .help("name the configuration: -f PATH (a file, a directory or a glob)"),
            );
        }
        return read(&[path.to_owned()], sources);
    }
    read(named, sources)
}

/// Adds `--set` arguments as sources, since messages show them like lines of a file.
pub(super) fn sets(texts: &[String], sources: &mut Sources) -> Vec<SourceId> {
    let texts = texts.iter();
    texts.map(|text| sources.add(SET, text.as_str())).collect()
}

/// Reads everything named, in order.
pub(super) fn read(named: &[PathBuf], sources: &mut Sources) -> Result<Vec<SourceId>, Failure> {
    read_those(named, &YAML, |_| true, sources)
}

/// The same for objects, which are as well in JSON.
pub(super) fn read_objects(
    named: &[PathBuf],
    sources: &mut Sources,
) -> Result<Vec<SourceId>, Failure> {
    read_those(named, &OBJECTS, |_| true, sources)
}

/// The same without the files that are not wanted.
fn read_those(
    named: &[PathBuf],
    extensions: &[&str],
    mut is_wanted: impl FnMut(&Path) -> bool,
    sources: &mut Sources,
) -> Result<Vec<SourceId>, Failure> {
    let mut ids = Vec::new();
    let mut has_read_stdin = false;
    for name in named {
        if name == Path::new("-") {
            if std::mem::replace(&mut has_read_stdin, true) {
                return Err(Failure::new("stdin can be read only once").help("pass `-` once"));
            }
            ids.push(add(STDIN.to_owned(), stdin()?, sources)?);
            continue;
        }
        let paths = files_of(name, extensions)?.into_iter();
        let paths: Vec<PathBuf> = paths.filter(|path| is_wanted(path)).collect();
        let is_much = paths.len() >= parallel::FILES;
        let read = parallel::map(&paths, is_much, |path: &PathBuf| fs::read(path));
        for (path, bytes) in paths.iter().zip(read) {
            let bytes = bytes.map_err(|error| {
                Failure::new(format!("cannot read {}: {error}", path.display()))
            })?;
            ids.push(add(path.display().to_string(), bytes, sources)?);
        }
    }
    Ok(ids)
}

fn stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("cannot read stdin: {error}")))?;
    Ok(bytes)
}

fn add(name: String, bytes: Vec<u8>, sources: &mut Sources) -> Result<SourceId, Failure> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(format!("{name} is larger than 4 GiB")));
    }
    if sources.iter().count() >= MAX_FILES {
        return Err(Failure::new(format!(
            "there are more than {MAX_FILES} input files"
        )));
    }
    if let Some(text) = utf16(&bytes) {
        return Ok(sources.add(name, text));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..at]);
            let line = before.matches('\n').count() + 1;
            Err(
                Failure::new(format!("{name} is not UTF-8: line {line}, byte {at}"))
                    .help("save it as UTF-8"),
            )
        }
    }
}

/// The text of a file in UTF-16, as Windows PowerShell writes what it redirects. Its byte-order mark cannot begin UTF-8.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (read, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let (pairs, odd) = rest.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| odd.is_empty())
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension();
    own.is_some_and(|own| extensions.iter().any(|extension| own == *extension))
}

/// The subdirectories of a named directory that have files of objects: those are not read.
pub(super) fn passed_over(directory: &Path) -> Vec<PathBuf> {
    let pattern = directory.join("*").join("**").join("*");
    let paths = glob::glob(&pattern.to_string_lossy()).into_iter().flatten();
    let mut folders: Vec<PathBuf> = paths
        .flatten()
        .filter(|path| has_extension(path, &OBJECTS))
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    folders.dedup();
    folders
}

/// The files that an argument names: a file, the YAML files of a directory, or the matches of a glob.
pub(super) fn files(name: &Path) -> Result<Vec<PathBuf>, Failure> {
    files_of(name, &YAML)
}

fn files_of(name: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    if name.is_dir() {
        return directory(name, extensions);
    }
    let text = name.to_string_lossy();
    if name.exists() || !text.contains(['*', '?', '[']) {
        return Ok(vec![name.to_owned()]);
    }
    let paths = glob::glob(&text)
        .map_err(|error| Failure::new(format!("{text} is not a valid glob: {error}")))?;
    let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>().map_err(|error| {
        Failure::new(format!(
            "cannot read {}: {}",
            error.path().display(),
            error.error()
        ))
    })?;
    if paths.is_empty() {
        return Err(Failure::new(format!("no file matches {text}")));
    }
    Ok(paths)
}

/// Whether this is a link to nothing or to itself: reading it fails, as for kubectl. Editors lock files by links to nothing.
/// Source: <https://www.gnu.org/software/emacs/manual/html_node/emacs/Interlocking.html>.
fn leads_nowhere(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.is_symlink() && fs::metadata(path).is_err() && !name.starts_with(".#")
}

/// The files of a directory with these extensions, sorted by name and without subdirectories, as kubectl reads them.
fn directory(path: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let failure =
        |error: io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        if has_extension(&path, extensions) && (path.is_file() || leads_nowhere(&path)) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let names: Vec<String> = extensions.iter().map(|own| format!(".{own}")).collect();
        return Err(Failure::new(format!(
            "there is no {} file in {}",
            one_of(&names),
            path.display()
        )));
    }
    paths.sort();
    Ok(paths)
}
