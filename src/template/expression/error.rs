//! Why a template does not render: what is wrong, where in the source, and what to do.

use std::fmt;

use super::limits::Limit;
use super::span::{Position, Span};

/// What is wrong with a template, or with the values it meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The source does not follow the grammar.
    #[error("{0}")]
    Syntax(String),
    /// No tag of this name exists.
    #[error("there is no tag `{0}`")]
    UnknownTag(String),
    /// The tag would load another template.
    #[error("`{0}` loads another template, which templates may not")]
    LoadingTag(String),
    /// No filter of this name exists.
    #[error("there is no filter `{0}`")]
    UnknownFilter(String),
    /// No test of this name exists.
    #[error("there is no test `{0}`")]
    UnknownTest(String),
    /// What is called is not a function.
    #[error("`{path}` is {kind}, so it cannot be called")]
    NotCallable {
        /// The called expression as written.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// A filter, test or method cannot work on this value.
    #[error("`{name}` works on {wants}, not on {got}")]
    WrongInput {
        /// The filter, test or method.
        name: String,
        /// What it works on.
        wants: &'static str,
        /// What it was given.
        got: &'static str,
    },
    /// A filter, test, method or function cannot work with these arguments.
    #[error("`{name}`: {reason}")]
    WrongArgument {
        /// The filter, test, method or function.
        name: String,
        /// What is wrong with its arguments.
        reason: String,
    },
    /// An operator cannot work on this value.
    #[error("{0}")]
    WrongOperand(&'static str),
    /// A function was printed, compared or calculated with.
    #[error("a function has no text; call it with ( )")]
    FunctionAsValue,
    /// The name reaches into the machinery of JavaScript, which does not exist here.
    #[error("the name `{0}` is reserved")]
    ReservedName(String),
    /// A repository URL of a form cannot be read.
    #[error("`{url}` is not a repository URL: {reason}")]
    RepoUrl {
        /// The text that was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A regular expression is wrong.
    #[error("the regular expression is wrong: {0}")]
    Regex(String),
    /// Regular expressions are switched off.
    #[error("regular expressions are switched off here")]
    RegexOff,
    /// A bound was reached.
    #[error("the template needs more than {0}, the limit")]
    Limit(#[from] Limit),
}

impl Fault {
    /// A wrong argument, with its reason.
    pub(crate) fn argument(name: &str, reason: impl Into<String>) -> Self {
        Self::WrongArgument { name: name.to_owned(), reason: reason.into() }
    }

    /// The next step for the author of the template.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax(_) | Self::WrongOperand(_) => {
                "Correct the expression; the language is Nunjucks: `a if c else b`, `and`, `or`, `not`."
            }
            Self::UnknownTag(_) => "Use if, for, set, macro, call, filter, switch, block, raw or verbatim.",
            Self::LoadingTag(_) => "Write the text where it is needed; a skeleton file stands alone.",
            Self::UnknownFilter(_) => {
                "Check the spelling; filters of a site's own plugins do not exist here."
            }
            Self::UnknownTest(_) => "Check the spelling after `is`.",
            Self::NotCallable { .. } => {
                "Check the name; only the methods of Backstage's template engine exist."
            }
            Self::WrongInput { .. } => "Check the value, or give it a default before the filter.",
            Self::WrongArgument { .. } => "Correct the arguments.",
            Self::FunctionAsValue => "Call the function, or drop it from the expression.",
            Self::ReservedName(_) => "Use another name.",
            Self::RepoUrl { .. } => {
                "Write host?owner=…&repo=…, with a host that is configured as an integration."
            }
            Self::Regex(_) => "Correct the pattern; flags are g, i, m and y.",
            Self::RegexOff => "Use `replace` with plain text.",
            Self::Limit(_) => {
                "Make the template do less: smaller ranges, shorter texts, no endless recursion."
            }
        }
    }
}

/// A fault at its place in the source, before the place is turned into line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) fault: Fault,
    pub(crate) span: Span,
}

impl Fault {
    /// The fault at a place.
    pub(crate) fn at(self, span: Span) -> Located {
        Located { fault: self, span }
    }
}

/// Bytes of source that an error quotes.
const MAX_EXCERPT_BYTES: usize = 200;

/// A template that does not render: the fault, its line and column, and the source around it.
///
/// The message quotes foreign text: show it through [`crate::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    fault: Fault,
    position: Position,
    excerpt: String,
}

impl RenderError {
    pub(crate) fn new(located: Located, source: &str) -> Self {
        let position = located.span.position(source);
        let excerpt = located.span.excerpt(source, MAX_EXCERPT_BYTES).to_owned();
        Self { fault: located.fault, position, excerpt }
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The line of the fault, from 1.
    pub fn line(&self) -> usize {
        self.position.line
    }

    /// The column of the fault in characters, from 1.
    pub fn column(&self) -> usize {
        self.position.column
    }

    /// The source text of the expression or tag at fault.
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        self.fault.hint()
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "line {line}, column {column}: {}", self.fault)?;
        if !self.excerpt.is_empty() {
            write!(f, ", in `{}`", self.excerpt)?;
        }
        f.write_str(".")
    }
}

impl std::error::Error for RenderError {}
