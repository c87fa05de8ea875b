//! Signs that stand for others: arrows, fractions, emoji, keys, small digits; and addresses without brackets.

/// Longest bare address, in bytes. A longer one is text.
const MAX_ADDRESS: usize = 4000;

/// Whether a byte can begin one of the marks of [`extras`](super::extras) or of this file.
pub(super) fn may_mean(byte: u8) -> bool {
    matches!(
        byte,
        b'=' | b'^' | b'+' | b'~' | b'{' | b'-' | b'<' | b'[' | b':' | b'(' | b'@' | b'h' | b'w' | b'f' | b'1'
            ..=b'7'
    )
}

const SIGNS: [(&str, &str); 9] = [
    ("<-->", "↔"),
    ("-->", "→"),
    ("<--", "←"),
    ("=/=", "≠"),
    ("+/-", "±"),
    ("(c)", "©"),
    ("(r)", "®"),
    ("(tm)", "™"),
    ("(C)", "©"),
];

const FRACTIONS: [(&str, &str); 12] = [
    ("1/2", "½"),
    ("1/4", "¼"),
    ("3/4", "¾"),
    ("1/3", "⅓"),
    ("2/3", "⅔"),
    ("1/5", "⅕"),
    ("2/5", "⅖"),
    ("3/5", "⅗"),
    ("4/5", "⅘"),
    ("1/6", "⅙"),
    ("5/6", "⅚"),
    ("7/8", "⅞"),
];

/// Emoji by name, as far as docs use them.
const EMOJI: [(&str, &str); 48] = [
    ("+1", "👍"),
    ("-1", "👎"),
    ("arrow_right", "➡"),
    ("bangbang", "‼"),
    ("bell", "🔔"),
    ("book", "📖"),
    ("books", "📚"),
    ("boom", "💥"),
    ("bug", "🐛"),
    ("bulb", "💡"),
    ("calendar", "📅"),
    ("chart_with_upwards_trend", "📈"),
    ("clipboard", "📋"),
    ("cloud", "☁"),
    ("construction", "🚧"),
    ("dart", "🎯"),
    ("exclamation", "❗"),
    ("eyes", "👀"),
    ("fire", "🔥"),
    ("gear", "⚙"),
    ("grin", "😁"),
    ("heart", "❤"),
    ("heavy_check_mark", "✔"),
    ("heavy_exclamation_mark", "❗"),
    ("information_source", "ℹ"),
    ("key", "🔑"),
    ("link", "🔗"),
    ("lock", "🔒"),
    ("mag", "🔍"),
    ("memo", "📝"),
    ("no_entry", "⛔"),
    ("package", "📦"),
    ("pencil", "📝"),
    ("point_right", "👉"),
    ("pushpin", "📌"),
    ("question", "❓"),
    ("rocket", "🚀"),
    ("rotating_light", "🚨"),
    ("smile", "😄"),
    ("smiley", "😃"),
    ("sparkles", "✨"),
    ("star", "⭐"),
    ("tada", "🎉"),
    ("thumbsup", "👍"),
    ("warning", "⚠"),
    ("wave", "👋"),
    ("white_check_mark", "✅"),
    ("x", "❌"),
];

/// The sign that a text begins with: its length in bytes and what is shown for it.
pub(super) fn symbol(rest: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    match rest.as_bytes()[0] {
        b':' => emoji(rest),
        b'1'..=b'7' => {
            let &(sign, shown) = FRACTIONS.iter().find(|(sign, _)| rest.starts_with(sign))?;
            let borders =
                |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '.' | '-'));
            let after = rest[sign.len()..].chars().next();
            let is_free =
                borders(before) && (borders(after) || (after == Some('.') && rest.len() == sign.len() + 1));
            is_free.then_some((sign.len(), shown))
        }
        _ => {
            let &(sign, shown) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
            // `--->` and `----` are drawings, `--}` closes a mark.
            let is_run = before == Some('-') || rest[sign.len()..].starts_with(['-', '>']);
            (!is_run).then_some((sign.len(), shown))
        }
    }
}

fn emoji(rest: &str) -> Option<(usize, &'static str)> {
    let end = rest.bytes().skip(1).take(64).position(|b| b == b':')? + 1;
    let name = &rest[1..end];
    if let Some((_, shown)) = EMOJI.iter().find(|(known, _)| *known == name) {
        return Some((end + 1, shown));
    }
    // Icons of a browser's theme have no letter.
    let is_icon =
        ["material-", "fontawesome-", "octicons-", "simple-"].iter().any(|set| name.starts_with(set));
    is_icon.then_some((end + 1, ""))
}

/// The length of an address that a text begins with.
pub(super) fn address(rest: &str, before: Option<char>) -> Option<usize> {
    let scheme =
        ["https://", "http://", "ftp://", "www."].into_iter().find(|scheme| rest.starts_with(scheme))?;
    if before.is_some_and(|c| c.is_alphanumeric() || c == '/') {
        return None;
    }
    let end = rest
        .bytes()
        .take(MAX_ADDRESS)
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'<' | b'>' | b'"'));
    let mut address = match end {
        Some(end) => &rest[..end],
        None if rest.len() < MAX_ADDRESS => rest,
        None => return None,
    };
    loop {
        let open = address.matches('(').count();
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '`']);
        let shorter = match shorter.strip_suffix([')', ']']) {
            Some(inner) if open < shorter.matches(')').count() || shorter.ends_with(']') => inner,
            _ => shorter,
        };
        if shorter.len() == address.len() {
            break;
        }
        address = shorter;
    }
    (address.len() > scheme.len()).then_some(address.len())
}

/// A mail address around an `@` that a text begins with: bytes of its name before, and bytes from `@` on.
pub(super) fn mail(before: &str, rest: &str) -> Option<(usize, usize)> {
    let host = rest.strip_prefix('@')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let name = before.len() - before.trim_end_matches(is_name).len();
    let end =
        host.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).unwrap_or(host.len());
    let host = host[..end].trim_end_matches(['.', '-']);
    let is_host = host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty());
    (name > 0 && is_host).then_some((name, host.len() + 1))
}

/// Digits below the line, where there are such; else `_x`.
pub(super) fn subscript(text: &str) -> String {
    small(text, '_', |c| match c {
        '0'..='9' => char::from_u32('₀' as u32 + c as u32 - '0' as u32),
        '+' => Some('₊'),
        '-' => Some('₋'),
        _ => None,
    })
}

/// Digits above the line, where there are such; else `^x`.
pub(super) fn superscript(text: &str) -> String {
    small(text, '^', |c| match c {
        '1' => Some('¹'),
        '2' => Some('²'),
        '3' => Some('³'),
        '0' | '4'..='9' => char::from_u32('⁰' as u32 + c as u32 - '0' as u32),
        '+' => Some('⁺'),
        '-' => Some('⁻'),
        'n' => Some('ⁿ'),
        _ => None,
    })
}

fn small(text: &str, mark: char, sign: impl Fn(char) -> Option<char>) -> String {
    let signs: Option<String> = text.chars().map(sign).collect();
    signs.unwrap_or_else(|| format!("{mark}{text}"))
}

/// `ctrl+alt+del` as keys are written on their caps.
pub(super) fn keys(text: &str) -> String {
    text.split('+').map(super::container::capitalised).collect::<Vec<_>>().join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_before_the_sentence_does() {
        let length = |text: &str| address(text, None).map(|length| text[..length].to_owned());
        assert_eq!(length("https://e.org/x, mail").as_deref(), Some("https://e.org/x"));
        assert_eq!(length("https://e.org/a_(b)). x").as_deref(), Some("https://e.org/a_(b)"));
        assert_eq!(length("https://").as_deref(), None);
        assert_eq!(address("http://x", Some('a')), None);
    }

    #[test]
    fn a_date_is_not_a_fraction() {
        assert_eq!(symbol("1/2 cup", None), Some((3, "½")));
        assert_eq!(symbol("1/2/2024", None), None);
        assert_eq!(symbol("1/24", None), None);
    }

    #[test]
    fn small_digits_are_digits_and_words_keep_a_mark() {
        assert_eq!(subscript("2"), "₂");
        assert_eq!(superscript("10"), "¹⁰");
        assert_eq!(superscript("th"), "^th");
    }
}
