//! How much one render may use. Every bound is named here and in the error that reports it.
//!
//! Templates are foreign text: none may hang, fill the memory or overflow the stack. The bounds are far above
//! what real skeletons need (the largest one known renders in under 20,000 steps).

use super::error::Fault;

/// Evaluation steps of one render: each node evaluated and each element touched by a filter is one.
pub const MAX_STEPS: u64 = 1_000_000;
/// Bytes of rendered text of one render.
pub const MAX_OUTPUT_BYTES: usize = 16 << 20;
/// Bytes of one text value.
pub const MAX_TEXT_BYTES: usize = 4 << 20;
/// Bytes of all text values made in one render, so that many big ones do not add up.
pub const MAX_TOTAL_TEXT_BYTES: usize = 64 << 20;
/// Elements of one list, and so of a `range`.
pub const MAX_LIST_ITEMS: usize = 100_000;
/// The height of an expression: operators in a row count.
pub const MAX_SYNTAX_DEPTH: usize = 80;
/// Nesting of tags in the source.
pub const MAX_TAG_DEPTH: usize = 40;
/// Nesting of brackets in one expression. Each level takes some ten calls of the parser.
pub const MAX_BRACKET_DEPTH: usize = 32;
/// Nesting of evaluation: expressions inside tags inside macros inside macros.
pub const MAX_EVALUATION_DEPTH: usize = 256;
/// Nesting of lists and maps that can be printed, dumped or handed out.
pub const MAX_DATA_DEPTH: usize = 128;
/// Bytes of one template.
pub const MAX_SOURCE_BYTES: usize = 16 << 20;
/// Bytes of a regular expression.
pub const MAX_PATTERN_BYTES: usize = 4 << 10;
/// Backtracking steps of one match; patterns without look-around and back-references never backtrack.
pub const MAX_BACKTRACKS: usize = 100_000;

/// The bounds of one render that a caller may lower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Evaluation steps; at most [`MAX_STEPS`] by default.
    pub steps: u64,
    /// Bytes of rendered text; at most [`MAX_OUTPUT_BYTES`] by default.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: MAX_STEPS, output_bytes: MAX_OUTPUT_BYTES }
    }
}

/// A bound that a template ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Too many evaluation steps.
    #[error("{0} evaluation steps")]
    Steps(u64),
    /// Too much rendered text.
    #[error("{0} bytes of output")]
    Output(usize),
    /// One text value is too long.
    #[error("{0} bytes in one text")]
    Text(usize),
    /// All text values together are too long.
    #[error("{0} bytes of text in memory")]
    TotalText(usize),
    /// A list is too long.
    #[error("{0} list items")]
    ListItems(usize),
    /// Brackets, operators or tags are nested too deep in the source.
    #[error("{0} levels of nesting in the source")]
    SyntaxDepth(usize),
    /// Evaluation is nested too deep: a macro that calls itself.
    #[error("{0} levels of evaluation")]
    EvaluationDepth(usize),
    /// A value is nested too deep, or contains itself.
    #[error("{0} levels of nested data")]
    DataDepth(usize),
    /// The template is too long.
    #[error("{0} bytes of source")]
    Source(usize),
    /// A regular expression is too long.
    #[error("{0} bytes in a regular expression")]
    Pattern(usize),
    /// A regular expression backtracks too much.
    #[error("{0} backtracking steps of a regular expression")]
    Backtracks(usize),
}

/// What is left of the bounds of one render.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    steps: u64,
    text: usize,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { steps: limits.steps, limits, text: 0 }
    }

    /// Uses evaluation steps.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Fault> {
        match self.steps.checked_sub(steps as u64) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(Limit::Steps(self.limits.steps).into()),
        }
    }

    /// Allows a text of that many bytes to be made.
    pub(crate) fn text(&mut self, bytes: usize) -> Result<(), Fault> {
        if bytes > MAX_TEXT_BYTES {
            return Err(Limit::Text(MAX_TEXT_BYTES).into());
        }
        self.text = self.text.saturating_add(bytes);
        if self.text > MAX_TOTAL_TEXT_BYTES {
            return Err(Limit::TotalText(MAX_TOTAL_TEXT_BYTES).into());
        }
        self.spend(bytes / 256)
    }

    /// Allows a list of that many items to be made.
    pub(crate) fn list(&mut self, items: usize) -> Result<(), Fault> {
        if items > MAX_LIST_ITEMS {
            return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
        }
        self.spend(items)
    }

    /// Allows rendered text to reach that many bytes.
    pub(crate) fn output(&self, bytes: usize) -> Result<(), Fault> {
        if bytes > self.limits.output_bytes {
            return Err(Limit::Output(self.limits.output_bytes).into());
        }
        Ok(())
    }
}
