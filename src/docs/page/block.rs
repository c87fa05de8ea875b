//! The blocks of a page. A block that holds blocks keeps their Markdown, cut free of its own marks, so that
//! nothing is parsed before it is looked at.

use super::AdmonitionKind;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading with its text as Markdown.
    Heading { level: u8, text: String, id: Option<String> },
    /// Running text.
    Paragraph(String),
    /// A list; `start` is the first number of an ordered one.
    List { start: Option<u64>, is_tight: bool, items: Vec<Item> },
    /// A quote.
    Quote(String),
    /// An admonition, also one that folds in a browser. No title, no title line.
    Admonition { kind: AdmonitionKind, title: Option<String>, body: String },
    /// Alternatives that a browser shows one at a time.
    Tabs(Vec<(String, String)>),
    /// A part that folds in a browser, with its summary.
    Details { summary: String, body: String },
    /// Code with the words after its fence.
    Code { info: String, text: String },
    /// A table.
    Table(Table),
    /// HTML.
    Html(String),
    /// A rule across the page.
    Rule,
    /// Terms, each with its definitions.
    Definitions(Vec<(String, Vec<String>)>),
    /// The note for a footnote's label.
    Footnote { label: String, body: String },
    /// What an abbreviation stands for.
    Abbreviation { short: String, long: String },
    /// `[TOC]`: the headings of the page.
    Contents,
    /// A word of callboard about the page.
    Notice(String),
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// For a task, whether it is done.
    pub(super) task: Option<bool>,
    /// Its Markdown.
    pub(super) body: String,
}

/// A table with its cells as Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Columns that were left out, for there are more than a page can show.
    pub(super) more_columns: usize,
}

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alignment {
    Left,
    Center,
    Right,
}
