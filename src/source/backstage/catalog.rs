//! The catalog of a Backstage: everything page by page, or what changed since.
//!
//! The server has no `ETag` for its lists, so each entity's own tells what changed. A list of names and etags
//! is a tenth of the bytes, and the entities that differ are asked for by their references.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use url::Url;

use super::collector::Collector;
use super::entity::Stub;
use super::page::{Page, Walk};
use super::{BackstageSettings, tell, validators};
use crate::catalog::EntityRef;
use crate::error::{Error, Result};
use crate::source::http::{Answer, Ask, Http};
use crate::source::mirror::{Pack, PackName};
use crate::source::remote::{Fetch, unreachable};

/// Bytes of one page.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// What is asked of a page.
const PAGE: Ask<'static> = Ask::json(MAX_PAGE_BYTES);

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

impl Catalog<'_> {
    /// Fetches all entities into a new pack. Where the server forgets meanwhile how far it was, once more from
    /// the start.
    pub(super) async fn everything(self) -> Result<(PackName, Vec<String>)> {
        match self.walk(Forgotten::IsNoted).await? {
            Some(done) => Ok(done),
            None => {
                self.walk(Forgotten::Fails).await?.ok_or_else(|| unreachable("It forgot a cursor twice."))
            }
        }
    }

    /// Fetches all entities into a new pack; nothing where a cursor was refused.
    async fn walk(self, forgotten: Forgotten) -> Result<Option<(PackName, Vec<String>)>> {
        let mut collector = Collector::new(self.fetch.mirror.begin_pack()?);
        let mut walk = Walk::default();
        let mut answer = self.http.get(&self.list(self.settings.page_size(), &[], None)?, &PAGE).await?;
        loop {
            let (next, total) = {
                let text = answer.text();
                let page: Page<'_> = answer.parse(&text)?;
                (page.next().map(str::to_owned), page.total())
            };
            // The next page is on its way while this one is taken.
            let coming = async {
                let Some(cursor) = &next else { return Ok(None) };
                let url = self.list(self.settings.page_size(), &[], Some(cursor))?;
                match forgotten {
                    Forgotten::IsNoted => self.http.get_if_taken(&url, &PAGE).await,
                    Forgotten::Fails => self.http.get(&url, &PAGE).await.map(Some),
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
                None if next.is_some() => return Ok(None),
                None => return collector.finish().map(Some),
            }
        }
    }

    /// What changed since a pack was made; nothing where that cannot be told, or is so much that everything
    /// is fetched faster.
    pub(super) async fn changes(self, pack: &Pack) -> Result<Option<Changes>> {
        let mut known: HashMap<&str, &str> = validators(pack).collect();
        let before = known.len();
        let mut changes = Changes::default();
        let mut walk = Walk::default();
        let mut cursor: Option<String> = None;
        loop {
            let url = self.list(NAMES_PER_PAGE, &[("fields", FIELDS)], cursor.as_deref())?;
            // An older server may not know such a list; everything can still be fetched.
            let Some(answer) = self.http.get_if_taken(&url, &PAGE).await? else { return Ok(None) };
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
            let answer = self.http.post_json(&url, &body, &PAGE).await?;
            let text = answer.text();
            let items: Items<'_> = answer.parse(&text)?;
            let wrong = || {
                let error =
                    unreachable("It was asked for entities by their references and answered with others.");
                error.with_hint("What is known stays; report it to whoever runs that server.")
            };
            if items.items.len() != refs.len() {
                return Err(wrong());
            }
            for (item, reference) in items.items.iter().zip(&refs) {
                // What is gone by now is null, and gone.
                if item.get() == "null" {
                    continue;
                }
                let stub = Stub::of(item).filter(|stub| stub.reference.as_str() == *reference);
                collector.put(&stub.ok_or_else(wrong)?, item.get().as_bytes())?;
            }
            tell(self.fetch, self.http, collector.len() as u64, 0);
        }
        collector.finish()
    }

    /// The address of a page of entities: the first one, or that of a cursor, which stands for everything else.
    fn list(self, limit: usize, more: &[(&str, &str)], cursor: Option<&str>) -> Result<Url> {
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
        Ok(url)
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

/// What a refused cursor means for a walk.
#[derive(Clone, Copy)]
enum Forgotten {
    /// That there must be another walk.
    IsNoted,
    /// That it failed.
    Fails,
}
