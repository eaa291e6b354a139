//! The outermost keys of a document, found by its lines and without reading what is below them.
//!
//! A document is skimmed if all of its lines are of this grammar; whatever else it has is left to the readers:
//!
//! ```text
//! document = *blank [ "---" break ] *blank 1*section
//! section  = key ":" ( break / 1*space rest ) *( blank / inner )
//! key      = letter *( letter / digit / "_" / "-" / "." / "/" )     ; in the first column
//! inner    = ( space / "- " / "-" break ) rest                      ; below a key: its value, or some of it
//! blank    = break / "#" rest
//! rest     = *any break
//! break    = LF / CR LF / the end                                   ; no other CR anywhere
//! ```
//!
//! No key is there twice. What `inner` lines mean does not matter: they may go on with a quoted text or with brackets, so
//! that a line that looks like a section is none. But whoever reads the whole document as YAML finds a block mapping whose
//! keys are in the first column, since its first key is there, and so can find none that is not in the list; a key in any
//! other notation (in quotes, behind `?`, with an anchor or a tag, `<<`) is not of the grammar. A value is told only if it
//! is on the line of its key and nothing follows that could go on with it.
//!
//! Where the sections are in fact the entries of the mapping, some of them can be read without the others
//! ([`Outline::read`]): the reader gives up on one that does not end where the next one begins.

mod heads;
mod outline;
mod plain_value;
mod section;
#[cfg(test)]
mod tests;

pub use heads::Heads;
pub use outline::Outline;
