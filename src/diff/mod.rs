//! What differs between the output and something else: objects of a cluster, manifests, or the output of another
//! configuration. Objects are JSON; nothing here reads a file or asks a cluster.

mod change;
mod compare;
mod either;
mod ending;
mod field;
mod fixed;
mod former;
mod json;
mod lists;
mod managers;
mod object;
mod objects;
mod owner;
mod path;
mod pools;
mod prune;
mod read;
mod same;
mod strategy;
mod text;
mod words;

pub use change::{Change, Differences, Ending, Fate, Kind, ObjectChange, PoolChange, Removal};
pub use fixed::{Fixed, Refused};
pub use json::json;
pub use object::{Identity, Objects};
pub use objects::{live, outputs};
pub use owner::{Owner, Tool};
pub use path::{Path, Side, Step};
pub use pools::pools;
pub use prune::{PRUNED, Scope};
pub use read::{has_empty_list, read};
pub use words::words;
