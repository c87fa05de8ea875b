//! A line of input: the text scrolled so that the cursor is visible.

use ratatui::layout::{Position, Rect};

use super::Canvas;
use crate::tui::theme::Meaning;

/// Draws a one-line input into the first row of a rectangle and tells where the cursor stands.
pub fn input(canvas: &mut Canvas<'_>, area: Rect, input: &tui_input::Input, hint: &str) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    if input.value().is_empty() {
        canvas.text(area.x, area.y, area.width, Meaning::Dim, hint);
        return Some(Position { x: area.x, y: area.y });
    }
    // One cell stays free behind the text for the cursor.
    let cells = usize::from(area.width.saturating_sub(1)).max(1);
    let scroll = input.visual_scroll(cells);
    let mut skipped = 0;
    let visible: String = input
        .value()
        .chars()
        .skip_while(|c| {
            let hidden = skipped < scroll;
            skipped += crate::text::width(c.encode_utf8(&mut [0; 4]));
            hidden
        })
        .collect();
    canvas.text(area.x, area.y, area.width, Meaning::Text, &visible);
    let column = input.visual_cursor().saturating_sub(scroll).min(cells) as u16;
    Some(Position { x: area.x + column.min(area.width - 1), y: area.y })
}
