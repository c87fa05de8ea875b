//! The one way to stdout: makes foreign text safe, shows meanings with the ink there is, ends quietly when
//! nobody reads any more.

use std::io::{self, Write};

use serde::Serialize;

use super::ink::END;
use super::{Ink, Meaning, Span, paragraph, span};
use crate::text;

/// Writes results.
pub(crate) struct Printer {
    out: Box<dyn Write>,
    ink: Ink,
    width: Option<usize>,
}

impl Printer {
    /// A printer to a stream. `width` is that of its terminal; nothing for a pipe or a file, where lines are
    /// never cut.
    pub(crate) fn new(out: Box<dyn Write>, ink: Ink, width: Option<usize>) -> Self {
        Self { out, ink, width }
    }

    /// The cells of a line, where there is a terminal.
    pub(crate) fn width(&self) -> Option<usize> {
        self.width
    }

    /// The ink in use.
    pub(crate) fn ink(&self) -> Ink {
        self.ink
    }

    /// Writes one line. Foreign text loses whatever a terminal could act on, also line breaks.
    pub(crate) fn line<'a>(&mut self, spans: impl IntoIterator<Item = Span<'a>>) -> io::Result<()> {
        for span in spans {
            let begin = self.ink.begin(span.meaning);
            let safe = text::sanitize(&span.text);
            if begin.is_empty() || safe.is_empty() {
                self.out.write_all(safe.as_bytes())?;
            } else {
                write!(self.out, "{begin}{safe}{END}")?;
            }
        }
        self.out.write_all(b"\n")
    }

    /// Writes sentences behind a label, broken between words where a terminal is narrower, each line below the
    /// first one.
    pub(crate) fn paragraph(&mut self, label: &str, sentences: &Span<'_>) -> io::Result<()> {
        let safe = text::sanitize(&sentences.text);
        let lines = paragraph(&safe, text::width(label), self.width);
        let mut label = Some(span(Meaning::Dim, label));
        // What was broken has its indentation already.
        lines
            .split('\n')
            .try_for_each(|line| self.line(label.take().into_iter().chain([span(sentences.meaning, line)])))
    }

    /// Writes a line of plain text.
    pub(crate) fn text(&mut self, line: &str) -> io::Result<()> {
        self.line([line.into()])
    }

    /// Writes an empty line.
    pub(crate) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// Writes text of several lines, each made safe.
    pub(crate) fn lines(&mut self, block: &str) -> io::Result<()> {
        for line in text::sanitize_lines(block.strip_suffix('\n').unwrap_or(block)) {
            self.out.write_all(line.as_bytes())?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes a value as indented JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string_pretty(value)?;
        writeln!(self.out, "{}", text::escape_json(&json))
    }

    /// Writes a value as JSON on one line.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(value)?;
        writeln!(self.out, "{}", text::escape_json(&json))
    }

    /// Writes what this program itself made, such as a completion script, as it is.
    pub(crate) fn own(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// Hands over what is still waiting.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// What a printer wrote.
    #[derive(Clone, Default)]
    pub(crate) struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Paper {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }

        pub(crate) fn printer(&self, ink: Ink, width: Option<usize>) -> Printer {
            Printer::new(Box::new(self.clone()), ink, width)
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::Paper;
    use super::*;

    #[test]
    fn foreign_text_cannot_act_and_cannot_break_the_line() {
        let paper = Paper::default();
        let mut printer = paper.printer(Ink::Colours, None);
        printer.line([span(Meaning::Strong, "a\x1b[2J\nb")]).unwrap();
        assert_eq!(paper.text(), "\x1b[1ma␛[2J b\x1b[0m\n");
    }

    #[test]
    fn sentences_stand_below_each_other_behind_their_label() {
        let paper = Paper::default();
        paper.printer(Ink::None, Some(24)).paragraph("git   ", &"is not installed here.".into()).unwrap();
        assert_eq!(paper.text(), "git   is not installed\n      here.\n");
    }

    #[test]
    fn without_ink_a_meaning_leaves_no_trace() {
        let paper = Paper::default();
        paper.printer(Ink::None, None).line([span(Meaning::Bad, "x"), " y".into()]).unwrap();
        assert_eq!(paper.text(), "x y\n");
    }

    #[test]
    fn json_keeps_its_value_and_holds_no_control() {
        let paper = Paper::default();
        paper.printer(Ink::None, None).json_line(&"a\u{9b}b\u{1b}").unwrap();
        assert_eq!(paper.text(), "\"a\\u009bb\\u001b\"\n");
    }
}
