//! The catalog of a Backstage: everything page by page, or what changed since.
//!
//! The server has no `ETag` for its lists, so each entity's own tells what changed. A list of names and etags
//! is a tenth of the bytes, and the entities that differ are asked for by their references.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use url::Url;

use super::collector::Collector;
use super::entity::Stub;
use super::{BackstageSettings, tell, validators};
use crate::catalog::EntityRef;
use crate::error::{Error, Result};
use crate::source::http::{Answer, Ask, Http};
use crate::source::mirror::{Pack, PackName};
use crate::source::remote::{Fetch, unreachable};

/// Bytes of one page.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// Pages of one walk.
const MAX_PAGES: usize = 10_000;

/// Entities of one catalog.
const MAX_ENTITIES: usize = 2_000_000;

/// Entities of a page of names and etags.
const NAMES_PER_PAGE: usize = 10_000;

/// References that are asked for at once; the server refuses bodies of more than 100 kB.
const MAX_REFS: usize = 1_000;

/// Bytes of the references that are asked for at once.
const MAX_REFS_BYTES: usize = 80_000;

/// Of how many in a hundred that changed everything is fetched again.
const MUCH: usize = 33;

/// What the list of names asks for.
const FIELDS: &str = "kind,metadata.namespace,metadata.name,metadata.etag";

/// The catalog of a Backstage.
#[derive(Clone, Copy)]
pub(super) struct Catalog<'a> {
    pub(super) http: &'a Http,
    pub(super) settings: &'a BackstageSettings,
    pub(super) fetch: Fetch<'a>,
}

/// What changed since a pack was made.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Entities that are new or differ.
    changed: BTreeSet<EntityRef>,
    /// Paths of those that are as they were.
    kept: HashMap<String, EntityRef>,
    /// How many are gone.
    gone: usize,
}

impl Changes {
    /// Whether nothing changed.
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone == 0
    }
}

/// A page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    #[serde(borrow)]
    total_items: Option<&'a RawValue>,
    #[serde(rename = "pageInfo")]
    info: Option<PageInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    next_cursor: Option<String>,
}

impl Page<'_> {
    fn next(&self) -> Option<&str> {
        self.info.as_ref()?.next_cursor.as_deref().filter(|cursor| !cursor.is_empty())
    }

    /// How many entities the server says there are, which is a hint and no more.
    fn total(&self) -> u64 {
        self.total_items.and_then(|total| total.get().parse().ok()).unwrap_or(0)
    }
}

impl Catalog<'_> {
    /// Fetches all entities into a new pack.
    pub(super) async fn everything(self) -> Result<(PackName, Vec<String>)> {
        let mut collector = Collector::new(self.fetch.mirror.begin_pack()?);
        let mut walk = Walk::new();
        let mut answer = self.list(self.settings.page_size, &[], None).await?;
        loop {
            let (next, total) = {
                let text = answer.text();
                let page: Page<'_> = answer.parse(&text)?;
                (page.next().map(str::to_owned), page.total())
            };
            // The next page is on its way while this one is taken.
            let coming = async {
                match &next {
                    Some(cursor) => self.list(self.settings.page_size, &[], Some(cursor)).await.map(Some),
                    None => Ok(None),
                }
            };
            let taking = tokio::task::spawn_blocking(move || take(collector, &answer));
            let (coming, taken) = tokio::join!(coming, taking);
            let (back, new) = taken.map_err(|_| unreachable("A page could not be taken."))??;
            collector = back;
            tell(self.fetch, self.http, collector.len() as u64, total);
            walk.go_on(next.as_deref(), new, collector.len())?;
            match coming? {
                Some(following) => answer = following,
                None => return collector.finish(),
            }
        }
    }

    /// What changed since a pack was made; nothing where that cannot be told, or is so much that everything
    /// is fetched faster.
    pub(super) async fn changes(self, pack: &Pack) -> Result<Option<Changes>> {
        let mut known: HashMap<&str, &str> = validators(pack).collect();
        let before = known.len();
        let mut changes = Changes::default();
        let mut walk = Walk::new();
        let mut cursor: Option<String> = None;
        loop {
            let answer = self.list(NAMES_PER_PAGE, &[("fields", FIELDS)], cursor.as_deref()).await?;
            let text = answer.text();
            let page: Page<'_> = answer.parse(&text)?;
            let mut new = 0;
            for item in &page.items {
                // What has no name cannot be compared.
                let Some(stub) = Stub::of(item) else { return Ok(None) };
                let path = stub.path();
                new += 1;
                match known.remove(path.as_str()) {
                    Some(etag) if etag == stub.etag => drop(changes.kept.insert(path, stub.reference)),
                    _ if changes.kept.contains_key(&path) => new -= 1,
                    _ => drop(changes.changed.insert(stub.reference)),
                }
            }
            let found = changes.kept.len() + changes.changed.len();
            tell(self.fetch, self.http, found as u64, before as u64);
            walk.go_on(page.next(), new, found)?;
            cursor = page.next().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        changes.gone = known.len();
        let is_much = changes.changed.len() * 100 > before * MUCH;
        Ok((!is_much).then_some(changes))
    }

    /// Makes a pack of what is as it was and what changed.
    pub(super) async fn apply(self, changes: &Changes, pack: &Pack) -> Result<(PackName, Vec<String>)> {
        let mut collector = Collector::new(self.fetch.mirror.begin_pack()?);
        for file in pack.files() {
            let Some(reference) = changes.kept.get(&file.path) else { continue };
            let json = pack.read(file).map_err(|error| Error::io("What was fetched before", &error))?;
            let stub = Stub { reference: reference.clone(), etag: file.validator.clone() };
            collector.put(&stub, &json)?;
        }
        for refs in groups(&changes.changed) {
            let body = json!({ "entityRefs": refs });
            let url = self.http.url("api/catalog/entities/by-refs")?;
            let answer = self.http.post_json(&url, &body, &Ask::json(MAX_PAGE_BYTES)).await?;
            let text = answer.text();
            let items: Items<'_> = answer.parse(&text)?;
            // What is gone by now is null, and gone.
            for item in items.items.iter().filter(|item| item.get() != "null") {
                collector.take(item)?;
            }
            tell(self.fetch, self.http, collector.len() as u64, 0);
        }
        collector.finish()
    }

    /// A page of the list of entities: the first one, or that of a cursor, which stands for everything else.
    async fn list(self, limit: usize, more: &[(&str, &str)], cursor: Option<&str>) -> Result<Answer> {
        let mut url: Url = self.http.url("api/catalog/entities/by-query")?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.to_string());
            query.extend_pairs(more);
            if let Some(cursor) = cursor {
                query.append_pair("cursor", cursor);
            } else {
                let filters = self.settings.filter.0.iter();
                query.extend_pairs(filters.map(|filter| ("filter", filter)));
            }
        }
        self.http.get(&url, &Ask::json(MAX_PAGE_BYTES)).await
    }
}

#[derive(Deserialize)]
struct Items<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

/// Takes the items of a page; says how many of them are new.
fn take(mut collector: Collector, answer: &Answer) -> Result<(Collector, usize)> {
    let text = answer.text();
    let mut new = 0;
    for item in answer.parse::<Page<'_>>(&text)?.items {
        new += usize::from(collector.take(item)?);
    }
    Ok((collector, new))
}

/// References in groups that the server takes.
fn groups(refs: &BTreeSet<EntityRef>) -> Vec<Vec<&str>> {
    let mut groups: Vec<Vec<&str>> = Vec::new();
    let mut bytes = 0;
    for reference in refs {
        let text = reference.as_str();
        let is_full = bytes + text.len() > MAX_REFS_BYTES;
        if let Some(group) = groups.last_mut().filter(|group| !is_full && group.len() < MAX_REFS) {
            group.push(text);
        } else {
            bytes = 0;
            groups.push(vec![text]);
        }
        bytes += text.len() + 3; // quotes and comma
    }
    groups
}

/// A walk from page to page, which must come to an end.
struct Walk {
    cursors: HashSet<String>,
    pages: usize,
}

impl Walk {
    fn new() -> Self {
        Self { cursors: HashSet::new(), pages: 0 }
    }

    /// Whether to go on after a page that brought so many new entities.
    fn go_on(&mut self, next: Option<&str>, new: usize, entities: usize) -> Result<()> {
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
