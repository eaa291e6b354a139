//! Over blocks whose content is not kept, line by line.
//!
//! What is walked over is read by the rules of `block.rs`, which the tests compare: mappings and sequences in their columns, a
//! scalar or a flow collection behind a colon or a dash, nothing deeper below one. It differs only in that it keeps a list
//! of the columns that are open instead of nodes.

use super::kept::Passed;
use super::line::Style;
use super::reader::{DEPTH_LIMIT, Reader};
use super::scalar::LONGEST_KEY;

/// A collection that is open, by the column of its keys or dashes.
#[derive(Clone, Copy, PartialEq)]
struct Open {
    column: usize,
    is_sequence: bool,
}

/// What may stand below a line.
#[derive(Clone, Copy, PartialEq)]
enum Below {
    /// The value of the key that ends it.
    Value,
    /// The item of the dash that ends it.
    Item,
    Nothing,
}

impl Reader<'_> {
    /// The block that begins here, deeper than `column`, or with dashes in it. Returns the end of its content.
    pub(super) fn walk(&mut self, column: usize) -> Option<usize> {
        let mut open = [Open {
            column,
            is_sequence: false,
        }; DEPTH_LIMIT];
        let mut depth = 0;
        let mut below = Below::Value;
        let mut end = self.at;
        while let Some(column) = self.column {
            let is_dash = self.is_at_dash();
            let own = Open {
                column,
                is_sequence: is_dash,
            };
            let holder = open[depth];
            let is_within = below != Below::Nothing && column > holder.column;
            if is_within && matches!(self.byte(self.at), Some(b'[' | b'{')) {
                end = self.walk_value(holder.column)?;
                below = Below::Nothing;
                continue;
            }
            let is_flat = below == Below::Value && is_dash && column == holder.column;
            if is_within || is_flat {
                if below == Below::Value && is_dash {
                    self.count_list(is_flat);
                }
                depth += 1;
                *open.get_mut(depth)? = own;
            } else {
                while depth > 0 && is_behind(open[depth], own) {
                    depth -= 1;
                }
                if depth == 0 {
                    break;
                }
                if open[depth] != own {
                    return None;
                }
            }
            below = self.walk_line(&mut open, &mut depth, &mut end)?;
        }
        Some(end)
    }

    /// A line, from its first dash or key on, and all that belongs to its value but a block below it.
    fn walk_line(
        &mut self,
        open: &mut [Open; DEPTH_LIMIT],
        depth: &mut usize,
        end: &mut usize,
    ) -> Option<Below> {
        let mut is_item = false;
        while self.is_at_dash() {
            let column = self.at - self.line;
            if is_item {
                *depth += 1;
                *open.get_mut(*depth)? = Open {
                    column,
                    is_sequence: true,
                };
            }
            is_item = true;
            self.at += 1;
            *end = self.at;
            self.skip_blank()?;
            if self.is_at_line_end() {
                *end = self.at;
                self.end_line()?;
                return Some(Below::Item);
            }
        }
        let start = self.at;
        let column = start - self.line;
        if is_item && matches!(self.byte(start)?, b'[' | b'{' | b'|' | b'>') {
            *end = self.walk_value(open[*depth].column)?;
            return Some(Below::Nothing);
        }
        if let Some(line) = self.line_here() {
            if is_item {
                open_mapping(open, depth, column)?;
            }
            self.pass_line(&line)?;
            if line.style == Style::Below {
                *end = line.colon;
                return Some(Below::Value);
            }
            *end = line.end;
            return Some(Below::Nothing);
        }
        let (text, text_end) = if let b'"' | b'\'' = self.byte(start)? {
            let text = self.quoted()?;
            let text_end = self.at;
            self.skip_spaces();
            (text, text_end)
        } else {
            let text = self.plain(false)?;
            (text.into(), start + text.len())
        };
        if !self.is_at_colon() {
            if !is_item {
                return None;
            }
            self.at = text_end;
            *end = text_end;
            self.end_line()?;
            return Some(Below::Nothing);
        }
        if self.at - start > LONGEST_KEY || text == "<<" {
            return None;
        }
        if is_item {
            open_mapping(open, depth, column)?;
        }
        *end = self.at;
        self.at += 1;
        self.skip_blank()?;
        if self.is_at_line_end() {
            self.end_line()?;
            return Some(Below::Value);
        }
        *end = self.walk_value(column)?;
        Some(Below::Nothing)
    }

    /// The value of a key or dash in `column`, on its line. Returns its end.
    fn walk_value(&mut self, column: usize) -> Option<usize> {
        let value: Passed = self.value(column)?;
        Some(value.end)
    }
}

/// One more mapping, whose keys are in this column.
fn open_mapping(open: &mut [Open; DEPTH_LIMIT], depth: &mut usize, column: usize) -> Option<()> {
    *depth += 1;
    *open.get_mut(*depth)? = Open {
        column,
        is_sequence: false,
    };
    Some(())
}

/// Whether a collection ends before a line of another one.
fn is_behind(open: Open, line: Open) -> bool {
    open.column > line.column || open.column == line.column && open.is_sequence && !line.is_sequence
}
