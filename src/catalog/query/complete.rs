//! What can follow in a search box: fields, their values with how often they occur, words of `is:` and `has:`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::term::{Field, Is, Predicate, Query};

/// Letters of a word before it is taken for the beginning of a field.
const MIN_WORD: usize = 2;

/// Most candidates that are offered; nobody reads more.
const MAX_COMPLETIONS: usize = 50;

/// Most paths into documents that are counted; a catalog of real entities has some hundred.
const MAX_PATHS: usize = 2_000;

/// Most values of one path that are counted; more are no choice, as those of most annotations.
const MAX_VALUES: usize = 50;

/// Longest path or value that is counted, in bytes; nobody takes a longer one from a list.
const MAX_BYTES: usize = 200;

/// The root that may be left out of a path.
const METADATA: &str = "metadata.";

/// The beginnings of paths that lead to what has no field of its own.
const ROOTS: [&str; 3] = ["annotations.", "labels.", "spec."];

/// The values that occur in a catalog, with how often they do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    counts: BTreeMap<&'static str, BTreeMap<String, usize>>,
    paths: BTreeMap<String, PathFacet>,
    has: Vec<&'static str>,
}

impl Facets {
    /// No values, but the words that may stand behind `has:`.
    pub fn new(has: Vec<&'static str>) -> Self {
        Self { counts: BTreeMap::new(), paths: BTreeMap::new(), has }
    }

    /// Counts one more value of a named field.
    pub fn add(&mut self, field: &Field, value: &str) {
        let Some((name, _)) = Field::NAMED.iter().find(|(_, named)| named == field) else { return };
        let values = self.counts.entry(name).or_default();
        match values.get_mut(value) {
            Some(count) => *count += 1,
            None => drop(values.insert(value.to_owned(), 1)),
        }
    }

    /// Counts one more value at a dotted path into a document, such as `metadata.labels.tier`.
    pub fn add_at(&mut self, path: &str, value: &str) {
        if path.len() > MAX_BYTES || (self.paths.len() == MAX_PATHS && !self.paths.contains_key(path)) {
            return;
        }
        let facet = self.paths.entry(path.to_owned()).or_default();
        facet.total += 1;
        let has_room = facet.values.len() < MAX_VALUES && value.len() <= MAX_BYTES;
        match facet.values.get_mut(value) {
            Some(count) => *count += 1,
            None if has_room => drop(facet.values.insert(value.to_owned(), 1)),
            None => {}
        }
    }

    /// The paths as somebody types them who began with this, the most frequent first. `metadata.` may be left out.
    fn paths<'a>(&'a self, typed: &str) -> Vec<(&'a str, usize)> {
        let is_whole = typed.get(..METADATA.len()).is_some_and(|start| start.eq_ignore_ascii_case(METADATA));
        let shown = |path: &'a String| {
            let short = path.strip_prefix(METADATA).filter(|rest| !is_whole && rest.contains('.'));
            short.unwrap_or(path)
        };
        let mut paths: Vec<_> = self.paths.iter().map(|(path, facet)| (shown(path), facet.total)).collect();
        paths.sort_by_key(|(_, total)| std::cmp::Reverse(*total));
        paths
    }

    fn at(&self, path: &str) -> Option<&PathFacet> {
        let roots = ["", METADATA, "spec."];
        roots.iter().find_map(|root| self.paths.get(&format!("{root}{path}")))
    }

    /// The values of a field, the most frequent first.
    pub fn values(&self, field: &Field) -> Vec<(&str, usize)> {
        let counts = match field {
            Field::Path(path) => self.at(path).map(|facet| &facet.values),
            field => self.counts.get(field.as_str()),
        };
        let counts = counts.into_iter().flatten();
        let mut values = counts.map(|(value, count)| (value.as_str(), *count)).collect::<Vec<_>>();
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        values
    }
}

/// What occurs at a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct PathFacet {
    total: usize,
    values: BTreeMap<String, usize>,
}

/// Something that can be typed next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that it replaces.
    pub replaces: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// How many entities have the value, where it is one.
    pub count: Option<usize>,
}

/// What can stand at the cursor (a byte of the text), the most likely first. A word gets the fields that it
/// may become; a field gets its values.
pub fn completions(text: &str, cursor: usize, facets: &Facets) -> Vec<Completion> {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let query = Query::parse(&text[..cursor]);
    let Some(term) = query.terms.last().filter(|term| term.span.end == cursor) else { return Vec::new() };
    let start = term.span.start + usize::from(term.negated);
    let candidates: Vec<(String, Option<usize>)> = match &term.predicate {
        Predicate::Word(word) if word.chars().count() < MIN_WORD => Vec::new(),
        Predicate::Word(word) if word.contains('.') => {
            let paths = facets.paths(word).into_iter();
            paths.map(|(path, total)| (format!("{path}:"), Some(total))).collect()
        }
        Predicate::Word(_) => {
            let names = Field::NAMED.iter().map(|(name, _)| *name).chain(["is", "has"]);
            let names = names.map(|name| (format!("{name}:"), None));
            names.chain(ROOTS.map(|root| (root.to_owned(), None))).collect()
        }
        Predicate::Field(field, _) => {
            let values = facets.values(field).into_iter();
            values.map(|(value, count)| (in_quotes(value), Some(count))).collect()
        }
        Predicate::Has(_) => facets.has.iter().map(|word| ((*word).to_owned(), None)).collect(),
        Predicate::Is(_) => Is::NAMED.iter().map(|(word, _)| ((*word).to_owned(), None)).collect(),
        Predicate::Phrase(_) | Predicate::Reference { .. } => Vec::new(),
    };
    let typed_at = term.value_at.map_or(start, |at| text[at..cursor].rfind(',').map_or(at, |n| at + n + 1));
    let typed = text[typed_at..cursor].trim_matches('"').to_lowercase();
    candidates
        .into_iter()
        .filter(|(candidate, _)| {
            let candidate = candidate.trim_matches('"').to_lowercase();
            candidate.starts_with(&typed) && candidate != typed
        })
        .take(MAX_COMPLETIONS)
        .map(|(text, count)| Completion { replaces: typed_at..cursor, text, count })
        .collect()
}

fn in_quotes(value: &str) -> String {
    if value.contains(|c: char| c == ',' || c.is_whitespace()) {
        format!("\"{}\"", value.replace('"', ""))
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facets() -> Facets {
        let mut facets = Facets::new(vec!["runbook", "docs"]);
        for kind in ["api", "component", "component"] {
            facets.add(&Field::Kind, kind);
        }
        facets.add(&Field::Lifecycle, "end of life");
        for tier in ["one", "two", "two"] {
            facets.add_at("metadata.labels.tier", tier);
        }
        facets.add_at("metadata.annotations.github.com/project-slug", "acme/pay");
        facets.add_at("spec.profile.email", "a@b");
        facets
    }

    fn texts(text: &str) -> Vec<String> {
        completions(text, text.len(), &facets()).into_iter().map(|c| c.text).collect()
    }

    #[test]
    fn a_word_may_become_a_field() {
        assert_eq!(texts("pay ty"), ["type:"]);
        assert!(texts("pay t").is_empty(), "one letter is the beginning of anything");
    }

    #[test]
    fn values_come_by_frequency_and_replace_what_was_typed() {
        assert_eq!(texts("kind:"), ["component", "api"]);
        let of = completions("-kind:api,co x", 12, &facets());
        assert_eq!(of, [Completion { replaces: 10..12, text: "component".into(), count: Some(2) }]);
    }

    #[test]
    fn a_value_with_blanks_is_put_in_quotes() {
        assert_eq!(texts("lifecycle:en"), ["\"end of life\""]);
    }

    #[test]
    fn paths_of_documents_and_their_values_are_offered() {
        assert_eq!(texts("lab"), ["labels."]);
        assert_eq!(texts("labels."), ["labels.tier:"]);
        assert_eq!(texts("annotations.git"), ["annotations.github.com/project-slug:"]);
        assert_eq!(texts("metadata.l"), ["metadata.labels.tier:"]);
        assert_eq!(texts("spec."), ["spec.profile.email:"]);
        assert_eq!(texts("labels.tier:"), ["two", "one"]);
    }

    #[test]
    fn words_of_is_and_has_are_offered() {
        assert_eq!(texts("is:or"), ["orphan"]);
        assert_eq!(texts("has:d"), ["docs"]);
    }

    #[test]
    fn nothing_is_offered_behind_a_blank() {
        assert!(texts("kind:api ").is_empty());
    }
}
