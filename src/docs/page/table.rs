//! Tables that fit their width: as wide as their text, else with wrapped cells, else as records.

use super::block::{Alignment, Table};
use super::paint::Painter;
use super::wrap::{self, Flow};
use super::{Role, Span};

/// Blanks between columns.
const GUTTER: usize = 2;

/// A column is not made narrower than this to fit; before that the table becomes records.
const MIN_COLUMN_CELLS: usize = 8;

/// Lines of one cell that are shown.
const MAX_CELL_LINES: usize = 1_000;

type Cells = Vec<Vec<Flow>>;

/// Lays out a table.
pub(super) fn paint(painter: &mut Painter<'_>, table: &Table) {
    let head: Cells = cells(painter, &table.head, Some(Role::TableHead));
    let rows: Vec<Cells> = table.rows.iter().map(|row| cells(painter, row, None)).collect();
    let natural = natural_widths(&head, &rows);
    match fitted(&natural, painter.avail()) {
        Some(widths) => grid(painter, &head, &rows, &widths, &table.alignments),
        None => records(painter, &head, &rows),
    }
    if table.more_columns > 0 {
        let words = format!("… and {} more columns", table.more_columns);
        hanging(painter, &[Flow::Text { text: words, role: Role::Dim, starts: None }], 0);
    }
}

fn cells(painter: &mut Painter<'_>, sources: &[String], role: Option<Role>) -> Cells {
    let cell = |source: &String| {
        let inline = painter.inline(source);
        let inline = match role {
            Some(role) => inline.in_role(role),
            None => inline,
        };
        painter.numbered(&inline)
    };
    sources.iter().map(cell).collect()
}

fn natural_widths(head: &Cells, rows: &[Cells]) -> Vec<usize> {
    let mut widths = vec![1; head.len()];
    for row in std::iter::once(head).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(natural_width(cell));
        }
    }
    widths
}

fn natural_width(cell: &[Flow]) -> usize {
    let (mut widest, mut width) = (0, 0);
    for flow in cell {
        match flow {
            Flow::Text { text, .. } => width += crate::text::width(&crate::text::sanitize(text)),
            Flow::Break => width = 0,
        }
        widest = widest.max(width);
    }
    widest
}

/// The widths that fit: the widest columns give way first. `None` if that leaves no readable column.
fn fitted(natural: &[usize], avail: usize) -> Option<Vec<usize>> {
    let room = avail.checked_sub(GUTTER * natural.len().saturating_sub(1))?;
    let total = |cap: usize| natural.iter().map(|&width| width.min(cap)).sum::<usize>();
    if total(usize::MAX) <= room {
        return Some(natural.to_vec());
    }
    if total(MIN_COLUMN_CELLS) > room {
        return None;
    }
    let cap = (MIN_COLUMN_CELLS..room).rev().find(|&cap| total(cap) <= room).unwrap_or(MIN_COLUMN_CELLS);
    let mut widths: Vec<usize> = natural.iter().map(|&width| width.min(cap)).collect();
    let mut left = room - total(cap);
    for (width, &natural) in widths.iter_mut().zip(natural) {
        if left > 0 && *width < natural {
            *width += 1;
            left -= 1;
        }
    }
    Some(widths)
}

fn grid(painter: &mut Painter<'_>, head: &Cells, rows: &[Cells], widths: &[usize], alignments: &[Alignment]) {
    grid_row(painter, head, widths, alignments);
    let mut rule = Vec::new();
    for (column, &width) in widths.iter().enumerate() {
        if column > 0 {
            rule.push(blanks(GUTTER));
        }
        rule.push(Span::new(&"─".repeat(width), Role::TableRule));
    }
    painter.emit(rule);
    // Rows of several lines cannot be told apart without a blank line.
    let is_wrapped = |cells: &Cells| {
        cells
            .iter()
            .zip(widths)
            .any(|(cell, &width)| natural_width(cell) > width || cell.contains(&Flow::Break))
    };
    let is_spaced = rows.iter().any(is_wrapped);
    for (number, row) in rows.iter().enumerate() {
        if number > 0 && is_spaced {
            painter.emit(Vec::new());
        }
        grid_row(painter, row, widths, alignments);
        if painter.limit() == 0 {
            break;
        }
    }
}

fn grid_row(painter: &mut Painter<'_>, cells: &Cells, widths: &[usize], alignments: &[Alignment]) {
    let first = painter.next_line();
    let wrapped: Vec<_> =
        cells.iter().zip(widths).map(|(cell, &width)| wrap::wrap(cell, width, MAX_CELL_LINES)).collect();
    for cell in &wrapped {
        for &(link, line) in &cell.starts {
            painter.place(link, first + line);
        }
    }
    let height = wrapped.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    for number in 0..height.max(1) {
        let mut spans = Vec::new();
        for (column, (cell, &width)) in wrapped.iter().zip(widths).enumerate() {
            if column > 0 {
                spans.push(blanks(GUTTER));
            }
            let text = cell.lines.get(number).map_or(&[][..], Vec::as_slice);
            let free = width.saturating_sub(text.iter().map(Span::width).sum());
            let before = match alignments.get(column) {
                Some(Alignment::Right) => free,
                Some(Alignment::Center) => free / 2,
                _ => 0,
            };
            spans.extend((before > 0).then(|| blanks(before)));
            spans.extend_from_slice(text);
            spans.extend((free > before).then(|| blanks(free - before)));
        }
        painter.emit(spans);
    }
}

fn blanks(cells: usize) -> Span {
    Span::new(&" ".repeat(cells), Role::Text)
}

/// A table too wide for its place: each row as lines of `title: cell`.
fn records(painter: &mut Painter<'_>, head: &Cells, rows: &[Cells]) {
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            painter.emit(Vec::new());
        }
        for (column, cell) in row.iter().enumerate() {
            if cell.is_empty() {
                continue;
            }
            let mut flow = head.get(column).cloned().unwrap_or_default();
            if !flow.is_empty() {
                flow.push(Flow::Text { text: ": ".to_owned(), role: Role::TableHead, starts: None });
            }
            flow.extend(cell.iter().cloned());
            hanging(painter, &flow, 2);
        }
        if painter.limit() == 0 {
            break;
        }
    }
}

/// Running text whose further lines are indented.
fn hanging(painter: &mut Painter<'_>, flow: &[Flow], indent: usize) {
    let indent = if painter.avail() > 4 * indent { indent } else { 0 };
    let first = painter.next_line();
    let wrapped = wrap::wrap(flow, painter.avail() - indent, painter.limit());
    for (link, line) in wrapped.starts {
        painter.place(link, first + line);
    }
    for (number, mut spans) in wrapped.lines.into_iter().enumerate() {
        if number > 0 && indent > 0 {
            spans.insert(0, blanks(indent));
        }
        painter.emit(spans);
    }
}
