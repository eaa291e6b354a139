//! The texts of manifests, in pieces that are read at once: a tree of everything would take many times the memory of its text.

use std::ops::Range;

use crate::source::{SourceId, Sources};
use crate::yaml::{self, Parsed};

/// How many bytes of a text are read before what is in them is looked at; whole documents, so it may be more.
const LENGTH: usize = 256 * 1024;

/// Whole documents of a file.
pub(super) struct Piece {
    pub(super) file: SourceId,
    range: Range<usize>,
}

impl Piece {
    /// What is in it, with its places in the whole text.
    pub(super) fn read<'s>(&self, sources: &'s Sources) -> Parsed<'s> {
        let text = &sources.get(self.file).text;
        let mut parsed = yaml::parse_stream(self.file, &text[self.range.clone()]);
        let by = u32::try_from(self.range.start).expect("sources are limited to 4 GiB when read");
        if by > 0 {
            for document in &mut parsed.documents {
                document.shift(by);
            }
            for problem in &mut parsed.problems {
                problem.span.shift(by);
                if let Some((span, _)) = &mut problem.related {
                    span.shift(by);
                }
            }
        }
        parsed
    }
}

/// The pieces of all files, in their order.
pub(super) fn of(sources: &Sources, files: &[SourceId]) -> Vec<Piece> {
    let all = files.iter().flat_map(|file| of_file(sources, *file));
    all.collect()
}

/// Whether to read them takes longer than threads take to start.
pub(super) fn are_much(pieces: &[Piece]) -> bool {
    let bytes: usize = pieces.iter().map(|piece| piece.range.len()).sum();
    pieces.len() > 1 && bytes > LENGTH
}

/// A text that may be a template is one piece: whether it is, its problems tell.
fn of_file(sources: &Sources, file: SourceId) -> Vec<Piece> {
    let text = &sources.get(file).text;
    if text.len() <= LENGTH || memchr::memmem::find(text.as_bytes(), b"{{").is_some() {
        let range = 0..text.len();
        return vec![Piece { file, range }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for range in yaml::document_ranges(text) {
        match pieces.last_mut() {
            Some(piece) if piece.range.len() < LENGTH => piece.range.end = range.end,
            _ => pieces.push(Piece { file, range }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole_documents_in_their_places() {
        let mut sources = Sources::default();
        let document = |number: usize| {
            format!(
                "---\nkind: A\nnumber: {number}\ntext: |\n{}",
                "  -- x\n".repeat(100)
            )
        };
        let stream: String = (0..2000).map(document).collect();
        let large = sources.add("large", stream.as_str());
        let small = sources.add("small", "kind: B\n");
        let count: usize = [large, small]
            .into_iter()
            .map(|file| of_file(&sources, file).len())
            .sum();
        assert!(count > 5, "{count}");
        let mut whole = yaml::parse_stream(large, &stream).documents;
        whole.extend(yaml::parse_stream(small, "kind: B\n").documents);
        let mut read = Vec::new();
        for piece in of(&sources, &[large, small]) {
            let parsed = piece.read(&sources);
            assert!(parsed.problems.is_empty());
            read.extend(parsed.documents);
        }
        assert_eq!(read.len(), whole.len());
        for (read, whole) in read.iter().zip(&whole) {
            assert_eq!(read.span, whole.span);
            assert_eq!(read.to_json(), whole.to_json());
        }
    }

    #[test]
    fn problems_keep_their_places() {
        let mut sources = Sources::default();
        let mut stream = "---\nkind: A\n".repeat(100_000);
        let place = stream.len();
        stream.push_str("---\na: 1\na: 2\n");
        let file = sources.add("large", stream);
        let mut read = of(&sources, &[file]).into_iter();
        let problem = read.find_map(|piece| piece.read(&sources).problems.into_iter().next());
        let problem = problem.expect("a key is there twice");
        assert!(problem.span.start as usize > place);
        let (first, _) = problem.related.expect("the first of the keys");
        assert_eq!(first.start as usize, place + 4);
    }
}
