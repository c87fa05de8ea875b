//! The canvas: the one way to put text on a screen. Safe text, meanings instead of colours, no cell outside
//! of its rectangle.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Symbols;
use crate::text;
use crate::tui::theme::{Meaning, Theme};

/// Text with a meaning, the smallest thing that is drawn.
pub type Piece<'a> = (Meaning, &'a str);

/// A buffer with the theme and the signs it is drawn with.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    /// The signs.
    pub symbols: Symbols,
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, symbols: Symbols) -> Self {
        Self { buffer, theme, symbols }
    }

    /// The rectangle that can be drawn on.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Puts text at a place, in at most `cells` cells, and tells how many it took. Foreign text becomes safe
    /// here, so that nothing on the way can forget it.
    pub fn text(&mut self, x: u16, y: u16, cells: u16, meaning: Meaning, text: &str) -> u16 {
        let area = self.buffer.area;
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let cells = cells.min(area.right() - x);
        let fitted = text::fit(text, usize::from(cells));
        let (end, _) = self.buffer.set_stringn(x, y, &fitted, usize::from(cells), self.theme.style(meaning));
        end - x
    }

    /// Puts pieces one behind the other, in at most `cells` cells, and tells how many they took.
    pub fn pieces(&mut self, x: u16, y: u16, cells: u16, pieces: &[Piece<'_>]) -> u16 {
        let mut used = 0;
        for (meaning, text) in pieces {
            if used >= cells {
                break;
            }
            used += self.text(x + used, y, cells - used, *meaning, text);
        }
        used
    }

    /// Puts text so that it ends at the right edge of `cells` cells.
    pub fn text_right(&mut self, x: u16, y: u16, cells: u16, meaning: Meaning, text: &str) {
        let fitted = text::fit(text, usize::from(cells)).into_owned();
        let gap = cells - (text::width(&fitted) as u16).min(cells);
        self.text(x + gap, y, cells - gap, meaning, &fitted);
    }

    /// Gives a meaning's style to every cell of a rectangle, over what is drawn there.
    pub fn paint(&mut self, area: Rect, meaning: Meaning) {
        self.buffer.set_style(area.intersection(self.buffer.area), self.theme.style(meaning));
    }

    /// Empties a rectangle.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
        self.paint(area, Meaning::Text);
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x: u16, y: u16, cells: u16) {
        let line: String = std::iter::repeat_n(self.symbols.horizontal, usize::from(cells)).collect();
        self.text(x, y, cells, Meaning::Border, &line);
    }

    /// A vertical rule.
    pub fn upright(&mut self, x: u16, y: u16, cells: u16) {
        let sign = self.symbols.vertical;
        for row in y..y.saturating_add(cells) {
            self.sign(x, row, Meaning::Border, sign);
        }
    }

    /// The border of a rectangle, with a title in its upper side.
    pub fn frame(&mut self, area: Rect, title: &str) {
        if area.width < 4 || area.height < 2 {
            return;
        }
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for y in [area.y, bottom] {
            self.rule(area.x + 1, y, area.width - 2);
        }
        for x in [area.x, right] {
            self.upright(x, area.y + 1, area.height - 2);
        }
        let places = [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)];
        for ((x, y), sign) in places.into_iter().zip(self.symbols.corners) {
            self.sign(x, y, Meaning::Border, sign);
        }
        self.text(area.x + 2, area.y, area.width - 4, Meaning::Title, &format!(" {title} "));
    }

    /// One sign.
    pub fn sign(&mut self, x: u16, y: u16, meaning: Meaning, sign: char) {
        self.text(x, y, 1, meaning, sign.encode_utf8(&mut [0; 4]));
    }
}
