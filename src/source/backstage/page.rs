//! Lists of a Backstage page by page: what a page says, and the walk from one to the next.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Result;
use crate::source::remote::unreachable;

/// Pages of one walk.
const MAX_PAGES: usize = 10_000;

/// Entities of one catalog.
const MAX_ENTITIES: usize = 2_000_000;

/// A page of a list of entities. Foreign text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    #[serde(borrow)]
    /// The entities, unread.
    pub items: Vec<&'a RawValue>,
    #[serde(borrow)]
    total_items: Option<&'a RawValue>,
    #[serde(rename = "pageInfo")]
    info: Option<PageInfo>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    next_cursor: Option<String>,
}

impl Page<'_> {
    /// The cursor of the page behind it.
    pub fn next(&self) -> Option<&str> {
        self.info.as_ref()?.next_cursor.as_deref().filter(|cursor| !cursor.is_empty())
    }

    /// How many entities the server says there are, which is a hint and no more.
    pub fn total(&self) -> u64 {
        self.total_items.and_then(|total| total.get().parse().ok()).unwrap_or(0)
    }
}

/// A walk from page to page, which must come to an end.
#[derive(Debug, Default)]
pub struct Walk {
    cursors: HashSet<String>,
    pages: usize,
}

impl Walk {
    /// Whether to go on after a page that brought so many new entities.
    pub fn go_on(&mut self, next: Option<&str>, new: usize, entities: usize) -> Result<()> {
        self.pages += 1;
        let Some(next) = next else { return Ok(()) };
        let ended = |why: &str| {
            Err(unreachable(format!("Its list of entities has no end: {why}."))
                .with_hint("What is known stays; report it to whoever runs that server."))
        };
        if new == 0 {
            return ended("a page brought nothing new and there is another one");
        }
        if !self.cursors.insert(next.to_owned()) {
            return ended("a page leads back to one that was read before");
        }
        if self.pages >= MAX_PAGES {
            return ended(&format!("{MAX_PAGES} pages are the most that is read"));
        }
        if entities > MAX_ENTITIES {
            return ended(&format!("{MAX_ENTITIES} entities are the most that is read"));
        }
        Ok(())
    }
}
