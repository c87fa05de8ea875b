//! The docs pane: contents on the left, a page on the right, links to follow, text to find.

mod contents;
mod find;
mod follow;
mod view;

use std::sync::Arc;

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::{Position, Rect};

use self::contents::{Contents, Entry};
use self::find::Find;
use super::{Place, Response};
use crate::catalog::EntityRef;
use crate::docs::Line;
use crate::ops::docs::{Goal, OpenPage, OpenSite};
use crate::tui::app::{Effect, Job};
use crate::tui::command::{Command, Context};

/// Columns from which the contents stand beside the page.
const BESIDE: u16 = 76;

/// Columns of a page at most: longer lines are hard to read.
const WIDEST_PAGE: u16 = 110;

/// A site with one of its pages, laid out at a width.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The site.
    pub site: Arc<OpenSite>,
    /// The page; none where the site has no pages.
    pub page: Option<Arc<OpenPage>>,
}

/// What is known of the site.
#[derive(Debug, Clone)]
enum Known {
    Loading,
    Loaded(Loaded),
    Failed(String),
}

/// Which part has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Page,
    Contents,
}

/// A reader of one site.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The entity that has the docs.
    pub reference: EntityRef,
    goal: Goal,
    known: Known,
    contents: Contents,
    part: Part,
    first: usize,
    link: Option<usize>,
    find: Option<Find>,
    body: Rect,
    width: u16,
}

impl Reader {
    /// A reader that opens the first page of a site.
    pub fn new(reference: EntityRef) -> Self {
        Self::at(reference, Goal::default())
    }

    fn at(reference: EntityRef, goal: Goal) -> Self {
        Self {
            reference,
            goal,
            known: Known::Loading,
            contents: Contents::default(),
            part: Part::Page,
            first: 0,
            link: None,
            find: None,
            body: Rect::default(),
            width: 0,
        }
    }

    /// The contexts of the keymap. While text to find is typed, letters are text.
    pub fn contexts(&self) -> Vec<Context> {
        if self.find.as_ref().is_some_and(|find| find.is_open) {
            vec![Context::Menu]
        } else {
            vec![Context::Docs]
        }
    }

    /// Where we are, for the header.
    pub fn path(&self) -> Vec<String> {
        let Known::Loaded(loaded) = &self.known else { return vec![self.reference.name().to_owned()] };
        let page = loaded.page.as_ref().map(|page| page.title.display().into_owned());
        std::iter::once(loaded.site.title.display().into_owned()).chain(page).collect()
    }

    /// The commands that the footer offers.
    pub fn hints(&self) -> &'static [Command] {
        use Command as C;
        if self.find.as_ref().is_some_and(|find| find.is_open) {
            return &[C::Open, C::Back];
        }
        &[
            C::NextLink,
            C::Open,
            C::Contents,
            C::Find,
            C::NextPage,
            C::CopyCode,
            C::HistoryBack,
            C::Back,
            C::Help,
        ]
    }

    /// Asks for the page at the width of the screen.
    pub fn load(&mut self, job: &mut Job) -> Vec<Effect> {
        if self.width == 0 {
            return Vec::new();
        }
        let generation = job.start();
        let (reference, goal) = (self.reference.clone(), self.goal.clone());
        vec![Effect::Docs { generation, reference, goal, width: self.width }]
    }

    /// Takes a site and its page, or why there is none.
    pub fn take(&mut self, answer: Result<Loaded, String>) {
        let is_first = matches!(self.known, Known::Loading);
        let before = self.page().cloned();
        self.known = answer.map_or_else(Known::Failed, Known::Loaded);
        let Some(page) = self.page().cloned() else { return };
        self.goal.path = Some(page.path.clone());
        let Known::Loaded(loaded) = &self.known else { return };
        let contents = Contents::new(&loaded.site, &page);
        if before.is_some_and(|before| before.path == page.path) {
            // Somebody may have written in the page that is open: its reader stays where they are.
            self.contents.renew(contents);
            self.link = self.link.filter(|link| *link < page.page.links.len());
        } else {
            self.contents = contents;
            self.link = None;
        }
        if let Some(find) = &mut self.find {
            find.search(&page.page.lines);
        }
        if let (true, Some(anchor)) = (is_first, self.goal.anchor.clone()) {
            self.go_to_anchor(&anchor);
        }
        self.scroll_to(self.first);
    }

    fn page(&self) -> Option<&Arc<OpenPage>> {
        match &self.known {
            Known::Loaded(loaded) => loaded.page.as_ref(),
            _ => None,
        }
    }

    fn lines(&self) -> &[Line] {
        self.page().map_or(&[], |page| &page.page.lines)
    }

    /// Lays the pane out for a size; true where the page has to be laid out again.
    pub fn resize(&mut self, body: Rect) -> bool {
        self.body = body;
        let width = self.areas().1.width.min(WIDEST_PAGE);
        let changed = width != self.width && width > 0;
        self.width = width;
        changed
    }

    /// Contents and page. Where there is no room for both, the part that has the focus takes it all.
    fn areas(&self) -> (Rect, Rect) {
        let inner = Rect { x: self.body.x + 1, width: self.body.width.saturating_sub(2), ..self.body };
        if self.body.width < BESIDE {
            return (inner, inner);
        }
        let side = (inner.width / 4).clamp(20, 34);
        let x = inner.x + side + 3;
        (Rect { width: side, ..inner }, Rect { x, width: inner.right().saturating_sub(x), ..inner })
    }

    /// Does what a command asks of the pane.
    pub fn command(&mut self, command: Command, job: &mut Job) -> Response {
        if let Some(response) = self.command_of_find(command) {
            return response;
        }
        let height = self.body.height as isize;
        if self.part == Part::Contents {
            match command {
                Command::Up => return self.move_contents(-1),
                Command::Down => return self.move_contents(1),
                Command::PageUp | Command::HalfPageUp => return self.move_contents(-height),
                Command::PageDown | Command::HalfPageDown => return self.move_contents(height),
                Command::Top => return self.move_contents(isize::MIN),
                Command::Bottom => return self.move_contents(isize::MAX),
                Command::Open => return self.open_entry(),
                Command::Back => {
                    self.part = Part::Page;
                    return Response::done();
                }
                _ => {}
            }
        }
        match command {
            Command::Up => self.scroll_by(-1),
            Command::Down => self.scroll_by(1),
            Command::PageUp => self.scroll_by(-(height - 2).max(1)),
            Command::PageDown => self.scroll_by((height - 2).max(1)),
            Command::HalfPageUp => self.scroll_by(-(height / 2).max(1)),
            Command::HalfPageDown => self.scroll_by((height / 2).max(1)),
            Command::Top => self.scroll_to(0),
            Command::Bottom => self.scroll_to(usize::MAX),
            Command::Contents => {
                self.part = if self.part == Part::Page { Part::Contents } else { Part::Page };
            }
            Command::Find => self.find = Some(Find::default()),
            Command::NextMatch => self.step_match(true),
            Command::PreviousMatch => self.step_match(false),
            Command::NextLink => self.step_link(true),
            Command::PreviousLink => self.step_link(false),
            Command::NextPage => return self.turn(1),
            Command::PreviousPage => return self.turn(-1),
            Command::Open => return self.follow(),
            Command::CopyCode => return self.copy_code(),
            Command::Refresh => return Response::Effects(self.load(job)),
            _ => return Response::NotMine,
        }
        Response::done()
    }

    fn command_of_find(&mut self, command: Command) -> Option<Response> {
        let find = self.find.as_mut()?;
        if !find.is_open {
            if command != Command::Back {
                return None;
            }
            self.find = None;
            return Some(Response::done());
        }
        match command {
            Command::Open => {
                find.is_open = false;
                self.step_match(true);
            }
            Command::Back => self.find = None,
            Command::ClearQuery => find.input.reset(),
            Command::Quit | Command::Suspend | Command::Redraw => return None,
            _ => {}
        }
        Some(Response::done())
    }

    /// Takes a key as text to find, or a digit as the number of a link.
    pub fn edit(&mut self, event: &TerminalEvent) -> Response {
        let page = self.page().cloned();
        if let Some(find) = self.find.as_mut().filter(|find| find.is_open) {
            let lines = page.as_ref().map_or(&[][..], |page| &page.page.lines);
            if let Some(line) = find.edit(event, lines, self.first) {
                self.show(line);
            }
            return Response::done();
        }
        let TerminalEvent::Key(key) = event else { return Response::done() };
        let digit = match key.code {
            crossterm::event::KeyCode::Char(c) => c.to_digit(10),
            _ => None,
        };
        match digit {
            Some(number) => self.follow_number(number as usize),
            None => Response::done(),
        }
    }

    /// Moves the window by lines of the wheel.
    pub fn wheel(&mut self, lines: i16) {
        self.scroll_by(isize::from(lines));
    }

    /// Opens what was clicked: an entry of the contents, or a link of the page.
    pub fn click(&mut self, x: u16, y: u16) -> Response {
        let (side, page) = self.areas();
        let at = Position { x, y };
        if side != page && side.contains(at) {
            return if self.contents.click(usize::from(y - side.y), usize::from(side.height)) {
                self.open_entry()
            } else {
                Response::done()
            };
        }
        if !page.contains(at) {
            return Response::done();
        }
        let line = self.first + usize::from(y - page.y);
        let on_line = self.page().and_then(|open| open.page.links.iter().position(|link| link.line == line));
        match on_line {
            Some(link) if self.link == Some(link) => self.follow(),
            Some(link) => {
                self.link = Some(link);
                Response::done()
            }
            None => Response::done(),
        }
    }

    fn move_contents(&mut self, rows: isize) -> Response {
        self.contents.move_by(rows, usize::from(self.body.height));
        Response::done()
    }

    fn open_entry(&mut self) -> Response {
        match self.contents.selected().cloned() {
            Some(Entry::Page(path)) => {
                self.part = Part::Page;
                self.open_page(Goal { path: Some(path), anchor: None })
            }
            Some(Entry::Heading(anchor)) => {
                self.part = Part::Page;
                self.go_to_anchor(&anchor);
                Response::done()
            }
            Some(Entry::Address(address)) => Response::Effects(vec![Effect::OpenAddress(address)]),
            Some(Entry::Missing(path)) => {
                Response::Say(format!("The navigation names {path}, but there is no such page."))
            }
            Some(Entry::Section) | None => Response::done(),
        }
    }

    /// Another page is another place, so that `[` leads back to the line that was left.
    fn open_page(&self, goal: Goal) -> Response {
        if goal.path == self.goal.path && goal.anchor.is_none() {
            return Response::done();
        }
        Response::Enter(Place::Docs(Box::new(Self::at(self.reference.clone(), goal))))
    }

    fn last_first(&self) -> usize {
        self.lines().len().saturating_sub(usize::from(self.body.height))
    }

    fn scroll_to(&mut self, line: usize) {
        self.first = line.min(self.last_first());
    }

    fn scroll_by(&mut self, lines: isize) {
        self.scroll_to(self.first.saturating_add_signed(lines));
    }

    /// Brings a line into view, with the third of a page above it.
    fn show(&mut self, line: usize) {
        let height = usize::from(self.body.height);
        if line < self.first || line >= self.first + height {
            self.scroll_to(line.saturating_sub(height / 3));
        }
    }
}
