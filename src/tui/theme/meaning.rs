//! What a piece of text on the screen means.

use super::slot::Slot;
use crate::docs::{AdmonitionKind, Role, Syntax};

/// The meaning of a piece of text, which a theme gives a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Running text.
    Text,
    /// What is secondary.
    Dim,
    /// What the eye should find first; the sign of the selection.
    Accent,
    /// The selected row.
    Selected,
    /// Letters that a search matched.
    Match,
    /// Letters that a search matched, in the selected row.
    SelectedMatch,
    /// The name of what is shown.
    Title,
    /// An address or a ref that can be followed.
    Link,
    /// A key to press.
    Key,
    /// What needs a person.
    Warning,
    /// What failed, or cannot be undone.
    Danger,
    /// What is done.
    Success,
    /// Lines between regions.
    Border,
    /// A role in a documentation page.
    Doc(Role),
}

impl Meaning {
    pub(super) fn slot(self) -> Slot {
        match self {
            Self::Text => Slot::Text,
            Self::Dim => Slot::Dim,
            Self::Accent => Slot::Accent,
            Self::Selected => Slot::Selected,
            Self::Match => Slot::Match,
            Self::SelectedMatch => Slot::SelectedMatch,
            Self::Title => Slot::Title,
            Self::Link => Slot::Link,
            Self::Key => Slot::Key,
            Self::Warning => Slot::Warning,
            Self::Danger => Slot::Danger,
            Self::Success => Slot::Success,
            Self::Border => Slot::Border,
            Self::Doc(role) => of_role(role),
        }
    }
}

fn of_role(role: Role) -> Slot {
    match role {
        Role::Text => Slot::Text,
        Role::Heading(_) => Slot::Heading,
        Role::HeadingRule | Role::TableRule => Slot::Border,
        Role::Strong | Role::TableHead => Slot::Strong,
        Role::Emphasis => Slot::Emphasis,
        Role::Strike => Slot::Strike,
        Role::Mark => Slot::Mark,
        Role::Code => Slot::Code,
        Role::Key => Slot::Key,
        Role::Link => Slot::Link,
        Role::Image | Role::CodeTitle | Role::Dim => Slot::Dim,
        Role::Marker => Slot::Accent,
        Role::Quote => Slot::Quote,
        Role::Section => Slot::Title,
        Role::CodeBlock => Slot::CodeBlock,
        Role::Admonition(kind) => of_admonition(kind),
        Role::Syntax(syntax) => of_syntax(syntax),
    }
}

fn of_admonition(kind: AdmonitionKind) -> Slot {
    use AdmonitionKind as Kind;
    match kind {
        Kind::Note | Kind::Abstract | Kind::Info | Kind::Important | Kind::Question | Kind::Example => {
            Slot::Note
        }
        Kind::Tip | Kind::Success => Slot::Success,
        Kind::Warning | Kind::Caution => Slot::Warning,
        Kind::Failure | Kind::Danger | Kind::Bug => Slot::Danger,
        Kind::Quote => Slot::Quote,
    }
}

fn of_syntax(syntax: Syntax) -> Slot {
    match syntax {
        Syntax::Keyword => Slot::Keyword,
        Syntax::String => Slot::String,
        Syntax::Constant => Slot::Constant,
        Syntax::Comment => Slot::Comment,
        Syntax::Function => Slot::Function,
        Syntax::Type => Slot::Type,
        Syntax::Variable => Slot::Variable,
    }
}
