//! Addresses by the WHATWG rules, which are those of Backstage and of browsers.

use url::Url;

/// Whether a text is an absolute address: `https://example.com`, `mailto:x`, but not `/x` or `x`.
pub fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok()
}

/// Whether a text is an address that runs a script, however it is disguised with blanks and line breaks.
pub fn is_script(text: &str) -> bool {
    let mut rest =
        text.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\r' | '\n' | '\t'));
    "javascript:".chars().all(|wanted| rest.next().is_some_and(|c| c.eq_ignore_ascii_case(&wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_what_the_scheme_needs() {
        assert!(is_url("https://a.b") && is_url("a:b"));
        assert!(!is_url("x") && !is_url("/x") && !is_url("http://") && !is_url("https://a b"));
    }

    #[test]
    fn scripts_are_known_in_disguise() {
        assert!(is_script("javascript:alert(1)") && is_script(" \u{1}JAVA\tscr\nipt\r:x"));
        assert!(!is_script("https://javascript:x") && !is_script("javascripts:x"));
    }
}
