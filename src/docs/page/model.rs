//! A page laid out at a width, as data: lines, headings, links, code. Knows no Markdown.

use super::Line;

/// A page laid out at a width, as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// `title` of the front matter, else the text of the first heading of level 1. Foreign text.
    pub title: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// All headings of the page, also those that are not laid out yet.
    pub outline: Vec<Heading>,
    /// The links in the order of their numbers.
    pub links: Vec<Link>,
    /// The code blocks in order, for copying.
    pub code_blocks: Vec<CodeBlock>,
}

/// A heading of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without marks. Safe text.
    pub text: String,
    /// What a link after `#` names it.
    pub anchor: String,
    /// The line it stands on; `None` until the page is laid out that far.
    pub line: Option<usize>,
}

/// A link of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The number shown before its label, from 1.
    pub number: usize,
    /// The label. Safe text.
    pub label: String,
    /// The target as it was written. Foreign text.
    pub target: String,
    /// The line where its label begins.
    pub line: usize,
}

/// A code block, for copying: the text as it was written. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// The first word after the fence, such as `yaml`.
    pub language: Option<String>,
    /// The code.
    pub text: String,
    /// The line where its first line of code stands.
    pub line: usize,
}
