//! Whether lists under a key are indented: as their neighbours are, by the text alone. What is in a block scalar is no list.

use memchr::memchr;

/// The lists of a document, each with the mapping whose key has it.
pub(super) struct Lists {
    blocks: Vec<Block>,
    /// The start of each line, and the innermost block that it is in.
    lines: Vec<(usize, usize)>,
}

/// Lines that stand below each other: a mapping, or a list that stands further right than its key.
struct Block {
    column: usize,
    parent: Option<usize>,
    /// The lists of its own keys: the start of the line of the first item, and the style.
    own: Vec<(usize, Style)>,
    /// How many lists are in it at any depth.
    flat: usize,
    indented: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// The dashes are in the column of the key.
    Flat,
    Indented,
}

impl Lists {
    pub(super) fn new(text: &str) -> Self {
        let mut lists = Self {
            blocks: vec![Block::new(0, None)],
            lines: Vec::new(),
        };
        let mut open = vec![0];
        // The column of the key whose value begins below its line, and the block that the key is in.
        let mut key: Option<(usize, usize)> = None;
        let mut scalar: Option<usize> = None;
        let mut start = 0;
        while start < text.len() {
            let at = start;
            let length = memchr(b'\n', &text.as_bytes()[at..]);
            start = length.map_or(text.len(), |length| at + length + 1);
            let line = &text[at..start];
            let column = spaces(line);
            if scalar.is_some_and(|holder| column > holder) {
                continue;
            }
            let content = trimmed_end(&line[column..]);
            if content.is_empty() {
                continue;
            }
            scalar = None;
            if content.starts_with('#') || is_marker(line) {
                continue;
            }
            if is_item(content)
                && let Some((own, block)) = key
                && column >= own
            {
                let style = if column == own {
                    Style::Flat
                } else {
                    Style::Indented
                };
                lists.add(block, at, style);
            }
            lists.enter(&mut open, column);
            let (inner, rest) = behind_dashes(column, content);
            if inner > column {
                lists.enter(&mut open, inner);
            }
            let block = *open.last().expect("the document is open");
            lists.lines.push((at, block));
            let code = without_comment(rest);
            key = code.ends_with(':').then_some((inner, block));
            if is_scalar_header(code) {
                // The text of an item that is a scalar itself stands right of its dash.
                let is_value = code.contains(':');
                scalar = Some(if is_value { inner } else { column });
            }
        }
        lists
    }

    /// Closes what is further right than `column`, and opens a block there if none is.
    fn enter(&mut self, open: &mut Vec<usize>, column: usize) {
        while open.len() > 1 && self.blocks[open[open.len() - 1]].column > column {
            open.pop();
        }
        let parent = open[open.len() - 1];
        if self.blocks[parent].column < column {
            open.push(self.blocks.len());
            self.blocks.push(Block::new(column, Some(parent)));
        }
    }

    fn add(&mut self, block: usize, at: usize, style: Style) {
        self.blocks[block].own.push((at, style));
        let mut next = Some(block);
        while let Some(own) = next {
            let block = &mut self.blocks[own];
            match style {
                Style::Flat => block.flat += 1,
                Style::Indented => block.indented += 1,
            }
            next = block.parent;
        }
    }

    /// The style of most lists, if there are any.
    pub(super) fn most(&self) -> Option<Style> {
        self.blocks[0].most()
    }

    /// The style for lists that are put at a place, under keys in a column: that of the nearest list of the same mapping,
    /// else that of most lists in it; else the same of the mapping around it, and so on.
    pub(super) fn near(&self, at: usize, column: usize) -> Option<Style> {
        let mut next = Some(self.block(at, column));
        while let Some(own) = next {
            let block = &self.blocks[own];
            let found = block.nearest(at).or_else(|| block.most());
            if found.is_some() {
                return found;
            }
            next = block.parent;
        }
        None
    }

    /// The innermost block around a place that begins no further right than `column`. A new line may be the first one of a
    /// block that goes on below it.
    fn block(&self, at: usize, column: usize) -> usize {
        let below = self.lines.partition_point(|(start, _)| *start < at);
        let above = below.checked_sub(1).map_or(0, |line| self.lines[line].1);
        let above = self.outwards(above, column);
        if self.blocks[above].column == column {
            return above;
        }
        let below = self.lines.get(below).map_or(0, |line| line.1);
        let below = self.outwards(below, column);
        if self.blocks[below].column == column {
            return below;
        }
        above
    }

    fn outwards(&self, mut block: usize, column: usize) -> usize {
        while self.blocks[block].column > column
            && let Some(parent) = self.blocks[block].parent
        {
            block = parent;
        }
        block
    }
}

impl Block {
    fn new(column: usize, parent: Option<usize>) -> Self {
        Self {
            column,
            parent,
            own: Vec::new(),
            flat: 0,
            indented: 0,
        }
    }

    /// The list of its own keys that is nearest to a place; of two as near, the one above.
    fn nearest(&self, at: usize) -> Option<Style> {
        let below = self.own.partition_point(|(start, _)| *start < at);
        let above = below.checked_sub(1).map(|list| self.own[list]);
        match (above, self.own.get(below)) {
            (Some((above, style)), Some((below, _))) if at - above <= below - at => Some(style),
            (Some((_, style)), None) => Some(style),
            (_, below) => below.map(|(_, style)| *style),
        }
    }

    fn most(&self) -> Option<Style> {
        match (self.flat, self.indented) {
            (0, 0) => None,
            (flat, indented) if flat > indented => Some(Style::Flat),
            _ => Some(Style::Indented),
        }
    }
}

fn is_item(content: &str) -> bool {
    content.starts_with("- ") || content == "-"
}

/// Whether a line begins or ends a document.
fn is_marker(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...")
}

/// The column and the text behind the dashes of a line.
fn behind_dashes(mut column: usize, mut content: &str) -> (usize, &str) {
    while let Some(rest) = content.strip_prefix("- ") {
        let inner = &rest[spaces(rest)..];
        column += content.len() - inner.len();
        content = inner;
    }
    (column, content)
}

fn without_comment(content: &str) -> &str {
    let bytes = content.as_bytes();
    let mut from = 0;
    while let Some(length) = memchr(b'#', &bytes[from..]) {
        let at = from + length;
        if at > 0 && bytes[at - 1] == b' ' {
            return trimmed_end(&content[..at]);
        }
        from = at + 1;
    }
    content
}

/// Whether a block scalar follows: its sign, with a number or a sign for the breaks at its end.
/// Source: <https://yaml.org/spec/1.2.2/#81-block-scalar-styles>.
fn is_scalar_header(code: &str) -> bool {
    let bytes = code.as_bytes();
    let is_option = |byte: &u8| matches!(byte, b'+' | b'-' | b'1'..=b'9');
    let options = bytes.iter().rev().take(3);
    let options = options.take_while(|byte| is_option(byte)).count();
    let Some(sign) = bytes.len().checked_sub(options + 1) else {
        return false;
    };
    let is_word = sign == 0 || bytes[sign - 1] == b' ';
    options <= 2 && is_word && matches!(bytes[sign], b'|' | b'>')
}

/// The number of spaces at the beginning.
fn spaces(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut count = 0;
    while bytes.get(count) == Some(&b' ') {
        count += 1;
    }
    count
}

/// Most texts end with a line break alone.
fn trimmed_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    match text.as_bytes().last() {
        Some(b'!'..=b'~') => text,
        _ => text.trim_end(),
    }
}

/// A block of our own with its lists in the column of their keys.
pub(super) fn flattened(block: &str) -> String {
    let mut lists: Vec<usize> = Vec::new();
    let mut flat = String::with_capacity(block.len());
    for line in block.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(' ');
        let column = line.len() - trimmed.len();
        let is_item = trimmed.starts_with("- ") || trimmed.trim_end() == "-";
        while lists
            .last()
            .is_some_and(|list| column < *list || (column == *list && !is_item))
        {
            lists.pop();
        }
        // A list that is the block itself has no key.
        if is_item && column > 0 && lists.last() != Some(&column) {
            lists.push(column);
        }
        flat.push_str(&line[2 * lists.len()..]);
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_lists_decide() {
        for (text, style) in [
            ("a:\n- b\n", Some(Style::Flat)),
            ("a:\n  - b\n", Some(Style::Indented)),
            ("a:  # why\n\n# b\n- c: 1\n  d:\n  - e\n", Some(Style::Flat)),
            ("- a:\n  - b\n", Some(Style::Flat)),
            ("- a:\n    - b\n", Some(Style::Indented)),
            ("a: 1\n- b\n", None),
            ("a:\n- b\nc:\n  - d\ne:\n  - f\n", Some(Style::Indented)),
            ("", None),
            // What a scalar says is no list.
            ("a: |\n  b:\n  - c\nd:\n  - e\n", Some(Style::Indented)),
            (
                "a:\n  - >-\n    b:\n    - c\n    d:\n    - e\n",
                Some(Style::Indented),
            ),
            ("a: |-2 # why\n    b:\n    - c\n", None),
            ("a: b\n---\nc: |\n b:\n - c\n...\n", None),
        ] {
            assert_eq!(Lists::new(text).most(), style, "{text}");
        }
    }

    /// The place is where `^` is, which stands for nothing; the column is its own.
    #[test]
    fn the_nearest_lists_decide() {
        for (text, style) in [
            // In the same mapping, whatever the rest of the document has.
            (
                "a:\n  - b\nc:\n  - d\nspec:\n  ^e:\n  - f\n",
                Some(Style::Flat),
            ),
            (
                "a:\n- b\nc:\n- d\nspec:\n  e:\n    - f\n  ^",
                Some(Style::Indented),
            ),
            // Its own lists before those further in.
            (
                "spec:\n  ^e:\n  - args:\n      - a\n    env:\n      - b\n",
                Some(Style::Flat),
            ),
            // The nearer one of two.
            (
                "spec:\n  a:\n  - b\n  ^c: 1\n  d: 1\n  e:\n    - f\n",
                Some(Style::Flat),
            ),
            (
                "spec:\n  a:\n  - b\n  c: 1\n  ^d:\n    - f\n",
                Some(Style::Indented),
            ),
            // Within it, if it has none of its own.
            (
                "a:\n- b\nspec:\n  ^c:\n    d:\n      - e\n",
                Some(Style::Indented),
            ),
            // The mapping around it.
            (
                "a:\n- b\nspec:\n  c:\n    - d\n  e:\n    ^f: 1\n",
                Some(Style::Indented),
            ),
            // An item of its own.
            (
                "items:\n- a:\n    - b\n  ^c: 1\n- a:\n  - b\n",
                Some(Style::Indented),
            ),
            (
                "items:\n- a:\n    - b\n- a:\n  - b\n  ^c: 1\n",
                Some(Style::Flat),
            ),
            ("a: 1\n^", None),
        ] {
            let at = text.find('^').expect("there is a place");
            let column = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
            let text = text.replace('^', "");
            let line = at - column;
            assert_eq!(Lists::new(&text).near(line, column), style, "{text}");
        }
    }

    #[test]
    fn lists_within_lists_are_flattened() {
        let block = "a:\n  b:\n    - c: 1\n      d:\n        - e\n        - f\n    - g\n  h: 1\ni:\n  - j\n";
        assert_eq!(
            flattened(block),
            "a:\n  b:\n  - c: 1\n    d:\n    - e\n    - f\n  - g\n  h: 1\ni:\n- j\n"
        );
        assert_eq!(flattened("- a:\n    - b\n"), "- a:\n  - b\n");
    }
}
