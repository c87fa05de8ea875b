//! Going somewhere from a page: links, headings, places that were found, the next page.

use super::{Reader, Response};
use crate::docs::Target;
use crate::ops::docs::Goal;
use crate::tui::app::Effect;

impl Reader {
    pub(super) fn turn(&mut self, by: isize) -> Response {
        match self.contents.neighbour(self.goal.path.as_deref(), by) {
            Some(path) => self.open_page(Goal { path: Some(path), anchor: None }),
            None => Response::Say(
                if by > 0 { "This is the last page." } else { "This is the first page." }.to_owned(),
            ),
        }
    }

    pub(super) fn follow_number(&mut self, number: usize) -> Response {
        let link = self.page().and_then(|open| open.page.links.iter().position(|link| link.number == number));
        match link {
            Some(link) => {
                self.link = Some(link);
                self.follow()
            }
            None => Response::Say(format!("There is no link {number} on this page.")),
        }
    }

    pub(super) fn follow(&mut self) -> Response {
        let Some(page) = self.page().cloned() else { return Response::done() };
        let Some(link) = self.link.and_then(|link| page.page.links.get(link)) else {
            return Response::Say("Select a link first: its number, or the key for the next one.".to_owned());
        };
        match page.resolve(&link.target) {
            Target::Page { path, anchor } => self.open_page(Goal { path: Some(path), anchor }),
            Target::Anchor(anchor) => {
                self.go_to_anchor(&anchor);
                Response::done()
            }
            Target::External(address) => Response::Effects(vec![Effect::OpenAddress(address)]),
            Target::File(path) => Response::Say(format!("{path} is a file, not a page of this site.")),
            Target::Refused => {
                Response::Say(format!("{} leads out of the docs: it is not followed.", link.target))
            }
        }
    }

    pub(super) fn go_to_anchor(&mut self, anchor: &str) {
        let line = self.page().and_then(|open| {
            open.page.outline.iter().find(|heading| heading.anchor == anchor).and_then(|heading| heading.line)
        });
        if let Some(line) = line {
            self.scroll_to(line);
        }
    }

    pub(super) fn copy_code(&self) -> Response {
        let height = usize::from(self.body.height);
        let visible = self.first..self.first + height;
        let block = self.page().and_then(|open| {
            open.page
                .code_blocks
                .iter()
                .find(|block| visible.contains(&block.line))
                .map(|block| block.text.clone())
        });
        match block {
            Some(text) => Response::Effects(vec![Effect::Copy(text)]),
            None => Response::Say("There is no code block in view.".to_owned()),
        }
    }

    pub(super) fn step_match(&mut self, forward: bool) {
        let line = self.find.as_mut().and_then(|find| find.step(forward));
        if let Some(line) = line {
            self.show(line);
        }
    }

    pub(super) fn step_link(&mut self, forward: bool) {
        let Some(page) = self.page().cloned() else { return };
        let links = &page.page.links;
        let visible = self.first..self.first + usize::from(self.body.height);
        let next = match self.link.filter(|link| visible.contains(&links[*link].line)) {
            Some(link) if forward => Some(link + 1).filter(|next| *next < links.len()),
            Some(link) => link.checked_sub(1),
            None if forward => links.iter().position(|link| link.line >= self.first),
            None => links.iter().rposition(|link| link.line < visible.end),
        };
        if let Some(next) = next {
            self.link = Some(next);
            self.show(links[next].line);
        }
    }
}
