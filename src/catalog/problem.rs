//! A problem: something wrong with an origin, with its code, its plain words and its fix.

use serde::{Deserialize, Serialize};

use super::{EntityRef, Origin};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Most likely a mistake; the entity is there.
    Warning,
    /// Something could not be read or breaks a rule.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something wrong with an origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable code such as `CB0101`, explained in the manual.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in plain words, naming the offending value.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// Where it is.
    pub origin: Origin,
    /// The JSON pointer of the value below the document, where `origin` is the start of the document and the
    /// place of the value was not looked up yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The entity it belongs to, where one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityRef>,
    /// Other places that it is about: of several that claim one entity the one that is taken, then the others.
    /// Not all of them, where they are many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Origin>,
}

impl Problem {
    /// Whether somebody should do something about it. In real catalogs nearly everything has a note, so notes
    /// are told where they are looked for, and never counted or marked.
    pub fn needs_attention(&self) -> bool {
        self.severity > Severity::Note
    }

    /// The other places that it is about, as a sentence. Paths of two sources may be alike, so another source
    /// than its own is named. Foreign text.
    pub fn elsewhere(&self) -> Option<String> {
        let place = |at: &Origin| {
            let is_own = at.source == self.origin.source;
            let source = if is_own { String::new() } else { format!(" ({})", at.source) };
            format!("{}{source}", at.location())
        };
        let (taken, others) = self.related.split_first()?;
        let others: Vec<_> = others.iter().map(place).collect();
        let others =
            if others.is_empty() { String::new() } else { format!("; others are at {}", others.join(", ")) };
        Some(format!("Taken is the one at {}{others}.", place(taken)))
    }
}
