//! Blocks to lines. A block that holds blocks puts its mark before every line of them.

use super::block::{Block, Item};
use super::definitions::Definitions;
use super::highlight::CodeRegion;
use super::inline::{Inline, Piece};
use super::layout::MAX_LINES;
use super::wrap::{self, Flow};
use super::{AdmonitionKind, Line, Link, Page, Role, Span, parse, table};
use crate::text;

/// Blocks inside of blocks that are laid out; what lies deeper is shown as it is written.
const MAX_DEPTH: usize = 10;

/// Cells that a line keeps for its text, however deep it stands; marks of deeper blocks are left out.
const MIN_TEXT_CELLS: usize = 10;

/// Marks of lists by their depth.
const BULLETS: [&str; 3] = ["• ", "◦ ", "▪ "];

/// What stands before the lines of a block.
struct Prefix {
    /// Before the first line only.
    first: Option<Vec<Span>>,
    /// Before all others.
    rest: Vec<Span>,
    width: usize,
}

/// Lays out blocks at the end of a page.
pub(super) struct Painter<'a> {
    definitions: &'a Definitions,
    page: &'a mut Page,
    code: &'a mut Vec<CodeRegion>,
    width: usize,
    prefixes: Vec<Prefix>,
    depth: usize,
    lists: usize,
    /// A blank line that is due, with the count of prefixes that stand before it.
    gap: Option<usize>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(
        definitions: &'a Definitions,
        page: &'a mut Page,
        code: &'a mut Vec<CodeRegion>,
        width: usize,
    ) -> Self {
        let gap = (!page.lines.is_empty()).then_some(0);
        Self { definitions, page, code, width, prefixes: Vec::new(), depth: 0, lists: 0, gap }
    }

    /// Lays out one block.
    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, .. } => self.heading(*level, text),
            Block::Paragraph(text) => self.markdown(text, Role::Text),
            Block::List { start, is_tight, items } => self.list(*start, *is_tight, items),
            Block::Quote(body) => self.inside(bar("│ ", Role::Quote), body),
            Block::Admonition { kind, title, body } => self.admonition(*kind, title.as_deref(), body),
            Block::Tabs(tabs) => {
                for (number, (title, body)) in tabs.iter().enumerate() {
                    self.section(number, "▸ ", title, body);
                }
            }
            Block::Details { summary, body } => self.section(0, "▾ ", summary, body),
            Block::Code { info, text } => self.code(info, text),
            Block::Table(table) => table::paint(self, table),
            Block::Html(html) => {
                let inline = Inline::html(html);
                self.flow(&inline);
            }
            Block::Rule => self.rule("─", self.avail(), Role::TableRule),
            Block::Definitions(entries) => self.definitions(entries),
            Block::Footnote { label, body } => {
                let number = self.definitions.footnote(label);
                let mark = number.map_or_else(|| format!("[{label}] "), |number| format!("[{number}] "));
                self.item(&text::fit(&mark, MIN_TEXT_CELLS), Role::Dim, body);
            }
            Block::Abbreviation { short, long } => {
                self.text(short, Role::Strong);
                self.inside(bar("  ", Role::Text), long);
            }
            Block::Contents => self.contents(),
            Block::Notice(words) => self.text(words, Role::Dim),
        }
    }

    /// The blocks of Markdown inside of the one that is laid out.
    fn blocks(&mut self, source: &str, spacing: Spacing) {
        if self.depth >= MAX_DEPTH {
            self.text(source.trim(), Role::Text);
            return;
        }
        self.depth += 1;
        for (number, (_, block)) in parse::blocks(source).iter().enumerate() {
            let is_close = matches!((spacing, block), (Spacing::Tight, Block::List { .. }));
            if number > 0 && !is_close {
                self.gap = Some(self.prefixes.len());
            }
            self.block(block);
        }
        self.depth -= 1;
    }

    fn inside(&mut self, prefix: Vec<Span>, body: &str) {
        self.push_prefix(None, prefix);
        self.blocks(body, Spacing::Loose);
        self.prefixes.pop();
    }

    /// Blocks behind a mark.
    fn item(&mut self, mark: &str, role: Role, body: &str) {
        let (first, blank) = (Span::new(mark, role), " ".repeat(text::width(mark)));
        self.push_prefix(Some(vec![first]), vec![Span::new(&blank, Role::Text)]);
        let lines = self.page.lines.len();
        self.blocks(body, Spacing::Tight);
        if self.page.lines.len() == lines {
            self.emit(Vec::new());
        }
        self.prefixes.pop();
    }

    fn push_prefix(&mut self, first: Option<Vec<Span>>, rest: Vec<Span>) {
        let width = rest.iter().map(Span::width).sum();
        if self.avail() < width + MIN_TEXT_CELLS {
            self.prefixes.push(Prefix { first: None, rest: Vec::new(), width: 0 });
        } else {
            self.prefixes.push(Prefix { first, rest, width });
        }
    }

    /// The cells that a line has for its text.
    pub(super) fn avail(&self) -> usize {
        self.width - self.prefixes.iter().map(|prefix| prefix.width).sum::<usize>()
    }

    fn heading(&mut self, level: u8, source: &str) {
        let role = Role::Heading(level);
        let before = self.page.lines.len() + usize::from(self.gap.is_some());
        self.markdown(source, role);
        let widest = self.page.lines.iter().skip(before).map(Line::width).max().unwrap_or(0);
        let sign = match level {
            1 => "═",
            2 => "─",
            _ => return,
        };
        let indent = self.width - self.avail();
        self.rule(sign, widest.saturating_sub(indent), Role::HeadingRule);
    }

    fn rule(&mut self, sign: &str, cells: usize, role: Role) {
        if cells > 0 {
            self.emit(vec![Span::new(&sign.repeat(cells), role)]);
        }
    }

    fn markdown(&mut self, source: &str, role: Role) {
        let inline = Inline::markdown(source, self.definitions);
        self.flow(&if role == Role::Text { inline } else { inline.in_role(role) });
    }

    /// Foreign text as it is.
    fn text(&mut self, words: &str, role: Role) {
        let pieces = vec![Piece::Text { text: words.replace('\n', " "), role, link: None }];
        self.flow(&Inline { pieces, targets: Vec::new() });
    }

    fn flow(&mut self, inline: &Inline) {
        let flow = self.numbered(inline);
        let limit = MAX_LINES.saturating_sub(self.page.lines.len());
        let wrapped = wrap::wrap(&flow, self.avail(), limit);
        let above = usize::from(self.gap.is_some() && !wrapped.lines.is_empty());
        let first = self.page.lines.len() + above;
        for (link, line) in wrapped.starts {
            self.page.links[link].line = first + line;
        }
        for line in wrapped.lines {
            self.emit(line);
        }
    }

    /// Running text whose links have their numbers. Their lines are set where the text is put.
    pub(super) fn numbered(&mut self, inline: &Inline) -> Vec<Flow> {
        let mut flow = Vec::with_capacity(inline.pieces.len());
        let mut open: Option<usize> = None;
        for (at, piece) in inline.pieces.iter().enumerate() {
            match piece {
                Piece::Break => flow.push(Flow::Break),
                Piece::Text { text, role, link } => {
                    if let Some(link) = link.filter(|&link| open != Some(link)) {
                        let starts = self.number(&inline.pieces[at..], &inline.targets[link]);
                        let text = format!("[{}] ", self.page.links[starts].number);
                        flow.push(Flow::Text { text, role: Role::Link, starts: Some(starts) });
                    }
                    open = *link;
                    flow.push(Flow::Text { text: text.clone(), role: *role, starts: None });
                }
            }
        }
        flow
    }

    /// Takes up a link of running text into the page: its index there. Its label is in the first pieces.
    fn number(&mut self, pieces: &[Piece], target: &str) -> usize {
        let link_of = |piece: &Piece| match piece {
            Piece::Text { link, .. } => *link,
            Piece::Break => None,
        };
        let first = pieces.first().and_then(link_of);
        let label =
            pieces.iter().take_while(|piece| link_of(piece) == first).filter_map(|piece| match piece {
                Piece::Text { text, .. } => Some(text.as_str()),
                Piece::Break => None,
            });
        let label = text::sanitize(&label.collect::<String>()).into_owned();
        let (index, line) = (self.page.links.len(), self.page.lines.len());
        self.page.links.push(Link { number: index + 1, label, target: target.to_owned(), line });
        index
    }

    fn list(&mut self, start: Option<u64>, is_tight: bool, items: &[Item]) {
        let bullet = BULLETS[self.lists % BULLETS.len()];
        let last = start.map(|start| start.saturating_add(items.len() as u64 - 1).to_string().len());
        self.lists += 1;
        for (number, item) in items.iter().enumerate() {
            if number > 0 && !is_tight {
                self.gap = Some(self.prefixes.len());
            }
            let mark = match (item.task, start, last) {
                (Some(true), ..) => "[x] ".to_owned(),
                (Some(false), ..) => "[ ] ".to_owned(),
                (None, Some(start), Some(digits)) => {
                    format!("{:>digits$}. ", start.saturating_add(number as u64))
                }
                _ => bullet.to_owned(),
            };
            self.item(&mark, Role::Marker, &item.body);
        }
        self.lists -= 1;
    }

    fn admonition(&mut self, kind: AdmonitionKind, title: Option<&str>, body: &str) {
        self.push_prefix(None, bar("▎ ", Role::Admonition(kind)));
        if let Some(title) = title {
            let word = kind.word();
            let is_kind = title.eq_ignore_ascii_case(word);
            let title = if is_kind { String::new() } else { format!("  {title}") };
            let mut inline = Inline::markdown(&title, self.definitions).in_role(Role::Admonition(kind));
            let text = if is_kind { word.to_owned() } else { format!("{word}\u{a0} ") };
            inline.pieces.insert(0, Piece::Text { text, role: Role::Admonition(kind), link: None });
            self.flow(&inline);
        }
        self.blocks(body, Spacing::Loose);
        self.prefixes.pop();
    }

    /// A part with a title: a tab, or what folds in a browser.
    fn section(&mut self, number: usize, mark: &str, title: &str, body: &str) {
        if number > 0 {
            self.gap = Some(self.prefixes.len());
        }
        let mut inline =
            if title.contains('<') { Inline::html(title) } else { Inline::markdown(title, self.definitions) };
        let piece = Piece::Text { text: mark.to_owned(), role: Role::Section, link: None };
        inline.pieces.insert(0, piece);
        self.flow(&inline.in_role(Role::Section));
        self.inside(bar("  ", Role::Text), body);
    }

    fn definitions(&mut self, entries: &[(String, Vec<String>)]) {
        for (number, (term, bodies)) in entries.iter().enumerate() {
            if number > 0 {
                self.gap = Some(self.prefixes.len());
            }
            self.markdown(term, Role::Strong);
            for body in bodies {
                self.inside(bar("  ", Role::Text), body);
            }
        }
    }

    fn contents(&mut self) {
        let headings = self.page.outline.clone();
        for heading in headings {
            let link = Piece::Text { text: heading.text, role: Role::Link, link: Some(0) };
            let inline = Inline { pieces: vec![link], targets: vec![format!("#{}", heading.anchor)] };
            let indent = "  ".repeat(usize::from(heading.level).saturating_sub(1));
            let mark = format!("{indent}• ");
            let blank = " ".repeat(text::width(&mark));
            let first = Some(vec![Span::new(&mark, Role::Marker)]);
            self.push_prefix(first, vec![Span::new(&blank, Role::Text)]);
            self.flow(&inline);
            self.prefixes.pop();
        }
    }

    fn code(&mut self, info: &str, code: &str) {
        let region = CodeRegion::new(info, code);
        if let Some(title) = region.title() {
            self.emit(vec![Span::new(&text::fit(&title, self.avail()), Role::CodeTitle)]);
        }
        let first = self.page.lines.len() + usize::from(self.gap.is_some());
        let avail = self.avail();
        let mut prefix = 0;
        for (number, line) in region.lines().enumerate() {
            prefix = self.emit(region.plain(number, line, avail));
        }
        if self.page.lines.len() > first {
            self.page.code_blocks.push(region.block(first));
            self.code.push(region.placed(first, prefix));
        }
    }

    /// Puts a line at the end of the page; returns the count of spans that stand before it.
    pub(super) fn emit(&mut self, mut spans: Vec<Span>) -> usize {
        if self.page.lines.len() >= MAX_LINES {
            return 0;
        }
        if let Some(count) = self.gap.take() {
            let mut blank = Vec::new();
            for prefix in self.prefixes.iter().take(count) {
                blank.extend(prefix.rest.iter().cloned());
            }
            self.page.lines.push(trimmed(blank));
        }
        let mut line = Vec::with_capacity(spans.len() + self.prefixes.len());
        for prefix in &mut self.prefixes {
            match prefix.first.take() {
                Some(first) => line.extend(first),
                None => line.extend(prefix.rest.iter().cloned()),
            }
        }
        let before = line.len();
        line.append(&mut spans);
        self.page.lines.push(trimmed(line));
        before
    }

    /// The line where the next text will stand.
    pub(super) fn next_line(&self) -> usize {
        self.page.lines.len() + usize::from(self.gap.is_some())
    }

    /// Says where a link that was numbered stands.
    pub(super) fn place(&mut self, number: usize, line: usize) {
        self.page.links[number].line = line;
    }

    pub(super) fn inline(&self, source: &str) -> Inline {
        Inline::markdown(source, self.definitions)
    }

    /// Lines that the page can still take.
    pub(super) fn limit(&self) -> usize {
        MAX_LINES.saturating_sub(self.page.lines.len())
    }
}

/// Whether a list inside of an item follows its text at once.
#[derive(Clone, Copy)]
enum Spacing {
    Loose,
    Tight,
}

fn bar(sign: &str, role: Role) -> Vec<Span> {
    vec![Span::new(sign, role)]
}

/// A line without the blank spans at its end.
fn trimmed(mut spans: Vec<Span>) -> Line {
    while spans.last().is_some_and(|span| span.text().trim().is_empty()) {
        spans.pop();
    }
    Line { spans }
}
