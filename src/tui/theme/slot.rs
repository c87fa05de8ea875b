//! The entries of a theme: their names in the file, and what an entry looks like that a theme leaves out.

/// An entry of a theme. Several meanings may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Text,
    Dim,
    Accent,
    Selected,
    Match,
    SelectedMatch,
    Title,
    Link,
    Key,
    Warning,
    Danger,
    Success,
    Border,
    Heading,
    Strong,
    Emphasis,
    Strike,
    Mark,
    Code,
    CodeBlock,
    Quote,
    Note,
    Keyword,
    String,
    Constant,
    Comment,
    Function,
    Type,
    Variable,
}

/// How many entries a theme has.
pub(super) const SLOTS: usize = ALL.len();

/// Each entry, its name in a file, and the entry it looks like when a theme leaves it out: an earlier one.
pub(super) const ALL: [(Slot, &str, Slot); 29] = [
    (Slot::Text, "text", Slot::Text),
    (Slot::Dim, "dim", Slot::Text),
    (Slot::Accent, "accent", Slot::Text),
    (Slot::Selected, "selected", Slot::Text),
    (Slot::Match, "match", Slot::Accent),
    (Slot::SelectedMatch, "selected-match", Slot::Match),
    (Slot::Title, "title", Slot::Text),
    (Slot::Link, "link", Slot::Accent),
    (Slot::Key, "key", Slot::Accent),
    (Slot::Warning, "warning", Slot::Text),
    (Slot::Danger, "danger", Slot::Warning),
    (Slot::Success, "success", Slot::Text),
    (Slot::Border, "border", Slot::Dim),
    (Slot::Heading, "heading", Slot::Title),
    (Slot::Strong, "strong", Slot::Title),
    (Slot::Emphasis, "emphasis", Slot::Text),
    (Slot::Strike, "strike", Slot::Dim),
    (Slot::Mark, "mark", Slot::Match),
    (Slot::Code, "code", Slot::Text),
    (Slot::CodeBlock, "code-block", Slot::Text),
    (Slot::Quote, "quote", Slot::Dim),
    (Slot::Note, "note", Slot::Accent),
    (Slot::Keyword, "keyword", Slot::CodeBlock),
    (Slot::String, "string", Slot::CodeBlock),
    (Slot::Constant, "constant", Slot::CodeBlock),
    (Slot::Comment, "comment", Slot::Dim),
    (Slot::Function, "function", Slot::CodeBlock),
    (Slot::Type, "type", Slot::CodeBlock),
    (Slot::Variable, "variable", Slot::CodeBlock),
];

impl Slot {
    /// The place of the entry in [`ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// The entry with a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, known, _)| *known == name).map(|(slot, ..)| *slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_stands_at_its_place_and_after_what_it_looks_like() {
        for (index, (slot, name, like)) in ALL.iter().enumerate() {
            assert_eq!(slot.index(), index, "{name}");
            assert!(like.index() < index || *slot == Slot::Text, "{name}");
        }
    }
}
