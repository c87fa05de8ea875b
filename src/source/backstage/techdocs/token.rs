//! HTML as text and tags, in one pass over it whatever it holds. Comments and declarations are left out.
//!
//! The parsers of browsers that there are compare each attribute of a tag with all before it, and open
//! elements again and again; a page of two megabytes can keep them busy for hours.

/// Attributes of a tag that are looked at.
const MAX_ATTRIBUTES: usize = 100;

/// Elements between whose tags nothing is a tag.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"];

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, its entities not decoded yet.
    Text(&'a str),
    /// The beginning of an element: its name in small letters and what stands behind it.
    Start(String, &'a str),
    /// The end of an element.
    End(String),
}

/// The pieces of a page.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The element whose text holds no tags.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    /// The pieces of a page.
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html, raw: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Skips what ends with a text; everything where it never ends.
    fn skip(&mut self, from: usize, end: &str) {
        let length = self.rest[from..].find(end).map_or(self.rest.len(), |at| from + at + end.len());
        self.take(length);
    }

    fn tag(&mut self, is_end: bool) -> Option<Token<'a>> {
        let from = if is_end { 2 } else { 1 };
        let name =
            self.rest[from..].split(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).next();
        let name = name.unwrap_or_default();
        let behind = from + name.len();
        let Some(end) = tag_end(&self.rest[behind..]) else {
            // A tag that never ends is none, and nothing follows it.
            self.rest = "";
            return None;
        };
        let name = name.to_ascii_lowercase();
        let inner = &self.take(behind + end + 1)[behind..behind + end];
        if is_end {
            return Some(Token::End(name));
        }
        if RAW.contains(&name.as_str()) {
            self.raw = Some(name.clone());
        }
        Some(Token::Start(name, inner))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            let is_end = |at: usize| {
                let word = self.rest.as_bytes().get(at + 2..at + 2 + name.len());
                word.is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
            };
            let end = self.rest.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at));
            return Some(Token::Text(self.take(end.unwrap_or(self.rest.len()))));
        }
        while !self.rest.is_empty() {
            let is_letter = |at: usize| self.rest.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
            let text = self.rest.find('<').unwrap_or(self.rest.len());
            if text > 0 {
                return Some(Token::Text(self.take(text)));
            } else if is_letter(1) {
                return self.tag(false);
            } else if self.rest.starts_with("</") && is_letter(2) {
                return self.tag(true);
            } else if self.rest.starts_with("<!--") {
                self.skip(4, "-->");
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.skip(2, ">");
            } else {
                return Some(Token::Text(self.take(1)));
            }
        }
        None
    }
}

/// Where a tag ends, from behind its name on. What is quoted does not end it.
fn tag_end(text: &str) -> Option<usize> {
    let (mut quote, mut is_value) = (None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if is_value => quote = Some(byte),
            (None, _) if byte.is_ascii_whitespace() => continue,
            _ => {}
        }
        is_value = byte == b'=' && quote.is_none();
    }
    None
}

/// The attributes of a tag: names, and values whose entities are not decoded yet.
pub(super) fn attributes(inner: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = inner;
    let next = move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end =
            rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
            rest = after;
            return (!name.is_empty()).then_some((name, ""));
        };
        let value = value.trim_ascii_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        rest = after;
        Some((name, value))
    };
    std::iter::from_fn(next).take(MAX_ATTRIBUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start<'a>(name: &str, inner: &'a str) -> Token<'a> {
        Token::Start(name.to_owned(), inner)
    }

    fn read(html: &str) -> Vec<Token<'_>> {
        Tokens::new(html).collect()
    }

    #[test]
    fn tags_and_text_are_told_apart() {
        assert_eq!(
            read("a<B c='>'>d</b >"),
            [Token::Text("a"), start("b", " c='>'"), Token::Text("d"), Token::End("b".to_owned())]
        );
        assert_eq!(
            read("1 < 2 <3"),
            [Token::Text("1 "), Token::Text("<"), Token::Text(" 2 "), Token::Text("<"), Token::Text("3")]
        );
        assert_eq!(read("a<!-- <b> --><!doctype c><?d?>e"), [Token::Text("a"), Token::Text("e")]);
        assert_eq!(read("<script>a<b></SCRIPT>c").last(), Some(&Token::Text("c")));
        for open in ["a<b c='", "a<!-- b", "a<b ", "a<script>b"] {
            assert_eq!(read(open)[0], Token::Text("a"), "{open}");
        }
    }

    #[test]
    fn attributes_come_in_all_ways_to_write_them() {
        let found: Vec<_> = attributes(" a b=c d = 'e \"f' g=\"h\"i/j=/k/ =x").collect();
        let wanted = [("a", ""), ("b", "c"), ("d", "e \"f"), ("g", "h"), ("i", ""), ("j", "/k/"), ("", "x")];
        assert_eq!(found, wanted);
        assert_eq!(attributes(&" x=y".repeat(1_000)).count(), MAX_ATTRIBUTES);
    }
}
