//! Lists as people write them. Markdown wants a nested list at the column of its parent's text; people
//! indent by two or by four. Both are read as nested.

use std::borrow::Cow;

use super::block::Item;
use super::fence::Fence;

/// A list item that is open while lines are read.
#[derive(Clone, Copy)]
struct Open {
    /// Column of the mark as written.
    written: usize,
    /// Column of its text as settled.
    text: usize,
    /// Columns by which what it holds moves to the right.
    shift: usize,
}

/// Markdown whose nested lists stand where the parser wants them. Borrows when nothing has to move.
pub(super) fn settled(text: &str) -> Cow<'_, str> {
    if !needs_settling(text) {
        return Cow::Borrowed(text);
    }
    let mut settled = String::with_capacity(text.len() + 64);
    let mut open: Vec<Open> = Vec::new();
    let mut fence: Option<Fence> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.trim().is_empty() {
            settled.push_str(line);
            continue;
        }
        if let Some(code) = fence.filter(|code| !code.is_left_by(line)) {
            push(&mut settled, open.last().map_or(0, |item| item.shift), line);
            if code.is_closed_by(line) {
                fence = None;
            }
            continue;
        }
        fence = Fence::open(line);
        let mark = mark_length(content);
        while open
            .last()
            .is_some_and(|item| indent < item.written + 2 && (mark > 0 || indent <= item.written))
        {
            open.pop();
        }
        let shift = match open.last() {
            Some(parent) if mark > 0 && indent + parent.shift < parent.text => parent.text - indent,
            Some(parent) => parent.shift,
            None => 0,
        };
        if mark > 0 && (indent < 4 || !open.is_empty()) {
            open.push(Open { written: indent, text: indent + shift + mark, shift });
        }
        push(&mut settled, shift, line);
    }
    Cow::Owned(settled)
}

fn push(text: &mut String, shift: usize, line: &str) {
    text.extend(std::iter::repeat_n(' ', shift));
    text.push_str(line);
}

/// Only a mark two or three columns in can be nested by too few.
fn needs_settling(text: &str) -> bool {
    text.lines().any(|line| {
        let content = line.trim_start_matches(' ');
        (2..12).contains(&(line.len() - content.len())) && mark_length(content) > 0
    })
}

/// The length of a list mark with the blanks behind it, else 0.
pub(super) fn mark_length(content: &str) -> usize {
    let digits = content.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let mark = match content.as_bytes().get(digits) {
        Some(b'.' | b')') if (1..10).contains(&digits) => digits + 1,
        Some(b'-' | b'*' | b'+' | b':') if digits == 0 => 1,
        _ => return 0,
    };
    let rest = &content[mark..];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    match rest.trim_start_matches(' ').chars().next() {
        None | Some('\n') => mark + 1,
        Some(_) if blanks == 0 => 0,
        // Five blanks and more are one blank and indented code.
        Some(_) if blanks > 4 => mark + 1,
        Some(_) => mark + blanks,
    }
}

/// An item as its own Markdown: without its mark, and without the indent that the mark demands.
pub(super) fn item(source: &str, column: usize) -> Item {
    let content = source.trim_start_matches(' ');
    let before = column + source.len() - content.len();
    let mark = mark_length(content).min(content.len());
    let indent = before + mark;
    let rest = &content[mark..];
    let (task, rest) = match rest.get(..3) {
        Some("[ ]") => (Some(false), &rest[3..]),
        Some("[x]" | "[X]") => (Some(true), &rest[3..]),
        _ => (None, rest),
    };
    let (task, rest) =
        if rest.starts_with([' ', '\n']) || task.is_none() { (task, rest) } else { (None, &content[mark..]) };
    let rest = if task.is_some() { rest.trim_start_matches(' ') } else { rest };
    let mut lines = rest.split_inclusive('\n');
    let mut body = lines.next().unwrap_or("").to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        body.push_str(&line[blanks.min(indent)..]);
    }
    Item { task, body }
}
