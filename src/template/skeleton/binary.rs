//! Whether bytes are text that can be rendered, decided as Backstage decides it, by their beginning.

/// Bytes that are looked at.
const LOOKED_AT: usize = 512;

/// Share of odd bytes, in percent, above which content is binary.
const MOST_ODD: usize = 10;

/// Bytes before which the share says nothing.
const LEAST_LOOKED_AT: usize = 32;

/// Byte order marks of text that holds NUL.
const MARKS: &[&[u8]] = &[
    &[0xef, 0xbb, 0xbf],
    &[0, 0, 0xfe, 0xff],
    &[0xff, 0xfe, 0, 0],
    &[0x84, 0x31, 0x95, 0x33],
    &[0xfe, 0xff],
    &[0xff, 0xfe],
];

/// Whether content is binary and is therefore copied, not rendered.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    if MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return false;
    }
    if bytes.starts_with(b"%PDF-") {
        return true;
    }
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let mut odd = 0;
    let mut at = 0;
    while let Some(&byte) = head.get(at) {
        at += 1;
        if byte == 0 {
            return true;
        }
        let plain = (7..=14).contains(&byte) || (32..=127).contains(&byte);
        if plain {
            continue;
        }
        let followers = followers(byte);
        let rest = head.get(at..at + followers).unwrap_or_default();
        if followers > 0 && rest.len() == followers && rest.iter().all(|b| (0x80..=0xbf).contains(b)) {
            at += followers;
            continue;
        }
        odd += 1;
        if at > LEAST_LOOKED_AT && odd * 100 / head.len() > MOST_ODD {
            return true;
        }
    }
    !head.is_empty() && odd * 100 / head.len() > MOST_ODD
}

/// Bytes that follow the first of a UTF-8 sequence.
fn followers(first: u8) -> usize {
    match first {
        0xc0..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf7 => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_script_is_text() {
        assert!(!is_binary(b""));
        assert!(!is_binary("Zahlungen für Köln 漢字 👩".as_bytes()));
        assert!(!is_binary(b"a\r\n\tb"));
    }

    #[test]
    fn zero_bytes_documents_and_noise_are_binary() {
        assert!(is_binary(&[0, 1, 2, 0xff]));
        assert!(is_binary(b"%PDF-1.7 text"));
        assert!(is_binary(&[0xff; 40]));
    }
}
