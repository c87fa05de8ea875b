//! The catalog pane: the search box, the list under it, and the preview of the selected row.

mod view;

use ratatui::layout::Rect;
use tui_input::{Input, InputRequest};

use super::preview::Preview;
use crate::catalog::EntityRef;
use crate::catalog::query::Completion;
use crate::ops::EntityRow;
use crate::ops::search::SearchOutcome;
use crate::tui::app::{Effect, Job};
use crate::tui::command::{Command, Context};
use crate::tui::view::Scroll;

/// Rows asked for at first. More are fetched when the selection comes near the end of them.
pub const PAGE: usize = 500;

/// Which part has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The search box: letters are text.
    #[default]
    Search,
    /// The list: letters are commands.
    List,
}

/// The state of the pane.
#[derive(Debug)]
pub struct CatalogPane {
    /// The search box.
    pub input: Input,
    /// What has the focus.
    pub focus: Focus,
    /// What the newest search found.
    pub found: SearchOutcome,
    /// Whether there was an answer at all.
    pub has_answer: bool,
    /// The window over the rows.
    pub scroll: Scroll,
    /// What can be typed next behind the text of the box, the most likely first.
    offered: Vec<Completion>,
    /// What is being looked for to be offered.
    offering: Job,
    /// The search that is running.
    pub search: Job,
    /// The preview that is loading.
    pub preview_job: Job,
    /// What is known of the selected row.
    pub preview: Option<Preview>,
    /// What is pinned.
    pub pins: Vec<EntityRef>,
    /// Whether a preview is wanted.
    pub shows_preview: bool,
    /// The row that stays selected when the catalog behind the list changes; the first one stays the first.
    kept: Option<EntityRef>,
    /// Whether the preview is of the catalog before.
    is_preview_old: bool,
    limit: usize,
    /// The rows that the list had at the last size of the screen.
    height: usize,
}

impl Default for CatalogPane {
    fn default() -> Self {
        Self {
            input: Input::default(),
            focus: Focus::default(),
            found: SearchOutcome::default(),
            has_answer: false,
            scroll: Scroll::default(),
            offered: Vec::new(),
            offering: Job::default(),
            search: Job::default(),
            preview_job: Job::default(),
            preview: None,
            pins: Vec::new(),
            shows_preview: true,
            kept: None,
            is_preview_old: false,
            limit: PAGE,
            height: 1,
        }
    }
}

impl CatalogPane {
    /// The contexts of the part that has the focus.
    pub fn contexts(&self) -> Vec<Context> {
        match self.focus {
            Focus::List => vec![Context::Catalog],
            Focus::Search if self.input.value().is_empty() => vec![Context::SearchEmpty, Context::Search],
            Focus::Search => vec![Context::Search],
        }
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&EntityRow> {
        self.found.hits.get(self.scroll.selected).map(|hit| &hit.row)
    }

    /// Searches for what the box holds now, from the top.
    pub fn search(&mut self) -> Effect {
        self.limit = PAGE;
        self.scroll = Scroll::default();
        self.kept = None;
        self.offered.clear();
        self.offering.start();
        self.ask()
    }

    /// Searches for what was typed, and asks what can be typed next where the cursor stands behind it.
    pub fn edited(&mut self) -> Vec<Effect> {
        let mut effects = vec![self.search()];
        let query = self.input.value();
        if self.is_at_end() && !query.is_empty() && !query.ends_with(char::is_whitespace) {
            let query = query.to_owned();
            effects.push(Effect::Complete { generation: self.offering.start(), query });
        }
        effects
    }

    /// Takes what can be typed next.
    pub fn take_offered(&mut self, generation: u64, offered: Vec<Completion>) {
        if self.offering.finish(generation) {
            self.offered = offered;
        }
    }

    fn is_at_end(&self) -> bool {
        self.input.cursor() == self.input.value().chars().count()
    }

    /// Takes the first of what is offered, else moves the cursor.
    fn complete(&mut self) -> Vec<Effect> {
        let Some(first) = self.offered.first().filter(|_| self.is_at_end()) else {
            self.input.handle(InputRequest::GoToNextChar);
            return Vec::new();
        };
        let query = self.input.value();
        let kept = query.get(..first.replaces.start).unwrap_or(query);
        self.input = Input::new(format!("{kept}{}", first.text));
        self.edited()
    }

    /// Searches again without moving the selection, because the catalog behind it changed.
    pub fn search_again(&mut self) -> Effect {
        let selected = self.selected().filter(|_| self.scroll.selected > 0);
        self.kept = selected.map(|row| row.reference.clone());
        self.is_preview_old = true;
        self.ask()
    }

    fn ask(&mut self) -> Effect {
        let generation = self.search.start();
        Effect::Search { generation, query: self.input.value().to_owned(), limit: self.limit }
    }

    /// Takes what a search found; `is_last` where no more of this generation will come.
    pub fn take(&mut self, generation: u64, found: SearchOutcome, is_last: bool) -> Vec<Effect> {
        if !self.search.accepts(generation) {
            return Vec::new();
        }
        if is_last {
            self.search.finish(generation);
        }
        self.found = found;
        self.has_answer = true;
        let is_kept = |kept: &EntityRef| self.found.hits.iter().position(|hit| hit.row.reference == *kept);
        match self.kept.as_ref().and_then(is_kept) {
            Some(row) => self.scroll.select(row, self.found.hits.len(), self.height),
            None => self.scroll.follow(self.found.hits.len(), self.height),
        }
        if is_last {
            self.kept = None;
        }
        self.load_preview()
    }

    /// Puts a query into the box.
    pub fn set_query(&mut self, query: &str) -> Effect {
        self.input = Input::new(query.to_owned());
        self.search()
    }

    /// Does what a command asks of the list; `None` where the command is not the list's.
    pub fn command(&mut self, command: Command) -> Option<Vec<Effect>> {
        let page = self.height as isize;
        let by = |pane: &mut Self, rows: isize| {
            pane.scroll.move_by(rows, pane.found.hits.len(), pane.height);
            pane.moved()
        };
        Some(match command {
            Command::Up => by(self, -1),
            Command::Down => by(self, 1),
            Command::PageUp => by(self, -page),
            Command::PageDown => by(self, page),
            Command::HalfPageUp => by(self, -page / 2),
            Command::HalfPageDown => by(self, page / 2),
            Command::Top => by(self, isize::MIN),
            Command::Bottom => by(self, isize::MAX),
            Command::FocusList => {
                self.focus = Focus::List;
                Vec::new()
            }
            Command::FocusSearch => {
                self.focus = Focus::Search;
                Vec::new()
            }
            Command::ClearQuery => vec![self.set_query("")],
            Command::Complete => self.complete(),
            Command::TogglePreview => {
                self.shows_preview = !self.shows_preview;
                self.load_preview()
            }
            _ => return None,
        })
    }

    /// Moves the window by lines of the wheel.
    pub fn wheel(&mut self, lines: i16) -> Vec<Effect> {
        self.scroll.move_by(isize::from(lines), self.found.hits.len(), self.height);
        self.moved()
    }

    /// Selects the row that was clicked; true where it was selected already.
    pub fn click(&mut self, body: Rect, y: u16) -> (bool, Vec<Effect>) {
        let list = self.rows_area(body);
        if y < list.y || y >= list.bottom() {
            return (false, Vec::new());
        }
        let row = self.scroll.first + usize::from(y - list.y);
        if row >= self.found.hits.len() {
            return (false, Vec::new());
        }
        let again = row == self.scroll.selected;
        self.scroll.select(row, self.found.hits.len(), self.height);
        (again, self.moved())
    }

    /// Learns how many rows there is room for.
    pub fn resize(&mut self, body: Rect) {
        self.height = usize::from(self.rows_area(body).height).max(1);
        self.scroll.follow(self.found.hits.len(), self.height);
    }

    fn moved(&mut self) -> Vec<Effect> {
        self.kept = None;
        let mut effects = self.load_preview();
        let rows = self.found.hits.len();
        let near_the_end = self.scroll.selected + self.height * 2 >= rows;
        if near_the_end && rows >= self.limit && rows < self.found.matched {
            self.limit *= 4;
            effects.push(self.ask());
        }
        effects
    }

    fn load_preview(&mut self) -> Vec<Effect> {
        let Some(reference) = self.selected().map(|row| row.reference.clone()) else {
            self.preview = None;
            return Vec::new();
        };
        let is_shown = self.preview.as_ref().is_some_and(|preview| preview.reference == reference);
        if !self.shows_preview || (is_shown && !self.is_preview_old) {
            return Vec::new();
        }
        self.is_preview_old = false;
        vec![Effect::Preview { generation: self.preview_job.start(), reference }]
    }
}
