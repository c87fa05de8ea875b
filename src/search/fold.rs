//! Folding: the form in which texts are compared. Lower case, accents of Latin letters removed, one
//! character for one character, so that a position in the folded text is a position in the text.

use std::borrow::Cow;

use nucleo::chars;

/// The text as it is compared: `Köln` becomes `koln`. Borrows when nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

fn fold_char(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { chars::to_lower_case(chars::normalize(c)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        assert_eq!(fold("Zahlungen KÖLN"), "zahlungen koln");
    }

    #[test]
    fn folded_text_is_borrowed() {
        assert!(matches!(fold("payments-api"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn a_position_in_the_folded_text_is_a_position_in_the_text(text in any::<String>()) {
            prop_assert_eq!(fold(&text).chars().count(), text.chars().count());
        }
    }
}
