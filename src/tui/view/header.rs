//! The header: where we are on the left, whose catalog and how old on the right.

use ratatui::layout::Rect;

use super::Canvas;
use crate::tui::theme::Meaning;

/// Draws the path of the place and the state of the data into one row. The right side gives way first, for
/// its most important fact stands at its end.
pub fn header(canvas: &mut Canvas<'_>, area: Rect, path: &[String], facts: &[String]) {
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let separator = format!(" {} ", canvas.symbols.prompt);
    let mut x = inner.x;
    let shown =
        if inner.width < 90 { path.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(path) } else { path };
    for (i, part) in shown.iter().enumerate() {
        if i > 0 {
            x += canvas.text(x, inner.y, inner.right().saturating_sub(x), Meaning::Dim, &separator);
        }
        let meaning = if i + 1 == shown.len() { Meaning::Title } else { Meaning::Dim };
        x += canvas.text(x, inner.y, inner.right().saturating_sub(x), meaning, part);
    }
    let room = usize::from(inner.right().saturating_sub(x + 2));
    let dot = format!(" {} ", canvas.symbols.dot);
    for skip in 0..facts.len() {
        let line = facts[skip..].join(&dot);
        if crate::text::width(&crate::text::sanitize(&line)) <= room {
            canvas.text_right(x + 2, inner.y, room as u16, Meaning::Dim, &line);
            break;
        }
    }
}
