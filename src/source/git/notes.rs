//! What is to be said of repositories: once for all of which it is the same. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::number::thousands;

/// Repositories that are named where the same is to be said of several.
const NAMED: usize = 3;

/// Notes, with the repositories that each is about.
#[derive(Debug, Default)]
pub(super) struct Notes(BTreeMap<String, BTreeSet<String>>);

impl Notes {
    /// Takes what is to be said of a repository.
    pub(super) fn take(&mut self, name: &str, notes: Vec<String>) {
        for note in notes {
            self.0.entry(note).or_default().insert(name.to_owned());
        }
    }

    /// All of it, one sentence each.
    pub(super) fn told(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(note, names)| {
            let named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            let more = match names.len() - named.len() {
                0 => String::new(),
                more => format!(" and {} more", thousands(more)),
            };
            format!("{}{more}: {note}", named.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_of_many_is_said_once() {
        let mut notes = Notes::default();
        for name in ["a/b", "a/a", "a/c", "a/d", "a/e"] {
            notes.take(name, vec!["its host is old.".to_owned()]);
        }
        notes.take("a/c", vec!["2 files are odd.".to_owned()]);
        notes.take("a/z", Vec::new());
        let told: Vec<String> = notes.told().collect();
        assert_eq!(told, ["a/c: 2 files are odd.", "a/a, a/b, a/c and 2 more: its host is old."]);
    }
}
