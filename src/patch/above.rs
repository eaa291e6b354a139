//! How the workloads above a document write their lists, found only when a document does not say it itself.

use std::cell::{Cell, RefCell};

use super::list_style::{Lists, Style};

/// How much text waits to be looked at. Beyond it, the nearest texts are looked at, and the others not at all.
const MOST: usize = 256 << 10;

#[derive(Debug, Default)]
pub(super) struct Above {
    /// What is known from before the texts.
    style: Cell<Option<Style>>,
    /// Documents with workloads since then, one behind the other, and where each ends.
    texts: RefCell<(String, Vec<usize>)>,
}

impl Above {
    /// With the style of a file, of which a document takes the nearest one all the same.
    pub(super) fn in_file(text: Option<&str>) -> Self {
        let style = text.and_then(|text| Lists::new(text).most());
        Self {
            style: Cell::new(style),
            ..Self::default()
        }
    }

    /// One more document with workloads.
    pub(super) fn push(&self, text: &str) {
        let is_full = {
            let mut waiting = self.texts.borrow_mut();
            waiting.0.push_str(text);
            let end = waiting.0.len();
            waiting.1.push(end);
            end > MOST
        };
        if is_full {
            self.style();
        }
    }

    /// The style of the nearest document that has lists.
    pub(super) fn style(&self) -> Option<Style> {
        let (texts, ends) = &mut *self.texts.borrow_mut();
        while let Some(end) = ends.pop() {
            let start = ends.last().copied().unwrap_or(0);
            if let Some(style) = Lists::new(&texts[start..end]).most() {
                self.style.set(Some(style));
                break;
            }
        }
        ends.clear();
        texts.clear();
        self.style.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_document_with_lists_decides() {
        let above = Above::default();
        assert_eq!(above.style(), None);
        above.push("a:\n- b\n");
        above.push("a: 1\n");
        assert_eq!(above.style(), Some(Style::Flat));
        above.push("a: 2\n");
        assert_eq!(above.style(), Some(Style::Flat));
        above.push("a:\n- b\n");
        above.push("a:\n  - b\n");
        assert_eq!(above.style(), Some(Style::Indented));
    }

    #[test]
    fn what_waits_does_not_grow_without_end() {
        let above = Above::in_file(Some("a:\n- b\n"));
        let long = format!("a: {}\n", "x".repeat(MOST / 4));
        for _ in 0..20 {
            above.push(&long);
            assert!(above.texts.borrow().0.len() <= MOST);
        }
        assert_eq!(above.style(), Some(Style::Flat));
    }
}
