//! Pages: the lines that callboard shows against those that the reference's HTML means.
//!
//! The HTML is laid out by [`Expected`]. Then lines are compared as text with the meaning of each stretch, and
//! besides them all link targets, all anchors and the languages of all code.
//!
//! Made alike on both sides, for it says nothing about a page: blank lines, lines under headings and in
//! tables, blanks in a row, the line that says that a diagram is shown as its source, the mark before a line
//! of code that is pointed out (the vectors do not keep it). A block of the language
//! `text` passes for any: the reference says so of each language that it has no colours for.

use callboard::docs::{Document, Page, Role, Span};
use serde_json::Value;

use crate::expected::{Expected, Frame};
use crate::markup;

/// Wider than any line of the vectors.
const WIDTH: usize = 2_000;

pub(crate) fn techdocs_markdown(case: &Value, _: &Value) -> Result<(), String> {
    let page = Document::new(case["input"].as_str().unwrap_or_default()).page(WIDTH);
    let html = case["expect_html"].as_str().ok_or("the case has no expect_html")?;
    let mut expected = Expected::default();
    expected.blocks(&markup::parse(html), &Frame::default());
    expected.end();
    same("lines", &shown(&page), &expected.lines)?;
    let targets: Vec<String> = page.links.iter().map(|link| link.target.clone()).collect();
    same("links", &targets, &expected.targets)?;
    let anchors: Vec<String> = page.outline.iter().map(|heading| heading.anchor.clone()).collect();
    same("anchors", &anchors, &expected.anchors)?;
    let languages = page.code_blocks.iter().map(|code| code.language.clone().unwrap_or_default());
    let languages: Vec<String> = languages
        .zip(&expected.languages)
        .map(|(own, expected)| if expected == "text" { expected.clone() } else { own })
        .collect();
    same("languages", &languages, &expected.languages)
}

fn same(what: &str, found: &[String], expected: &[String]) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found:#?}, expected {expected:#?}")) }
}

/// The lines of a page, each stretch of a meaning in a tag of its name.
fn shown(page: &Page) -> Vec<String> {
    let mut lines = Vec::new();
    for line in &page.lines {
        let is_only =
            |role: Role| !line.spans.is_empty() && line.spans.iter().all(|span| span.role() == role);
        let is_rule = is_only(Role::TableRule) && line.width() == WIDTH;
        let is_drawing =
            line.spans.iter().any(|span| matches!(span.role(), Role::TableRule | Role::HeadingRule));
        if is_rule {
            lines.push("<hr>".to_owned());
            continue;
        }
        let says_diagram = is_only(Role::CodeTitle) && line.text().ends_with("as its source");
        let is_empty = line.spans.iter().all(|span| matches!(span.text().trim(), "" | "▎" | "│"));
        if !is_drawing && !says_diagram && !is_empty {
            let parts = line.spans.iter().map(|span| (tag(span.role()), span));
            lines.push(joined(parts.map(|(tag, span): (_, &Span)| (tag, span.text().replace('▌', " ")))));
        }
    }
    lines
}

fn tag(role: Role) -> &'static str {
    match role {
        Role::Heading(1) => "h1",
        Role::Heading(2) => "h2",
        Role::Heading(3) => "h3",
        Role::Heading(4) => "h4",
        Role::Heading(5) => "h5",
        Role::Heading(_) => "h6",
        Role::Strong => "strong",
        Role::Emphasis => "em",
        Role::Strike => "del",
        Role::Mark => "mark",
        Role::Code => "code",
        Role::Key => "kbd",
        Role::Link => "a",
        Role::Image => "img",
        Role::Marker => "marker",
        Role::Quote => "quote",
        Role::Admonition(_) => "admonition",
        Role::Section => "section",
        Role::TableHead => "th",
        Role::CodeBlock | Role::Syntax(_) => "pre",
        Role::CodeTitle => "title",
        Role::Dim => "dim",
        _ => "",
    }
}

/// Stretches as one text; blanks in a row are one, but for those at the start of a line and in code.
pub(crate) fn joined(parts: impl Iterator<Item = (&'static str, String)>) -> String {
    let mut merged: Vec<(&str, String)> = Vec::new();
    for (tag, text) in parts {
        match merged.last_mut() {
            Some((last, merged)) if *last == tag => merged.push_str(&text),
            _ => merged.push((tag, text)),
        }
    }
    let mut line = String::new();
    for (number, (tag, text)) in merged.iter().enumerate() {
        let keeps = *tag == "pre" || (number == 0 && tag.is_empty());
        let text = if keeps { text.clone() } else { single_blanks(text) };
        match *tag {
            "" => line.push_str(&text),
            tag => line.extend(["<", tag, ">", &text, "</", tag, ">"]),
        }
    }
    line.trim_end().to_owned()
}

fn single_blanks(text: &str) -> String {
    let mut single = String::new();
    for c in text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }) {
        if c != ' ' || !single.ends_with(' ') {
            single.push(c);
        }
    }
    single
}
