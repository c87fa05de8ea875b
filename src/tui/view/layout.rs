//! From the size of the screen to rectangles. Pure arithmetic with a table test; any size is survived.

use ratatui::layout::Rect;

/// Columns and rows below which nothing but one plain line is drawn.
const SMALLEST: (u16, u16) = (40, 9);

/// Rows from which rules between the parts are affordable.
const ROOMY_HEIGHT: u16 = 16;

/// Columns from which the preview stands beside the list, and the list still keeps its four columns.
const BESIDE_WIDTH: u16 = 112;

/// Rows from which a preview of several lines stands below the list.
const BELOW_HEIGHT: u16 = 34;

/// Where the frame around a pane goes: header, body, footer, and the rules between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// One row: where we are, how old the data is.
    pub header: Rect,
    /// The pane.
    pub body: Rect,
    /// One row: the keys, and what needs a person.
    pub footer: Rect,
    /// Whether there are rules above and below the body.
    pub rules: bool,
}

/// Arranges the frame; `None` where the screen is too small for one.
pub fn arrange(area: Rect) -> Option<Frame> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let rules = area.height >= ROOMY_HEIGHT;
    let edge = 1 + u16::from(rules);
    Some(Frame {
        header: Rect { height: 1, ..area },
        body: Rect { y: area.y + edge, height: area.height - 2 * edge, ..area },
        footer: Rect { y: area.bottom() - 1, height: 1, ..area },
        rules,
    })
}

/// Where the preview of the selected row goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    /// Right of the list.
    Beside(Rect),
    /// Under the list, several lines.
    Below(Rect),
    /// Under the list, one line.
    Line(Rect),
    /// Nowhere: switched off, or no room.
    Hidden,
}

/// Splits the body of the catalog into list and preview.
pub fn split(body: Rect, wanted: bool) -> (Rect, Preview) {
    if !wanted || body.height < 6 {
        return (body, Preview::Hidden);
    }
    if body.width >= BESIDE_WIDTH {
        let width = (body.width * 2 / 5).min(80);
        let list = Rect { width: body.width - width - 1, ..body };
        let side = Rect { x: list.right() + 1, width, ..body };
        return (list, Preview::Beside(side));
    }
    if body.height >= BELOW_HEIGHT {
        let height = body.height / 3;
        let list = Rect { height: body.height - height - 1, ..body };
        return (list, Preview::Below(Rect { y: list.bottom() + 1, height, ..body }));
    }
    if body.height >= 12 {
        let list = Rect { height: body.height - 2, ..body };
        return (list, Preview::Line(Rect { y: list.bottom() + 1, height: 1, ..body }));
    }
    (body, Preview::Hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: u16, height: u16) -> Rect {
        Rect { x: 0, y: 0, width, height }
    }

    #[test]
    fn small_screens_get_one_plain_line() {
        for (width, height) in [(1, 1), (39, 24), (40, 8), (200, 3), (0, 0)] {
            assert_eq!(arrange(screen(width, height)), None, "{width}x{height}");
        }
    }

    #[test]
    fn rules_are_drawn_where_there_is_room() {
        let table =
            [((120, 40), 36, true), ((80, 24), 20, true), ((60, 15), 13, false), ((40, 12), 10, false)];
        for ((width, height), body, rules) in table {
            let frame = arrange(screen(width, height)).unwrap();
            assert_eq!((frame.body.height, frame.rules), (body, rules), "{width}x{height}");
            assert_eq!(frame.footer.bottom(), height);
        }
    }

    #[test]
    fn the_preview_moves_from_beside_to_below_to_one_line_to_nowhere() {
        assert!(matches!(split(screen(120, 36), true).1, Preview::Beside(_)));
        assert!(matches!(split(screen(100, 40), true).1, Preview::Below(_)));
        assert!(matches!(split(screen(80, 20), true).1, Preview::Line(_)));
        assert_eq!(split(screen(60, 11), true).1, Preview::Hidden);
        assert_eq!(split(screen(120, 36), false), (screen(120, 36), Preview::Hidden));
    }

    #[test]
    fn list_and_preview_never_overlap_and_never_leave_the_body() {
        for width in 1..200 {
            for height in 1..60 {
                let body = screen(width, height);
                let (list, preview) = split(body, true);
                let side = match preview {
                    Preview::Beside(r) | Preview::Below(r) | Preview::Line(r) => r,
                    Preview::Hidden => continue,
                };
                assert!(list.intersection(side).is_empty(), "{width}x{height}");
                assert_eq!(body.union(side), body);
                assert!(!list.is_empty() && !side.is_empty());
            }
        }
    }
}
