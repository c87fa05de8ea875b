//! The blocks that MkDocs adds to Markdown, cut out of the text line by line: admonitions, tabs, details,
//! footnotes, abbreviations. What lies between them is plain Markdown. Knows nothing of inline marks.

use std::collections::BTreeSet;

use super::block::Block;
use super::fence::Fence;
use super::{AdmonitionKind, html};

/// Cells by which the body of an admonition, a tab or a footnote is indented.
const BODY_INDENT: usize = 4;

/// A stretch of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Markdown without any of these blocks.
    Markdown(&'a str),
    /// One of these blocks.
    Block(Block),
}

/// Cuts Markdown into its parts, each with the byte where it ends.
pub(super) fn cut(text: &str) -> Vec<(usize, Part<'_>)> {
    Cutter {
        text,
        at: 0,
        plain_from: 0,
        parts: Vec::new(),
        has_open_details: false,
        open_slashes: BTreeSet::new(),
    }
    .run()
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    plain_from: usize,
    parts: Vec<(usize, Part<'a>)>,
    /// Whether a `<details>` was met that nothing closes: then no later one is looked for, or a page of
    /// them would take quadratic time.
    has_open_details: bool,
    /// The same for `///`: the counts of slashes that nothing closes.
    open_slashes: BTreeSet<usize>,
}

impl<'a> Cutter<'a> {
    fn run(mut self) -> Vec<(usize, Part<'a>)> {
        let mut fence: Option<Fence> = None;
        let mut in_comment = false;
        while self.at < self.text.len() {
            let line = self.line_at(self.at);
            let start = self.at;
            if let Some(open) = fence {
                self.at += line.len();
                if open.is_left_by(line) {
                    fence = None;
                    self.at = start;
                } else if open.is_closed_by(line) {
                    fence = None;
                }
            } else if in_comment || opens_comment(line) {
                in_comment = !line.contains("-->");
                self.at += line.len();
            } else if let Some(open) = Fence::open(line) {
                fence = Some(open);
                self.at += line.len();
            } else if let Some((block, end)) = self.block_at(start, line) {
                self.end_plain(start);
                self.parts.push((end, Part::Block(block)));
                self.at = end;
                self.plain_from = end;
            } else if is_markdown_tag(line) {
                self.end_plain(start);
                self.at += line.len();
                self.plain_from = self.at;
            } else {
                self.at += line.len();
            }
        }
        self.end_plain(self.text.len());
        self.parts
    }

    fn end_plain(&mut self, end: usize) {
        let plain = &self.text[self.plain_from..end];
        if !plain.trim().is_empty() {
            self.parts.push((end, Part::Markdown(plain)));
        }
    }

    fn line_at(&self, at: usize) -> &'a str {
        let rest = &self.text[at..];
        &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)]
    }

    /// The block that begins with a line, and the byte where it ends.
    fn block_at(&mut self, start: usize, line: &'a str) -> Option<(Block, usize)> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent > 3 {
            return None;
        }
        let mark = line.trim();
        let after = start + line.len();
        match mark.as_bytes().first()? {
            b'!' | b'?' => {
                let (kind, title) = admonition(mark)?;
                let (body, end) = self.body(after, indent);
                Some((Block::Admonition { kind, title, body }, end))
            }
            b'=' => self.tabs(start, indent),
            b'/' => self.slashes(after, mark),
            b'<' => self.details(start, line),
            b'*' => {
                let (short, long) = mark.strip_prefix("*[")?.split_once("]:")?;
                let (short, long) = (short.trim().to_owned(), long.trim().to_owned());
                (!short.is_empty()).then_some((Block::Abbreviation { short, long }, after))
            }
            b'[' if mark.eq_ignore_ascii_case("[toc]") => Some((Block::Contents, after)),
            b'[' => {
                let (label, first) = mark.strip_prefix("[^")?.split_once("]:")?;
                if label.is_empty() || label.contains(['[', ']', ' ']) {
                    return None;
                }
                let (rest, end) = self.body(after, 0);
                let body = format!("{}\n{rest}", first.trim());
                Some((Block::Footnote { label: label.to_owned(), body }, end))
            }
            b'-' | b';' => {
                let file = mark.trim_start_matches(';').strip_prefix("--8<--")?.trim().trim_matches('"');
                // A page is read without any other file.
                let notice = format!("[MkDocs puts the file {file} here]");
                (!file.is_empty()).then_some((Block::Notice(notice), after))
            }
            _ => None,
        }
    }

    /// The lines from a byte on that are indented deep enough to belong to the mark above, without that
    /// indent, and the byte where they end.
    fn body(&self, from: usize, indent: usize) -> (String, usize) {
        let indent = indent + BODY_INDENT;
        let (mut body, mut at, mut end) = (String::new(), from, from);
        let mut blank_lines = 0;
        while at < self.text.len() {
            let line = self.line_at(at);
            at += line.len();
            if line.trim().is_empty() {
                blank_lines += 1;
                continue;
            }
            if !line.as_bytes().iter().take(indent).all(|&b| b == b' ') || line.len() <= indent {
                break;
            }
            body.extend(std::iter::repeat_n('\n', blank_lines));
            blank_lines = 0;
            body.push_str(&line[indent..]);
            end = at;
        }
        (body, end)
    }

    fn tabs(&self, start: usize, indent: usize) -> Option<(Block, usize)> {
        let (mut tabs, mut at, mut end) = (Vec::new(), start, start);
        loop {
            let line = self.line_at(at);
            if line.is_empty() {
                break;
            }
            if line.trim().is_empty() && !tabs.is_empty() {
                at += line.len();
                continue;
            }
            let Some(title) = tab_title(line.trim()) else { break };
            let (body, after) = self.body(at + line.len(), indent);
            tabs.push((title.to_owned(), body));
            (at, end) = (after, after);
        }
        (!tabs.is_empty()).then_some((Block::Tabs(tabs), end))
    }

    /// `/// note | Title` up to `///`, the other way to write these blocks.
    fn slashes(&mut self, from: usize, mark: &str) -> Option<(Block, usize)> {
        let head = mark.trim_start_matches('/');
        let slashes = mark.len() - head.len();
        if slashes < 3 || self.open_slashes.contains(&slashes) || head.trim().is_empty() {
            return None;
        }
        let (word, title) = match head.split_once('|') {
            Some((word, title)) => (word.trim(), Some(title.trim().to_owned())),
            None => (head.trim(), None),
        };
        let kind = AdmonitionKind::parse(word);
        if kind.is_none() && !matches!(word, "admonition" | "details" | "tab") {
            return None;
        }
        let (mut at, mut end) = (from, None);
        while at < self.text.len() {
            let line = self.line_at(at);
            if line.trim().len() == slashes && line.trim().bytes().all(|b| b == b'/') {
                end = Some((at, at + line.len()));
                break;
            }
            at += line.len();
        }
        if end.is_none() {
            self.open_slashes.insert(slashes);
        }
        let (body_end, end) = end?;
        let body = self.text[from..body_end].to_owned();
        let block = match (kind, word) {
            (_, "tab") => Block::Tabs(vec![(title.unwrap_or_default(), body)]),
            (_, "details") => Block::Details { summary: title.unwrap_or_default(), body },
            (kind, _) => Block::Admonition {
                kind: kind.unwrap_or(AdmonitionKind::Note),
                title: Some(title.unwrap_or_else(|| capitalised(word))),
                body,
            },
        };
        Some((block, end))
    }

    /// `<details>` up to the `</details>` that closes it; its body is Markdown again.
    fn details(&mut self, start: usize, line: &str) -> Option<(Block, usize)> {
        if self.has_open_details || !html::opens(line.trim_start(), "details") {
            return None;
        }
        let (mut at, mut open) = (start, 0_usize);
        while at < self.text.len() {
            let line = self.line_at(at);
            at += line.len();
            open += line.matches("<details").count();
            open = open.saturating_sub(line.matches("</details").count());
            if open == 0 {
                let (summary, body) = html::split_details(&self.text[start..at]);
                return Some((Block::Details { summary, body }, at));
            }
        }
        self.has_open_details = true;
        None
    }
}

fn opens_comment(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    line.len() - text.len() <= 3 && text.starts_with("<!--")
}

/// Whether a line is a tag with the attribute `markdown`, whose content is Markdown again.
fn is_markdown_tag(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('<')
        && line.ends_with('>')
        && line.matches('<').count() == 1
        && line.trim_end_matches('>').split_whitespace().skip(1).any(|attribute| {
            attribute == "markdown" || attribute.starts_with("markdown=") || attribute == "md-in-html"
        })
}

/// `!!! warning "Title"`, `??? note`, `???+ note`: the kind and the title of an admonition.
fn admonition(mark: &str) -> Option<(AdmonitionKind, Option<String>)> {
    let rest = mark.strip_prefix("!!!").or_else(|| mark.strip_prefix("???+")).or(mark.strip_prefix("???"))?;
    let (words, title) = match rest.split_once('"') {
        Some((words, title)) => (words, Some(title.trim_end().strip_suffix('"')?)),
        None => (rest, None),
    };
    let is_class = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let mut words = words.split_whitespace();
    let word = words.next().filter(|word| is_class(word));
    if !words.all(is_class) {
        return None;
    }
    let kind = word.and_then(AdmonitionKind::parse).unwrap_or(AdmonitionKind::Note);
    match (word, title) {
        (None, None) => None,
        (_, Some("")) => Some((kind, None)),
        (_, Some(title)) => Some((kind, Some(title.to_owned()))),
        (Some(word), None) => Some((kind, Some(capitalised(word)))),
    }
}

fn tab_title(mark: &str) -> Option<&str> {
    let rest = mark.strip_prefix("===")?;
    let rest = rest.strip_prefix(['!', '+']).unwrap_or(rest);
    rest.strip_prefix(' ')?.trim().strip_prefix('"')?.strip_suffix('"')
}

/// A word as a title: its first letter large, the others small.
pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Part<'_>> {
        cut(text).into_iter().map(|(_, part)| part).collect()
    }

    fn note(title: Option<&str>, body: &str) -> Part<'static> {
        let (kind, title) = (AdmonitionKind::Note, title.map(str::to_owned));
        Part::Block(Block::Admonition { kind, title, body: body.to_owned() })
    }

    #[test]
    fn an_admonition_ends_where_its_indent_ends() {
        assert_eq!(
            blocks("!!! note\n    a\n\n    b\n\nafter\n"),
            [note(Some("Note"), "a\n\nb\n"), Part::Markdown("\nafter\n")]
        );
    }

    #[test]
    fn an_empty_title_leaves_the_title_out() {
        assert_eq!(blocks("??? note \"\"\n    a\n"), [note(None, "a\n")]);
    }

    #[test]
    fn three_blanks_are_not_the_body() {
        assert_eq!(blocks("!!! note\n   a\n"), [note(Some("Note"), ""), Part::Markdown("   a\n")]);
    }

    #[test]
    fn marks_inside_of_a_fence_are_code() {
        let text = "```\n!!! note\n    a\n```\n";
        assert_eq!(blocks(text), [Part::Markdown(text)]);
    }

    #[test]
    fn tabs_that_follow_each_other_are_one_set() {
        let tabs = vec![("A".to_owned(), "\na\n".to_owned()), ("B".to_owned(), "b\n".to_owned())];
        assert_eq!(blocks("=== \"A\"\n\n    a\n\n=== \"B\"\n    b\n"), [Part::Block(Block::Tabs(tabs))]);
    }

    #[test]
    fn details_hold_markdown() {
        let details = Block::Details { summary: "More".to_owned(), body: "\n\n**x**\n\n".to_owned() };
        assert_eq!(
            blocks("<details>\n<summary>More</summary>\n\n**x**\n\n</details>\n"),
            [Part::Block(details)]
        );
    }

    #[test]
    fn blocks_that_nothing_closes_are_text_and_looked_for_once() {
        let text = "/// note\n<details>\n//// tip\n".repeat(20_000);
        assert_eq!(blocks(&text), [Part::Markdown(&text)]);
    }

    #[test]
    fn an_exclamation_is_not_an_admonition() {
        assert_eq!(blocks("!!! Really? Yes.\n"), [Part::Markdown("!!! Really? Yes.\n")]);
    }
}
