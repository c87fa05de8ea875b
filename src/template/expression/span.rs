//! Places in the source of a template.

/// A range of bytes in the source; both ends lie on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A line and a column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The range from the start of this one to the end of the other.
    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.end) }
    }

    /// The line and column where it starts.
    pub(crate) fn position(self, source: &str) -> Position {
        let before = &source[..self.start.min(source.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Position { line, column }
    }

    /// The source it covers, cut at a number of bytes.
    pub(crate) fn excerpt(self, source: &str, max: usize) -> &str {
        let start = self.start.min(source.len());
        let limit = self.end.min(source.len()).min(start + max);
        let end = (start..=limit).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(start);
        source[start..end].trim()
    }
}
