//! Finding text on a page: what was typed, and where it stands on the lines as they are shown.

use crossterm::event::Event as TerminalEvent;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::docs::Line;

/// Places that are remembered: more than anybody steps through.
const MOST_PLACES: usize = 100_000;

/// Text that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Find {
    /// The text.
    pub(super) input: Input,
    /// Whether it is still being typed.
    pub(super) is_open: bool,
    /// Line and cells, from and to.
    places: Vec<(usize, usize, usize)>,
    current: Option<usize>,
}

impl Default for Find {
    fn default() -> Self {
        Self { input: Input::default(), is_open: true, places: Vec::new(), current: None }
    }
}

impl Find {
    /// Takes a key and gives the line to show: the first place from where the reader is.
    pub(super) fn edit(&mut self, event: &TerminalEvent, lines: &[Line], from: usize) -> Option<usize> {
        self.input.handle_event(event)?;
        self.search(lines);
        self.current = self.places.iter().position(|(line, ..)| *line >= from).or(Some(0));
        // The step that ends the typing goes to this place, not behind it.
        let line = self.current.and_then(|at| self.places.get(at)).map(|place| place.0);
        self.current = self.current.and_then(|at| at.checked_sub(1));
        line
    }

    /// Looks through lines, such as after the page was laid out again.
    pub(super) fn search(&mut self, lines: &[Line]) {
        self.places = places(lines, self.input.value());
        self.current = None;
    }

    /// Goes to the next place, round the end, and gives its line.
    pub(super) fn step(&mut self, forward: bool) -> Option<usize> {
        let count = self.places.len();
        if count == 0 {
            return None;
        }
        let next = match self.current {
            Some(at) if forward => (at + 1) % count,
            Some(at) => (at + count - 1) % count,
            None => 0,
        };
        self.current = Some(next);
        Some(self.places[next].0)
    }

    /// The cells of the places on a line.
    pub(super) fn on_line(&self, line: usize) -> impl Iterator<Item = (usize, usize)> {
        let from = self.places.partition_point(|place| place.0 < line);
        self.places[from..].iter().take_while(move |place| place.0 == line).map(|place| (place.1, place.2))
    }

    /// How many places there are, in words.
    pub(super) fn count(&self) -> String {
        match self.places.len() {
            _ if self.input.value().is_empty() => String::new(),
            0 => "not found".to_owned(),
            n => format!("{n} found"),
        }
    }
}

/// Where a text stands on lines, in any case: line, and cells from and to.
fn places(lines: &[Line], text: &str) -> Vec<(usize, usize, usize)> {
    let wanted: Vec<char> = text.trim().chars().flat_map(char::to_lowercase).collect();
    let mut places = Vec::new();
    if wanted.is_empty() {
        return places;
    }
    for (i, line) in lines.iter().enumerate() {
        let letters = letters(line);
        let mut at = 0;
        while at + wanted.len() <= letters.len() && places.len() < MOST_PLACES {
            let found = letters[at..at + wanted.len()].iter().zip(&wanted).all(|(letter, c)| letter.0 == *c);
            if found {
                places.push((i, letters[at].1, letters[at + wanted.len() - 1].2));
                at += wanted.len();
            } else {
                at += 1;
            }
        }
    }
    places
}

/// The letters of a line in lower case, each with the cells it stands on.
fn letters(line: &Line) -> Vec<(char, usize, usize)> {
    let mut letters = Vec::new();
    let mut cell = 0;
    for c in line.spans.iter().flat_map(|span| span.text().chars()) {
        let end = cell + crate::text::width(c.encode_utf8(&mut [0; 4]));
        letters.extend(c.to_lowercase().map(|small| (small, cell, end)));
        cell = end;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::{Role, Span};

    #[test]
    fn text_is_found_in_any_case_across_spans_and_counted_in_cells() {
        let line =
            Line { spans: vec![Span::new("漢 Never re", Role::Text), Span::new("fund", Role::Strong)] };
        assert_eq!(places(&[Line::default(), line], "REFUND"), [(1, 9, 15)]);
    }

    #[test]
    fn the_next_place_follows_and_the_first_follows_the_last() {
        let line = || Line { spans: vec![Span::new("a b a", Role::Text)] };
        let mut find = Find { input: Input::new("a".into()), ..Find::default() };
        find.search(&[line(), line()]);
        let lines: Vec<_> = (0..5).map(|_| find.step(true).unwrap()).collect();
        assert_eq!(lines, [0, 0, 1, 1, 0]);
    }
}
