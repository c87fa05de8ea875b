//! What the HTML of the reference means for a page: laid out by the plainest renderer there is, in the words of
//! callboard's own pages (the bar of an admonition, the bullets by depth, links by number).

use super::markdown::joined;
use crate::markup::{Element, Node};

type Parts = Vec<(&'static str, String)>;

/// What stands around a block.
#[derive(Clone, Default)]
pub(crate) struct Frame {
    /// Before each line.
    prefix: Parts,
    lists: usize,
}

impl Frame {
    fn with(&self, tag: &'static str, sign: &str) -> Self {
        let mut frame = self.clone();
        frame.prefix.push((tag, sign.to_owned()));
        frame
    }
}

/// What the HTML of the reference means.
#[derive(Default)]
pub(crate) struct Expected {
    pub(crate) lines: Vec<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) anchors: Vec<String>,
    pub(crate) languages: Vec<String>,
    abbreviations: Vec<(String, String)>,
    has_footnotes: bool,
    /// The mark that stands before the next line in place of the last prefix.
    mark: Option<Parts>,
}

impl Expected {
    pub(crate) fn end(&mut self) {
        if !self.abbreviations.is_empty() && !self.has_footnotes {
            self.lines.push("<hr>".to_owned());
        }
        for (short, long) in std::mem::take(&mut self.abbreviations) {
            self.lines.push(format!("<strong>{short}</strong>"));
            self.lines.push(format!("  {long}"));
        }
    }

    fn line(&mut self, frame: &Frame, parts: Parts) {
        let mut line = frame.prefix.clone();
        if let Some(mark) = self.mark.take() {
            line.truncate(line.len() - 1);
            line.extend(mark);
        }
        line.extend(parts);
        let line = joined(line.into_iter());
        if !line.is_empty() {
            self.lines.push(line);
        }
    }

    /// The children of an element: text and inline elements between blocks are lines of their own.
    pub(crate) fn blocks(&mut self, parent: &Element, frame: &Frame) {
        let mut running = Element::default();
        for node in &parent.children {
            match node {
                Node::Element(element) if is_block(&element.name) => {
                    self.running(&mut running, frame);
                    self.block(element, frame);
                }
                other => running.children.push(other.clone()),
            }
        }
        self.running(&mut running, frame);
    }

    fn running(&mut self, running: &mut Element, frame: &Frame) {
        let running = std::mem::take(running);
        if running.elements().next().is_some() || !running.text().trim().is_empty() {
            self.flow(&running, "", frame);
        }
    }

    fn flow(&mut self, element: &Element, tag: &'static str, frame: &Frame) {
        let mut lines = vec![Vec::new()];
        self.inline(element, tag, &mut lines);
        for mut parts in lines {
            if let Some((_, first)) = parts.first_mut() {
                *first = first.trim_start().to_owned();
            }
            self.line(frame, parts);
        }
    }

    fn block(&mut self, element: &Element, frame: &Frame) {
        match element.name.as_str() {
            "p" => self.flow(element, "", frame),
            "hr" => self.lines.push("<hr>".to_owned()),
            "blockquote" => self.blocks(element, &frame.with("quote", "│ ")),
            "ul" | "ol" => self.list(element, frame),
            "pre" => self.code(element, frame),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.anchors.push(element.attribute("id").unwrap_or_default());
                let level = ["h1", "h2", "h3", "h4", "h5", "h6"].into_iter().find(|h| *h == element.name);
                self.flow(element, level.unwrap_or(""), frame);
            }
            "dl" => {
                for entry in element.elements() {
                    match entry.name.as_str() {
                        "dt" => self.flow(entry, "strong", frame),
                        _ => self.blocks(entry, &frame.with("", "  ")),
                    }
                }
            }
            "table" => self.table(element, frame),
            "details" => self.details(element, frame),
            "div" if element.has_class("admonition") => self.admonition(element, "p", frame),
            "div" if element.has_class("tabbed-set") => self.tabs(element, frame),
            "div" if element.has_class("footnote") => self.footnotes(element, frame),
            "div" if element.has_class("toc") => self.contents(element, 0),
            _ => self.blocks(element, frame),
        }
    }

    fn details(&mut self, element: &Element, frame: &Frame) {
        if element.classes().is_empty() {
            let summary = element.elements().find(|child| child.name == "summary");
            let title = summary.map(Element::text).unwrap_or_default();
            self.line(frame, vec![("section", format!("▾ {title}"))]);
            self.blocks(&without(element, "summary"), &frame.with("", "  "));
        } else {
            self.admonition(element, "summary", frame);
        }
    }

    fn admonition(&mut self, element: &Element, title_name: &str, frame: &Frame) {
        let kind = element.classes().into_iter().find(|class| class != "admonition").unwrap_or_default();
        let word = callboard::docs::AdmonitionKind::parse(&kind).map_or("NOTE", |kind| kind.word());
        let frame = frame.with("admonition", "▎ ");
        let is_title = |child: &Element| {
            child.name == title_name && (title_name == "summary" || child.has_class("admonition-title"))
        };
        let title = element.elements().find(|child| is_title(child)).map(Element::text);
        if let Some(title) = title {
            let is_word = title.eq_ignore_ascii_case(word);
            let title = if is_word { word.to_owned() } else { format!("{word} {title}") };
            self.line(&frame, vec![("admonition", title)]);
        }
        let mut body = element.clone();
        body.children.retain(|node| !matches!(node, Node::Element(child) if is_title(child)));
        self.blocks(&body, &frame);
    }

    fn tabs(&mut self, element: &Element, frame: &Frame) {
        let named = |class: &str| element.elements().find(|child| child.has_class(class));
        let labels = named("tabbed-labels").into_iter().flat_map(Element::elements);
        let blocks = named("tabbed-content").into_iter().flat_map(Element::elements);
        for (label, block) in labels.zip(blocks) {
            self.line(frame, vec![("section", format!("▸ {}", label.text()))]);
            self.blocks(block, &frame.with("", "  "));
        }
    }

    fn list(&mut self, element: &Element, frame: &Frame) {
        let items: Vec<&Element> = element.elements().filter(|item| item.name == "li").collect();
        let digits = items.len().to_string().len();
        for (number, item) in items.iter().enumerate() {
            let control = item.elements().find(|child| child.has_class("task-list-control"));
            let mark = match control {
                Some(control) if control.elements().any(|input| input.attribute("checked").is_some()) => {
                    "[x] ".to_owned()
                }
                Some(_) => "[ ] ".to_owned(),
                None if element.name == "ol" => format!("{:>digits$}. ", number + 1),
                None => ["• ", "◦ ", "▪ "][frame.lists % 3].to_owned(),
            };
            let mut inner = frame.with("", &" ".repeat(mark.chars().count()));
            inner.lists += 1;
            self.mark = Some(vec![("marker", mark)]);
            self.blocks(&without(item, "label"), &inner);
            if self.mark.is_some() {
                self.line(&inner, Vec::new());
            }
        }
    }

    fn code(&mut self, element: &Element, frame: &Frame) {
        self.languages.push(element.attribute("lang").unwrap_or_default());
        if let Some(title) = element.attribute("title") {
            self.line(frame, vec![("title", title)]);
        }
        for line in element.text().lines() {
            self.line(frame, vec![("pre", format!("  {line}"))]);
        }
    }

    fn table(&mut self, element: &Element, frame: &Frame) {
        for part in element.elements() {
            for row in part.elements() {
                let mut parts = Vec::new();
                for cell in row.elements() {
                    let tag = if cell.name == "th" { "th" } else { "" };
                    let mut lines = vec![Vec::new()];
                    self.inline(cell, tag, &mut lines);
                    if !parts.is_empty() {
                        parts.push(("", " ".to_owned()));
                    }
                    parts.extend(lines.concat());
                }
                self.line(frame, parts);
            }
        }
    }

    fn footnotes(&mut self, element: &Element, frame: &Frame) {
        self.has_footnotes = true;
        self.lines.push("<hr>".to_owned());
        let notes = element.elements().find(|child| child.name == "ol");
        for (number, note) in notes.into_iter().flat_map(Element::elements).enumerate() {
            let mark = format!("[{}] ", number + 1);
            let inner = frame.with("", &" ".repeat(mark.len()));
            self.mark = Some(vec![("dim", mark)]);
            self.blocks(note, &inner);
        }
    }

    fn contents(&mut self, element: &Element, depth: usize) {
        for child in element.elements() {
            match child.name.as_str() {
                "ul" => self.contents(child, depth + 1),
                "li" => {
                    let frame = Frame::default().with("marker", "");
                    self.mark = Some(vec![("marker", format!("{}• ", "  ".repeat(depth - 1)))]);
                    self.flow(&without(child, "ul"), "", &frame);
                    self.contents(child, depth);
                }
                _ => {}
            }
        }
    }

    /// Inline text in the meaning around it. A label, a heading and code keep theirs.
    fn inline(&mut self, element: &Element, outer: &'static str, lines: &mut Vec<Parts>) {
        let mut before = "";
        for node in &element.children {
            let child = match node {
                Node::Text(text) => {
                    let text = text.replace('\n', " ");
                    let is_first = lines.last().is_some_and(Vec::is_empty);
                    push(lines, outer, if is_first { text.trim_start() } else { &text });
                    before = "";
                    continue;
                }
                Node::Element(child) => child,
            };
            // What was removed and what was put there would run into each other.
            if before == "del" && child.name == "ins" {
                push(lines, "", " ");
            }
            self.inline_element(child, outer, lines);
            before = child.name.as_str();
        }
    }

    fn inline_element(&mut self, child: &Element, outer: &'static str, lines: &mut Vec<Parts>) {
        let in_outer = |tag: &'static str| if matches!(outer, "" | "em") { tag } else { outer };
        match child.name.as_str() {
            "br" => lines.push(Vec::new()),
            "strong" => self.inline(child, in_outer("strong"), lines),
            "em" => self.inline(child, in_outer("em"), lines),
            "del" => self.inline(child, in_outer("del"), lines),
            "ins" | "mark" => self.inline(child, in_outer("mark"), lines),
            "kbd" => self.inline(child, "kbd", lines),
            "code" => push(lines, "code", &child.text()),
            "sub" => push(lines, outer, &small(&child.text(), "₀₁₂₃₄₅₆₇₈₉", "_")),
            "sup" if child.attribute("id").is_some() => push(lines, "dim", &format!("[{}]", child.text())),
            "sup" => push(lines, outer, &small(&child.text(), "⁰¹²³⁴⁵⁶⁷⁸⁹", "^")),
            "abbr" => {
                let entry = (child.text(), child.attribute("title").unwrap_or_default());
                if !self.abbreviations.contains(&entry) {
                    self.abbreviations.push(entry);
                }
                self.inline(child, outer, lines);
            }
            "img" => {
                let alt = child.attribute("alt").unwrap_or_default();
                push(lines, "img", &format!("[image: {alt}]"));
            }
            "a" if child.has_class("footnote-backref") => {}
            "a" => {
                self.targets.push(child.attribute("href").unwrap_or_default());
                push(lines, "a", &format!("[{}] ", self.targets.len()));
                self.inline(child, "a", lines);
            }
            "span" if child.has_class("comment") => self.inline(child, "dim", lines),
            _ => self.inline(child, outer, lines),
        }
    }
}

fn push(lines: &mut [Parts], tag: &'static str, text: &str) {
    let line = lines.last_mut().expect("there is always a line");
    line.push((tag, text.to_owned()));
}

/// Digits as small ones; letters behind a mark, but those of `1st` as they are.
fn small(text: &str, digits: &str, mark: &str) -> String {
    let digit = |c: char| digits.chars().nth(c.to_digit(10)? as usize);
    match text.chars().map(digit).collect::<Option<String>>() {
        Some(small) => small,
        None if matches!(text, "st" | "nd" | "rd" | "th") => text.to_owned(),
        None => format!("{mark}{text}"),
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "hr"
            | "blockquote"
            | "ul"
            | "ol"
            | "pre"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "dl"
            | "table"
            | "details"
            | "div"
    )
}

/// An element without its children of a name.
fn without(element: &Element, name: &str) -> Element {
    let mut rest = element.clone();
    rest.children.retain(|node| !matches!(node, Node::Element(child) if child.name == name));
    rest
}
