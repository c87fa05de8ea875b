//! Text in UTF-16 units, in which JavaScript measures, cuts and indexes.
//!
//! A cut through a character outside the basic plane leaves U+FFFD for each half, as writing the halves to a
//! file would.

use std::rc::Rc;

/// The length in units.
pub(crate) fn len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The text from one unit offset to another; offsets beyond the end mean the end.
pub(crate) fn cut(text: &str, start: usize, end: usize) -> String {
    if text.is_ascii() {
        let end = end.min(text.len());
        return text.get(start..end).unwrap_or_default().to_owned();
    }
    let units: Vec<u16> = text.encode_utf16().skip(start).take(end.saturating_sub(start)).collect();
    String::from_utf16_lossy(&units)
}

/// The unit at an offset as text.
pub(crate) fn at(text: &str, index: usize) -> Option<String> {
    if text.is_ascii() {
        return text.get(index..=index).map(str::to_owned);
    }
    text.encode_utf16().nth(index).map(|unit| String::from_utf16_lossy(&[unit]))
}

/// The units, each as text of its own.
pub(crate) fn split(text: &str) -> Vec<Rc<str>> {
    text.encode_utf16().map(|unit| Rc::from(String::from_utf16_lossy(&[unit]))).collect()
}

/// The unit offset of a byte offset that lies on a character boundary.
pub(crate) fn offset_of(text: &str, byte: usize) -> usize {
    len(&text[..byte])
}

/// The byte offset of a unit offset, rounded up to a character boundary.
pub(crate) fn byte_of(text: &str, offset: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= offset {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// The text with its units in opposite order.
pub(crate) fn reversed(text: &str) -> String {
    let mut units: Vec<u16> = text.encode_utf16().collect();
    units.reverse();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_outside_the_basic_plane_has_two_units() {
        assert_eq!(len("a😀"), 3);
        assert_eq!(cut("a😀b", 1, 3), "😀");
        assert_eq!(cut("a😀b", 1, 2), "\u{fffd}");
        assert_eq!(byte_of("a😀b", 3), 5);
        assert_eq!(offset_of("a😀b", 5), 3);
    }
}
