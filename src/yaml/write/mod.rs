//! A serde serializer that writes block-style YAML straight into a `String`.

mod block;
mod comment;
mod error;
mod order;
mod position;
mod scalar;
mod serializer;
#[cfg(test)]
mod tests;
mod value;

use serde::ser::Serialize;

pub use self::comment::comment;
use self::position::Position;
pub use self::scalar::scalar;
use self::value::Value;

/// Appends `value` to `out` as a YAML block document (no `---`), ending with a newline.
///
/// # Panics
///
/// If a map key is neither a string nor an integer, or a `Serialize` impl of its own fails.
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut String) {
    write_indented(value, 0, out);
}

/// The same for a map or a list with so many spaces before each of its lines.
///
/// # Panics
///
/// The same as for [`write`].
pub fn write_indented<T: Serialize + ?Sized>(value: &T, indent: usize, out: &mut String) {
    value
        .serialize(Value {
            out,
            indent,
            position: Position::Top,
        })
        .expect("map keys are strings or integers, and no Serialize impl fails by itself");
}
