//! Numbers for people. Pure.

use std::borrow::Cow;

/// A number with separators between its thousands.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something, as the portal shows it: `1 file`, `2,000 entities`.
pub fn counted(number: usize, one: &str) -> String {
    format!("{} {}", thousands(number), noun(number as u64, one))
}

/// The noun behind a number, given for one: `entity` or `entities`, `file` or `files`.
pub(crate) fn noun(number: u64, one: &str) -> Cow<'_, str> {
    if number == 1 {
        return one.into();
    }
    match one.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies").into(),
        None => format!("{one}s").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 4310, 1_000_000].map(thousands), ["0", "999", "4,310", "1,000,000"]);
    }

    #[test]
    fn a_noun_goes_with_its_number() {
        assert_eq!([0, 1, 2].map(|number| noun(number, "entity")), ["entities", "entity", "entities"]);
        assert_eq!([1, 5].map(|number| noun(number, "key")), ["key", "keys"]);
        assert_eq!(counted(4310, "repository"), "4,310 repositories");
    }
}
