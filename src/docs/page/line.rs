//! What a laid out page is made of: lines of spans, each safe text with a meaning. Knows no colours.

use crate::text;

/// What a piece of text is. A theme maps each to a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Running text.
    Text,
    /// A heading, 1 to 6.
    Heading(u8),
    /// The line under a heading of the first level.
    HeadingRule,
    /// Strong emphasis; terms of definition lists too.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Struck out or removed text.
    Strike,
    /// Marked or inserted text.
    Mark,
    /// Code inside of running text.
    Code,
    /// A key to press.
    Key,
    /// The label of a link and its number.
    Link,
    /// The words that stand for an image.
    Image,
    /// The bullet, number or box before a list item.
    Marker,
    /// The bar before a quote.
    Quote,
    /// The bar and the title of an admonition.
    Admonition(AdmonitionKind),
    /// The title of a tab or of a part that folds in a browser.
    Section,
    /// The titles of a table's columns.
    TableHead,
    /// Lines inside of a table, and rules across the page.
    TableRule,
    /// Code in a block, and the cells before it.
    CodeBlock,
    /// The title of a code block.
    CodeTitle,
    /// A part of a code block whose meaning is known.
    Syntax(Syntax),
    /// Text of less weight: footnote numbers, comments of a reviewer, marks of a cut.
    Dim,
}

/// What a part of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// A word of the language.
    Keyword,
    /// Text in quotes.
    String,
    /// A number or another constant.
    Constant,
    /// A comment.
    Comment,
    /// The name of a function.
    Function,
    /// The name of a type or a tag.
    Type,
    /// A key, an attribute or a variable.
    Variable,
}

/// The kinds of admonition that MkDocs styles; aliases are folded into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdmonitionKind {
    /// A remark; unknown kinds too.
    Note,
    /// `abstract`, `summary`, `tldr`.
    Abstract,
    /// `info`, `todo`.
    Info,
    /// `tip`, `hint`.
    Tip,
    /// `important`, as on GitHub.
    Important,
    /// `success`, `check`, `done`.
    Success,
    /// `question`, `help`, `faq`.
    Question,
    /// `warning`, `attention`.
    Warning,
    /// `caution`, as on GitHub.
    Caution,
    /// `failure`, `fail`, `missing`.
    Failure,
    /// `danger`, `error`.
    Danger,
    /// `bug`.
    Bug,
    /// `example`, `snippet`.
    Example,
    /// `quote`, `cite`.
    Quote,
}

impl AdmonitionKind {
    /// The kind that a word of Markdown names, in any case; `None` for a word that MkDocs does not style.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "note" | "seealso" => Self::Note,
            "abstract" | "summary" | "tldr" => Self::Abstract,
            "info" | "todo" => Self::Info,
            "tip" | "hint" => Self::Tip,
            "important" => Self::Important,
            "success" | "check" | "done" => Self::Success,
            "question" | "help" | "faq" => Self::Question,
            "warning" | "warn" | "attention" => Self::Warning,
            "caution" => Self::Caution,
            "failure" | "fail" | "missing" => Self::Failure,
            "danger" | "error" => Self::Danger,
            "bug" => Self::Bug,
            "example" | "examples" | "snippet" => Self::Example,
            "quote" | "cite" => Self::Quote,
            _ => return None,
        })
    }

    /// The word that is shown for it, so that its meaning is not in its colour alone.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Abstract => "ABSTRACT",
            Self::Info => "INFO",
            Self::Tip => "TIP",
            Self::Important => "IMPORTANT",
            Self::Success => "SUCCESS",
            Self::Question => "QUESTION",
            Self::Warning => "WARNING",
            Self::Caution => "CAUTION",
            Self::Failure => "FAILURE",
            Self::Danger => "DANGER",
            Self::Bug => "BUG",
            Self::Example => "EXAMPLE",
            Self::Quote => "QUOTE",
        }
    }
}

/// Safe text with its meaning. Holds no control character, so that its width is what a terminal draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    text: Box<str>,
    role: Role,
}

impl Span {
    /// Foreign text made safe, with a meaning.
    pub fn new(foreign: &str, role: Role) -> Self {
        Self { text: text::sanitize(foreign).into(), role }
    }

    /// The safe text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The cells it takes.
    pub fn width(&self) -> usize {
        text::width(&self.text)
    }
}

/// One line of a page, never wider than the width it was laid out for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The spans from left to right.
    pub spans: Vec<Span>,
}

impl Line {
    /// The cells it takes.
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// The text without its meanings, and without blanks at the end.
    pub fn text(&self) -> String {
        let mut text: String = self.spans.iter().map(Span::text).collect();
        text.truncate(text.trim_end().len());
        text
    }
}
