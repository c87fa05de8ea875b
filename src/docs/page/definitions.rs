//! What a page defines for all of its blocks: link targets, footnotes, abbreviations.

use std::collections::HashMap;

use super::fence::Fence;

/// Longest label of a link definition, in bytes; Markdown allows no longer ones.
const MAX_LABEL: usize = 999;

/// The definitions of a page.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    targets: HashMap<String, String>,
    footnotes: HashMap<String, usize>,
}

impl Definitions {
    /// The link targets that a page defines, wherever they stand.
    pub(super) fn read(text: &str) -> Self {
        let mut targets = HashMap::new();
        let mut fence: Option<Fence> = None;
        for line in text.lines() {
            if let Some(code) = fence {
                if code.is_closed_by(line) || code.is_left_by(line) {
                    fence = None;
                }
                continue;
            }
            fence = Fence::open(line);
            if let Some((label, target)) = definition(line) {
                targets.entry(normal(label)).or_insert_with(|| target.to_owned());
            }
        }
        Self { targets, footnotes: HashMap::new() }
    }

    /// Takes up a footnote. Its number is the count of footnotes so far.
    pub(super) fn add_footnote(&mut self, label: &str) {
        let number = self.footnotes.len() + 1;
        self.footnotes.entry(label.to_owned()).or_insert(number);
    }

    /// The target that a label stands for.
    pub(super) fn target(&self, label: &str) -> Option<&str> {
        if self.targets.is_empty() {
            return None;
        }
        self.targets.get(&normal(label)).map(String::as_str)
    }

    /// The number of a footnote.
    pub(super) fn footnote(&self, label: &str) -> Option<usize> {
        self.footnotes.get(label).copied()
    }
}

/// `[label]: target`, perhaps in a quote or an item.
fn definition(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches([' ', '>']);
    let (label, rest) = text.strip_prefix('[')?.split_once("]:")?;
    if label.is_empty() || label.len() > MAX_LABEL || label.starts_with('^') || label.contains(['[', ']']) {
        return None;
    }
    let rest = rest.trim();
    let target = match rest.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.0,
        None => rest.split_whitespace().next()?,
    };
    Some((label, target))
}

/// A label as Markdown compares it: in small letters, its blanks as one.
fn normal(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_met_in_any_case_and_code_defines_nothing() {
        let page = "[Ledger  Rules]: ../rules.md \"T\"\n\n```\n[code]: x\n```\n> [q]: <a b>\n";
        let definitions = Definitions::read(page);
        assert_eq!(definitions.target("ledger rules"), Some("../rules.md"));
        assert_eq!(definitions.target("q"), Some("a b"));
        assert_eq!(definitions.target("code"), None);
    }
}
