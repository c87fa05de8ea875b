//! Running text of a page as Markdown: one paragraph, its blanks collapsed, what could be a mark escaped.

use super::link::Links;
use super::tree::{Element, Node};

/// Running text as Markdown.
pub(super) fn inline(nodes: &[Node], links: &Links<'_>) -> String {
    let mut writer = Writer { out: String::new(), links, breaks: Breaks::Kept };
    writer.nodes(nodes);
    writer.finish()
}

/// Running text as a single line of Markdown, for headings and cells.
pub(super) fn line(nodes: &[Node], links: &Links<'_>) -> String {
    let mut writer = Writer { out: String::new(), links, breaks: Breaks::AsBlanks };
    writer.nodes(nodes);
    writer.finish()
}

/// Code with as many backticks around it as it needs.
pub(super) fn fence(code: &str, fewest: usize) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(fewest.max(longest + 1))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Kept,
    AsBlanks,
}

struct Writer<'a> {
    out: String,
    links: &'a Links<'a>,
    breaks: Breaks,
}

impl Writer<'_> {
    fn finish(self) -> String {
        let text = self.out.trim_end_matches([' ', '\n', '\\']);
        // A backslash at the end is a break that nothing follows, unless another one escapes it.
        let escapes = self.out[text.len()..].chars().take_while(|c| *c == '\\').count();
        let kept = if self.out[text.len() + escapes..].starts_with('\n') { escapes - 1 } else { escapes };
        guarded(&self.out[..text.len() + kept])
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        match element.name.as_str() {
            "strong" | "b" => self.marked("**", element),
            "em" | "i" => self.marked("*", element),
            "del" | "s" | "strike" => self.marked("~~", element),
            "mark" => self.marked("==", element),
            "code" | "kbd" | "samp" | "tt" | "pre" => self.code(&element.line()),
            "a" => self.link(element),
            "img" => self.image(element),
            "br" if self.breaks == Breaks::Kept => {
                self.trim();
                if !self.out.is_empty() {
                    self.out.push_str("\\\n");
                }
            }
            "br" => self.blank(),
            "input" if element.attribute("checked").is_some() => self.out.push_str("[x] "),
            "input" => self.out.push_str("[ ] "),
            "sup" if element.find(&|it| it.has_class("footnote-ref")).is_some() => {
                let label = footnote_label(element.attribute("id").unwrap_or_default());
                self.push(&["[^", &label, "]"]);
            }
            _ if element.is_inline() => self.nodes(&element.children),
            _ => {
                // A block within a line, such as a paragraph in a cell.
                self.blank();
                self.nodes(&element.children);
                self.blank();
            }
        }
    }

    /// Text between marks, which stand close to it.
    fn marked(&mut self, mark: &str, element: &Element) {
        let inner = line(&element.children, self.links);
        if inner.is_empty() {
            return self.blank_of(element);
        }
        if element.text().starts_with(char::is_whitespace) {
            self.blank();
        }
        self.push(&[mark, &inner, mark]);
        if element.text().ends_with(char::is_whitespace) {
            self.blank();
        }
    }

    fn blank_of(&mut self, element: &Element) {
        if !element.text().is_empty() {
            self.blank();
        }
    }

    fn code(&mut self, code: &str) {
        if code.is_empty() {
            return;
        }
        let fence = fence(code, 1);
        let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
        self.push(&[&fence, pad, code, pad, &fence]);
    }

    fn link(&mut self, element: &Element) {
        let Some(target) = element.attribute("href").and_then(|href| self.links.target(href)) else {
            return self.nodes(&element.children);
        };
        // Without a label nobody sees it.
        let label = line(&element.children, self.links);
        if !label.is_empty() {
            self.push(&["[", &label, "](", &target, ")"]);
        }
    }

    fn image(&mut self, element: &Element) {
        let alt = element.attribute("alt").unwrap_or_default();
        let is_emoji = element.classes().any(|class| matches!(class, "twemoji" | "emojione" | "gemoji"));
        let target = element.attribute("src").filter(|_| !is_emoji).and_then(|src| self.links.target(src));
        match target {
            Some(target) => self.push(&["![", &escaped(alt.trim()), "](", &target, ")"]),
            None => self.text(alt),
        }
    }

    fn text(&mut self, text: &str) {
        for piece in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = piece.trim_end_matches(|c: char| c.is_ascii_whitespace());
            self.out.push_str(&escaped(word));
            if word.len() < piece.len() {
                self.blank();
            }
        }
    }

    fn push(&mut self, pieces: &[&str]) {
        self.out.extend(pieces.iter().copied());
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }

    fn trim(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
    }
}

/// A footnote's name, of what its address is.
pub(super) fn footnote_label(id: &str) -> String {
    let name = id.trim_start_matches("fnref").trim_start_matches("fn").trim_start_matches(':');
    let name: String =
        name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    if name.is_empty() { "1".to_owned() } else { name }
}

/// Text in which nothing means anything.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '|' | '~' | '$' | '^' | '{') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Lines that no reader takes for the beginning of a block.
fn guarded(text: &str) -> String {
    let mut lines = text.split('\n').map(|line| {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let rest = &line[digits..];
        if digits > 0 && rest.starts_with(['.', ')']) {
            return format!("{}\\{rest}", &line[..digits]);
        }
        let is_mark = line.starts_with(['#', '+', '-', '=', '!', '?', '/', ':', ';', '>', '"', '%']);
        let is_image = line.starts_with("![");
        if is_mark && !is_image { format!("\\{line}") } else { line.to_owned() }
    });
    let first = lines.next().unwrap_or_default();
    lines.fold(first, |text, line| format!("{text}\n{line}"))
}
