//! The little HTML that Markdown pages hold: which tags are markup, and what their text is. A tag that HTML
//! does not know, such as `<name>` in prose, is text. Nothing here loads or runs anything.

use std::borrow::Cow;

/// Tags that are taken as markup. Everything else in angle brackets is what a writer wanted to be read.
const KNOWN: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
];

/// Longest tag that is looked at, in bytes; a longer one is text. Data addresses of images are longer, and
/// their tags are cut by the parser already.
const MAX_TAG: usize = 64 * 1024;

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    name: &'a str,
    /// Whether it is `</name>`.
    pub(super) is_closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag that a text is as a whole, where HTML knows it.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('<')?.strip_suffix('>')?;
        if inner.len() > MAX_TAG {
            return None;
        }
        let (inner, is_closing) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(end);
        let tag = Self { name, is_closing, attributes };
        let is_known = KNOWN.iter().any(|known| tag.is(known));
        // `<source>` or `<label>` without attributes are more often a writer's placeholder than markup.
        let is_placeholder =
            matches!(name, "source" | "label" | "input" | "button" | "col" | "font" | "abbr")
                && attributes.trim_matches(['/', ' ']).is_empty()
                && !is_closing;
        (is_known && !is_placeholder).then_some(tag)
    }

    /// Whether its name is this one.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether its name is one of these.
    pub(super) fn is_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is(name))
    }

    /// The level of a heading tag.
    pub(super) fn heading(&self) -> Option<u8> {
        let level = self.name.strip_prefix(['h', 'H'])?.parse().ok()?;
        (1..=6).contains(&level).then_some(level)
    }

    /// The value of an attribute, its entities decoded.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c == '=' || c.is_whitespace())?;
            let (key, after) = rest.split_at(end);
            let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
                rest = after;
                continue;
            };
            let (value, after) = match value.chars().next()? {
                quote @ ('"' | '\'') => value[1..].split_once(quote)?,
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(decode(value).into_owned());
            }
            rest = after;
        }
    }
}

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, its entities not decoded yet.
    Text(&'a str),
    /// Something in angle brackets, perhaps a tag.
    Tag(&'a str),
}

/// HTML as text and tags; comments, declarations, scripts and styles are left out.
pub(super) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        if open > 0 {
            tokens.push(Token::Text(&rest[..open]));
        }
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        // A `<` before the next `>` means that this one is text.
        let end = rest[1..].find(['<', '>']).map(|end| end + 1).filter(|&end| rest.as_bytes()[end] == b'>');
        let Some(end) = end else {
            tokens.push(Token::Text("<"));
            rest = &rest[1..];
            continue;
        };
        let (tag, after) = rest.split_at(end + 1);
        rest = after;
        if tag.starts_with("<!") || tag.starts_with("<?") {
            continue;
        }
        if let Some(hidden) = ["script", "style"].into_iter().find(|name| opens(tag, name)) {
            let close = format!("</{hidden}>");
            rest = rest.find(&close).map_or("", |end| &rest[end + close.len()..]);
            continue;
        }
        tokens.push(Token::Tag(tag));
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest));
    }
    tokens
}

/// Whether a text begins with the opening tag of a name.
pub(super) fn opens(text: &str, name: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| {
        rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
            && rest[name.len()..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace())
    })
}

/// The summary and the body of a whole `<details>` element.
pub(super) fn split_details(element: &str) -> (String, String) {
    let inner = element.trim_start().find('>').map_or("", |end| &element.trim_start()[end + 1..]);
    let inner = inner.rfind("</details").map_or(inner, |end| &inner[..end]);
    let Some((before, rest)) = inner.split_once("<summary") else {
        return ("Details".to_owned(), unindented(inner));
    };
    let rest = rest.split_once('>').map_or("", |(_, rest)| rest);
    let (summary, body) = rest.split_once("</summary>").unwrap_or((rest, ""));
    (summary.trim().to_owned(), unindented(&format!("{}{}", before.trim_start(), body)))
}

/// Lines without the indent that all of them have.
fn unindented(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    text.split_inclusive('\n').map(|line| line.get(indent..).unwrap_or("\n")).collect()
}

/// Text with its entities decoded. Make it safe afterwards: an entity can be a control character.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest name below has six letters, the longest number eight signs.
        let head = &rest.as_bytes()[1..rest.len().min(12)];
        let entity = head.iter().position(|&b| b == b';').map(|end| (&rest[1..=end], end + 2));
        if let Some((c, length)) = entity.and_then(|(name, length)| Some((character(name)?, length))) {
            decoded.push(c);
            rest = &rest[length..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(char::from_u32(code).filter(|&c| c != '\0').unwrap_or('\u{fffd}'));
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "times" => '×',
        "rarr" => '→',
        "larr" => '←',
        "check" => '✓',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_brackets_is_text_and_a_tag_is_markup() {
        assert_eq!(Tag::parse("<name>"), None);
        assert_eq!(Tag::parse("<version>"), None);
        assert!(Tag::parse("<br/>").is_some_and(|tag| tag.is("br")));
        assert!(Tag::parse("</KBD>").is_some_and(|tag| tag.is("kbd") && tag.is_closing));
    }

    #[test]
    fn attributes_are_found_with_and_without_quotes() {
        let tag = Tag::parse("<img hidden src=a.png alt='A &amp; B' title=\"x y\"/>").unwrap();
        assert_eq!(tag.attribute("src").as_deref(), Some("a.png"));
        assert_eq!(tag.attribute("alt").as_deref(), Some("A & B"));
        assert_eq!(tag.attribute("title").as_deref(), Some("x y"));
        assert_eq!(tag.attribute("href"), None);
    }

    #[test]
    fn comments_and_scripts_are_left_out() {
        assert_eq!(
            tokens("a<!-- b --><script>c()</script> < d"),
            [Token::Text("a"), Token::Text(" "), Token::Text("<"), Token::Text(" d")]
        );
    }

    #[test]
    fn entities_are_decoded_and_unknown_ones_stay() {
        assert_eq!(decode("a &lt;b&gt; &#65;&#x42; &bogus; & &#0;"), "a <b> AB &bogus; & \u{fffd}");
    }
}
