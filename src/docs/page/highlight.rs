//! Code blocks: never wrapped, for a broken line of code is another line. A line too long ends with a mark;
//! what it meant is copied whole. Meanings of words are found when a line is looked at, from the top of its
//! block on.

use std::ops::Range;

use super::{CodeBlock, Line, Page, Role, Span, attributes, syntax};
use crate::text;

/// Blanks before code.
const INDENT: &str = "  ";

/// Narrower code is not indented.
const MIN_INDENTED_CELLS: usize = 12;

/// Lines of a block that get meanings: at about 0.3 ms a line the rest would be waited for.
const MAX_LINES: usize = 2_000;

/// Longest line that gets meanings, in bytes; minified code is not read.
const MAX_LINE: usize = 2_000;

/// A code block on the page.
#[derive(Debug)]
pub(super) struct CodeRegion {
    language: Option<String>,
    title: Option<String>,
    marked: Vec<Range<usize>>,
    text: String,
    first: usize,
    /// Spans before the code: marks of the blocks around, and the indent.
    prefix: usize,
    done: usize,
    highlighter: Option<syntax::Highlighter>,
}

impl CodeRegion {
    /// The block with these words after its fence.
    pub(super) fn new(info: &str, code: &str) -> Self {
        let language = attributes::language(info).map(str::to_ascii_lowercase);
        let title =
            attributes::value(info, "title").map(str::to_owned).or_else(|| diagram(language.as_deref()?));
        let marked = attributes::value(info, "hl_lines").map(ranges).unwrap_or_default();
        let text = code.to_owned();
        Self { language, title, marked, text, first: 0, prefix: 0, done: 0, highlighter: None }
    }

    /// The words above the code. Foreign text.
    pub(super) fn title(&self) -> Option<String> {
        self.title.clone()
    }

    /// The lines of the code.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// A line without meanings in at most `avail` cells.
    pub(super) fn plain(&self, number: usize, line: &str, avail: usize) -> Vec<Span> {
        let indent = indent(avail);
        let mark =
            if self.marked.iter().any(|range| range.contains(&(number + 1))) { "▌ " } else { indent };
        let code = text::fit(&untabbed(line), avail - indent.len()).into_owned();
        let before = (!indent.is_empty()).then(|| Span::new(mark, Role::CodeBlock));
        before.into_iter().chain([Span::new(&code, Role::CodeBlock)]).collect()
    }

    /// The block for copying.
    pub(super) fn block(&self, line: usize) -> CodeBlock {
        CodeBlock { language: self.language.clone(), text: self.text.clone(), line }
    }

    /// The region with its place: its first line, and the spans before its code.
    pub(super) fn placed(mut self, first: usize, prefix: usize) -> Self {
        (self.first, self.prefix) = (first, prefix);
        self
    }

    /// Gives the code in some lines its meanings, and all lines of the block above them.
    pub(super) fn highlight(&mut self, page: &mut Page, lines: &Range<usize>, width: usize) {
        let wanted = lines.end.saturating_sub(self.first).min(MAX_LINES);
        if wanted <= self.done || self.first + self.text.lines().take(MAX_LINES).count() <= lines.start {
            return;
        }
        if self.done == 0 {
            self.highlighter = self.language.as_deref().and_then(syntax::Highlighter::new);
        }
        if let Some(highlighter) = &mut self.highlighter {
            for (number, line) in self.text.lines().enumerate().take(wanted).skip(self.done) {
                let parts = if line.len() > MAX_LINE { Vec::new() } else { highlighter.line(line) };
                if let Some(shown) = page.lines.get_mut(self.first + number) {
                    paint(shown, self.prefix, &parts, width);
                }
            }
        }
        self.done = wanted;
    }
}

/// Puts parts in place of the plain code of a line.
fn paint(line: &mut Line, prefix: usize, parts: &[(&str, Option<super::Syntax>)], width: usize) {
    let Some(code) = line.spans.iter().rposition(|span| span.role() == Role::CodeBlock) else { return };
    if parts.is_empty() || code < prefix {
        return;
    }
    let used: usize = line.spans[..code].iter().map(Span::width).sum();
    let mut left = width.saturating_sub(used);
    let whole: String = parts.iter().map(|(text, _)| untabbed(text)).collect();
    let is_cut = text::width(&text::sanitize(&whole)) > left;
    line.spans.truncate(code);
    for (number, (part, syntax)) in parts.iter().enumerate() {
        let role = syntax.map_or(Role::CodeBlock, Role::Syntax);
        let safe = text::sanitize(&untabbed(part)).into_owned();
        let cells = text::width(&safe);
        if is_cut && cells + 1 > left {
            let rest: String = parts[number..].iter().map(|(text, _)| untabbed(text)).collect();
            line.spans.push(Span::new(&text::fit(&rest, left), role));
            return;
        }
        left -= cells.min(left);
        line.spans.push(Span::new(&safe, role));
    }
}

fn indent(avail: usize) -> &'static str {
    if avail >= MIN_INDENTED_CELLS { INDENT } else { "" }
}

fn untabbed(line: &str) -> String {
    line.replace('\t', "    ")
}

/// Diagrams are shown as what they are written in, and say so.
fn diagram(language: &str) -> Option<String> {
    let is_diagram = matches!(
        language,
        "mermaid" | "plantuml" | "puml" | "graphviz" | "dot" | "d2" | "c4plantuml" | "ditaa"
    );
    is_diagram.then(|| format!("{language} diagram, as its source"))
}

/// `1 3-5` as ranges.
fn ranges(value: &str) -> Vec<Range<usize>> {
    let range = |word: &str| {
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        Some(from.parse().ok()?..to.parse::<usize>().ok()?.saturating_add(1))
    };
    value.split([' ', ',']).filter_map(range).collect()
}
