//! The aliases of a document, counted as npm's `yaml` counts them: it refuses a document in which the uses of
//! one anchor, times those of the anchors within it, are more than a hundred.
//!
//! The YAML crate puts what an alias stands for in its place without a word. So anchors and aliases are written
//! as tags, which the crate tells, and the document is read once more. Only where a text has so many of both
//! that it may matter.

use serde_yaml::Value;
use serde_yaml::value::TaggedValue;

use super::limit::MAX_ALIAS_COUNT;

/// The fewest aliases that can exceed it: each stands for twice the one before.
const FEWEST: usize = 7;

/// Tags of no other document.
const ANCHOR: &str = "!callboard-anchor-";
const ALIAS: &str = "!callboard-alias-";

/// What is wrong with an alias, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AliasFault {
    /// It is one too many.
    Excessive(usize),
    /// It stands for what it is a part of.
    WithinItself(usize),
}

/// The alias of a document that is one too many, if it has enough of them that this can be.
pub(super) fn excessive(text: &str) -> Option<AliasFault> {
    let stars = memchr::memchr_iter(b'*', text.as_bytes()).take(FEWEST).count();
    let can_be = stars >= FEWEST && memchr::memchr(b'&', text.as_bytes()).is_some();
    can_be.then(|| fault(text)).flatten()
}

/// The first alias of a document that npm's `yaml` refuses.
pub(super) fn fault(text: &str) -> Option<AliasFault> {
    let marks: Vec<_> = marks(text).collect();
    let (mut tagged, mut end) = (String::with_capacity(text.len()), 0);
    for (number, (at, mark)) in marks.iter().enumerate() {
        tagged.push_str(&text[end..*at]);
        // Behind an alias stands nothing that its tag could be of.
        let (tag, value) = if mark.starts_with('&') { (ANCHOR, "") } else { (ALIAS, " ''") };
        tagged.extend([tag, &number.to_string(), value]);
        end = at + mark.len();
    }
    tagged.push_str(&text[end..]);
    let document: Value = serde_yaml::from_str(&tagged).ok()?;
    let mut uses = Uses { marks: &marks, anchors: Vec::new(), resolved: vec![None; marks.len()] };
    uses.walk(&document).err()
}

/// Words that look like anchors and aliases, with their places.
fn marks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    memchr::memchr2_iter(b'&', b'*', text.as_bytes()).filter_map(|at| {
        let begins =
            text[..at].chars().next_back().is_none_or(|c| matches!(c, ' ' | '\n' | '\t' | '[' | '{' | ','));
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let length = text.as_bytes()[at + 1..].iter().take_while(|byte| is_of_name(byte)).count();
        (begins && length > 0).then(|| (at, &text[at..=at + length]))
    })
}

/// What is known of the anchors so far, on the way through a document.
struct Uses<'d> {
    marks: &'d [(usize, &'d str)],
    anchors: Vec<Anchor<'d>>,
    /// The anchor that each alias stands for.
    resolved: Vec<Option<usize>>,
}

struct Anchor<'d> {
    name: &'d str,
    value: &'d Value,
    /// Whether its end was reached.
    is_whole: bool,
    /// Itself and its aliases.
    count: usize,
    /// The most that a value within it counts; known from its first alias on.
    weight: Option<usize>,
}

impl<'d> Uses<'d> {
    /// Counts the aliases below a value, or says the place of the one that is too many.
    fn walk(&mut self, value: &'d Value) -> Result<(), AliasFault> {
        match value {
            Value::Tagged(tagged) => {
                if let Some(number) = number_of(ALIAS, tagged) {
                    return self.alias(number);
                }
                let mark = number_of(ANCHOR, tagged).and_then(|number| self.marks.get(number));
                let Some((_, mark)) = mark else { return self.walk(&tagged.value) };
                let index = self.anchors.len();
                let (name, value) = (&mark[1..], &tagged.value);
                self.anchors.push(Anchor { name, value, is_whole: false, count: 1, weight: None });
                self.walk(value)?;
                self.anchors[index].is_whole = true;
                Ok(())
            }
            Value::Sequence(items) => items.iter().try_for_each(|item| self.walk(item)),
            Value::Mapping(map) => map.iter().try_for_each(|(key, value)| {
                self.walk(key)?;
                self.walk(value)
            }),
            _ => Ok(()),
        }
    }

    fn alias(&mut self, number: usize) -> Result<(), AliasFault> {
        let Some((at, mark)) = self.marks.get(number) else { return Ok(()) };
        let Some(index) = self.anchors.iter().rposition(|anchor| anchor.name == &mark[1..]) else {
            return Ok(());
        };
        if !self.anchors[index].is_whole {
            return Err(AliasFault::WithinItself(*at));
        }
        self.resolved[number] = Some(index);
        let weight = self.anchors[index].weight.unwrap_or_else(|| self.weight(self.anchors[index].value));
        let anchor = &mut self.anchors[index];
        anchor.count += 1;
        anchor.weight = Some(weight);
        if anchor.count.saturating_mul(weight) > MAX_ALIAS_COUNT {
            Err(AliasFault::Excessive(*at))
        } else {
            Ok(())
        }
    }

    fn weight(&self, value: &Value) -> usize {
        match value {
            Value::Tagged(tagged) => match number_of(ALIAS, tagged) {
                Some(number) => self.resolved.get(number).copied().flatten().map_or(0, |index| {
                    let anchor = &self.anchors[index];
                    anchor.count.saturating_mul(anchor.weight.unwrap_or_default())
                }),
                None => self.weight(&tagged.value),
            },
            Value::Sequence(items) => items.iter().map(|item| self.weight(item)).max().unwrap_or_default(),
            Value::Mapping(map) => {
                let entries = map.iter().map(|(key, value)| self.weight(key).max(self.weight(value)));
                entries.max().unwrap_or_default()
            }
            _ => 1,
        }
    }
}

/// The number of the mark that a tag was written for.
fn number_of(kind: &str, tagged: &TaggedValue) -> Option<usize> {
    tagged.tag.to_string().strip_prefix(kind)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::AliasFault::{Excessive, WithinItself};
    use super::{excessive, fault};

    fn list(alias: &str, count: usize) -> String {
        format!("[{}]", vec![alias; count].join(", "))
    }

    #[test]
    fn a_hundred_aliases_of_one_anchor_are_too_many() {
        let with = |count| excessive(&format!("a: &a x\nb: {}\n", list("*a", count)));
        assert_eq!(with(99), None);
        assert_eq!(with(100), Some(Excessive(12 + 99 * 4)));
        let blocks = format!("a: &a\n  b: c\nd:\n{}", "  - *a\n".repeat(100));
        assert_eq!(excessive(&blocks), Some(Excessive(blocks.len() - 3)));
    }

    #[test]
    fn aliases_within_what_an_alias_stands_for_are_multiplied() {
        let nested = |inner, outer| {
            excessive(&format!("a: &a x\nb: &b {}\nc: {}\n", list("*a", inner), list("*b", outer))).is_some()
        };
        assert!(!nested(9, 9));
        assert!(nested(9, 10));
        let doubled = |n: usize| format!("a{n}: &a{n} {{k: *a{}}}\n", n - 1);
        let lines: Vec<_> = (1..=7).map(doubled).collect();
        assert!(excessive(&format!("a0: &a0 x\n{}", lines.concat())).is_some());
    }

    #[test]
    fn an_alias_within_what_it_stands_for_is_told() {
        assert_eq!(fault("a: &a [x, *a]\n"), Some(WithinItself(10)));
        assert_eq!(fault("a: &a x\nb: &a [*a]\n"), Some(WithinItself(15)));
        assert_eq!(fault("a: &a x\nb: [*a]\n"), None);
    }

    #[test]
    fn what_only_looks_like_an_alias_is_not_counted() {
        let prose = format!(
            "a: &a x\nb: |\n{}c: '{}' # {}\n",
            "  *a\n".repeat(200),
            "*a ".repeat(200),
            "*a ".repeat(200)
        );
        assert_eq!(excessive(&prose), None);
        let empty = format!("a: &a []\nb: {}\n", list("*a", 200));
        assert_eq!(excessive(&empty), None);
        let again = format!("a: &a x\nb: {}\nc: &a x\nd: {}\n", list("*a", 99), list("*a", 99));
        assert_eq!(excessive(&again), None);
    }
}
