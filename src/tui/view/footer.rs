//! The footer: the keys that work here, from the live keymap, and on the right what needs a person.

use ratatui::layout::Rect;

use super::Canvas;
use crate::tui::theme::Meaning;

/// What stands on the right of the footer.
pub(super) type Status<'a> = Option<(Meaning, &'a str)>;

/// Draws as many hints as fit beside the status. The status wins: it is about the data.
pub fn footer(canvas: &mut Canvas<'_>, area: Rect, hints: &[(String, &str)], status: Status<'_>) {
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let mut room = inner.width;
    if let Some((meaning, text)) = status {
        let cells = (crate::text::width(&crate::text::sanitize(text)) as u16).min(inner.width);
        canvas.text_right(inner.x, inner.y, inner.width, meaning, text);
        room = room.saturating_sub(cells + 2);
    }
    let mut x = inner.x;
    for (keys, title) in hints {
        let cells = (crate::text::width(keys) + 1 + crate::text::width(title)) as u16;
        if x + cells > inner.x + room {
            break;
        }
        x += canvas.pieces(
            x,
            inner.y,
            cells,
            &[(Meaning::Key, keys), (Meaning::Dim, " "), (Meaning::Dim, title)],
        );
        x += 3;
    }
}
