//! ratatui's backend: turns the cells that changed into bytes and collects them, so that a frame is one
//! write. Asks the terminal nothing and writes nothing itself.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Bytes of a frame to make room for: a full repaint of a large screen in true colour.
const FRAME_BYTES: usize = 64 * 1024;

/// A backend that draws into memory.
pub(super) struct Screen {
    encoder: CrosstermBackend<Collected>,
    bytes: Collected,
    size: Size,
    cursor: Cursor,
}

/// Where the terminal's cursor is, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    Shown(Option<Position>),
}

/// The bytes of the frame that is being drawn.
#[derive(Clone, Default)]
struct Collected(Rc<RefCell<Vec<u8>>>);

impl io::Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Does nothing: the encoder flushes after every command, and a frame must stay in one piece.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    /// A screen of a size, columns and rows.
    pub(super) fn new((width, height): (u16, u16)) -> Self {
        let bytes = Collected(Rc::new(RefCell::new(Vec::with_capacity(FRAME_BYTES))));
        Self {
            encoder: CrosstermBackend::new(bytes.clone()),
            bytes,
            size: Size { width, height },
            cursor: Cursor::Unknown,
        }
    }

    /// The terminal has another size, or what it shows is not known any more.
    pub(super) fn reset(&mut self, (width, height): (u16, u16)) {
        self.size = Size { width, height };
        self.cursor = Cursor::Unknown;
    }

    /// Hands over the bytes of the frame.
    pub(super) fn with_frame<T>(&mut self, hand_over: impl FnOnce(&[u8]) -> T) -> T {
        let mut bytes = self.bytes.0.borrow_mut();
        let result = hand_over(&bytes);
        bytes.clear();
        result
    }
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        // Even an empty frame would be a few resets.
        if content.peek().is_none() {
            return Ok(());
        }
        if let Cursor::Shown(place) = &mut self.cursor {
            *place = None;
        }
        self.encoder.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.encoder.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if matches!(self.cursor, Cursor::Shown(_)) {
            return Ok(());
        }
        self.cursor = Cursor::Shown(None);
        self.encoder.show_cursor()
    }

    /// Never asks: an answer would have to be waited for, and the reader would take it.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if let Cursor::Shown(place) = &mut self.cursor {
            if *place == Some(position) {
                return Ok(());
            }
            *place = Some(position);
        }
        self.encoder.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.encoder.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::widgets::Paragraph;

    fn frame(terminal: &mut Terminal<Screen>, text: &str, cursor: Option<(u16, u16)>) -> String {
        terminal
            .draw(|frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
        terminal.backend_mut().with_frame(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn a_frame_that_changes_nothing_has_no_bytes() {
        let mut terminal = Terminal::new(Screen::new((20, 3))).unwrap();
        assert!(frame(&mut terminal, "hello", None).contains("hello"));
        assert_eq!(frame(&mut terminal, "hello", None), "");
        assert!(frame(&mut terminal, "hello", Some((1, 1))).contains("\x1b[?25h"));
        assert_eq!(frame(&mut terminal, "hello", Some((1, 1))), "");
        assert_eq!(frame(&mut terminal, "hello", Some((2, 1))), "\x1b[2;3H");
    }

    #[test]
    fn after_a_reset_everything_is_drawn_again() {
        let mut terminal = Terminal::new(Screen::new((20, 3))).unwrap();
        frame(&mut terminal, "hello", None);
        terminal.backend_mut().reset((20, 3));
        terminal.resize(ratatui::layout::Rect::new(0, 0, 20, 3)).unwrap();
        let again = frame(&mut terminal, "hello", None);
        assert!(again.contains("hello") && again.contains("\x1b[?25l"), "{again:?}");
    }
}
