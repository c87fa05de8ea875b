//! Fetching a site: what is asked for, in which order, and what happens when a part of it fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::build::{Build, Metadata, outcome};
use super::link::Pages;
use super::nav;
use super::page::{Page, read_page};
use crate::error::{Error, ErrorKind, Result};
use crate::source::http::{Ask, Http};
use crate::source::mirror::{Manifest, Mirror, NewFile, Role, Unit};
use crate::source::tree::Tree;

/// Bytes of the log of a build that are read until it ends.
const MAX_BUILD_BYTES: u64 = 16 << 20;

/// Bytes of what a Backstage knows of a site: the names of its files.
const MAX_METADATA_BYTES: u64 = 8 << 20;

/// Pages of a site that are fetched.
const MAX_PAGES: usize = 2_000;

/// Bytes of a page of HTML.
const MAX_PAGE_BYTES: u64 = 2 << 20;

/// Bytes of all pages of a site, as Markdown.
const MAX_SITE_BYTES: usize = 64 << 20;

/// Bytes of a page that is kept from the last time.
const MAX_KEPT_BYTES: u64 = 64 << 20;

/// Pages that may fail before the site as a whole does.
const MAX_FAILURES: usize = 5;

/// An entity whose docs are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteRef<'a> {
    /// Its namespace.
    pub namespace: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl SiteRef<'_> {
    /// An address of the docs backend about this entity, whose names it wants in small letters.
    fn url(&self, http: &Http, route: &str, file: &str) -> Result<Url> {
        let mut url = http.url(&format!("api/techdocs/{route}"))?;
        let names = [self.namespace, self.kind, self.name].map(str::to_lowercase);
        let parts = names.iter().map(String::as_str).chain(file.split('/').filter(|part| !part.is_empty()));
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        Ok(url)
    }
}

impl std::fmt::Display for SiteRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}/{}", self.kind, self.namespace, self.name)
    }
}

/// What fetching a site came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchedSite {
    /// Whether its pages were fetched; not where the build is the one that is known.
    pub is_changed: bool,
    /// Its pages.
    pub pages: usize,
    /// What the user should know, as sentences. Foreign text.
    pub notes: Vec<String>,
}

/// Fetches the docs of an entity into a mirror of their own, in which they look as they do in a repository:
/// `mkdocs.yml` and `docs/**/*.md`. Backstage builds them first where they changed.
///
/// An error leaves the mirror as it was: `NotFound` where there are no docs, else why they could not be had.
/// A page that fails alone stays as it was, is noted, and is fetched again the next time.
pub async fn fetch_site(
    http: &Http,
    site: SiteRef<'_>,
    into: &Mirror,
    now: Timestamp,
) -> Result<FetchedSite> {
    let build = build(http, site).await;
    let ask = Ask::json(MAX_METADATA_BYTES);
    let metadata = http.get(&site.url(http, "metadata/techdocs", "")?, &ask).await;
    let metadata: Metadata = match (metadata, &build) {
        (Ok(answer), _) => answer.json()?,
        (Err(_), Ok(Build::Failed(why))) => return Err(none(site, why)),
        (Err(_), Err(error)) => return Err(error.clone()),
        (Err(error), Ok(Build::Done)) => return Err(error),
    };
    let mut fetched = FetchedSite::default();
    match build {
        Ok(Build::Done) => {}
        Ok(Build::Failed(why)) => {
            fetched.notes.push(format!("The docs of {site} are of an earlier build: {why}."));
        }
        Err(error) => {
            fetched.notes.push(format!("The docs of {site} may be of an earlier build: {}", error.message()));
        }
    }
    let pages = Pages::new(metadata.files.iter().map(String::as_str));
    fetched.pages = pages.len().min(MAX_PAGES);
    let revision = match &metadata.build_timestamp {
        Value::Null => String::new(),
        built => built.to_string(),
    };
    let before = into.manifest();
    if let Some(before) = &before
        && let Some(unit) = before
            .unit("")
            .filter(|unit| !revision.is_empty() && unit.revision == revision && into.pack(&unit.pack).is_ok())
    {
        into.publish(&Manifest::new(vec![Unit { as_of: now, ..unit.clone() }]))?;
        return Ok(fetched);
    }
    if pages.len() > MAX_PAGES {
        fetched
            .notes
            .push(format!("The docs of {site} have more than {MAX_PAGES} pages; the others are left out."));
    }
    let fetch =
        Fetching { http, site, pages: &pages, into, next: AtomicUsize::new(0), state: Mutex::default() };
    tokio::try_join!(fetch.worker(), fetch.worker(), fetch.worker(), fetch.worker())?;
    let State { texts, nav, failures, .. } = fetch.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if texts.is_empty() {
        return Err(none(site, failures.first().map_or("it has no pages", String::as_str)));
    }
    let nav = nav.map(|(_, nav)| nav).unwrap_or_default();
    // What is incomplete has no name, so that the next sync does not take it for the whole.
    let revision = if failures.is_empty() { revision } else { String::new() };
    fetched.is_changed = true;
    fetched.notes.extend(failures);
    let mut pack = into.begin_pack()?;
    let mkdocs = nav::mkdocs(metadata.site_name.as_deref(), nav);
    pack.add(new_file("mkdocs.yml", &revision), mkdocs.as_bytes())?;
    for (path, text) in &texts {
        pack.add(new_file(&format!("docs/{path}"), &revision), text.as_bytes())?;
    }
    let pack = pack.finish(site.name)?;
    let (key, root) = (String::new(), String::new());
    let unit = Unit { key, root, pack, revision, repository: None, as_of: now, failure: None };
    into.publish(&Manifest::new(vec![unit]))?;
    Ok(fetched)
}

/// Asks for a build and waits until it ends.
async fn build(http: &Http, site: SiteRef<'_>) -> Result<Build> {
    let ask = Ask { accept: "text/event-stream", validator: None, most: MAX_BUILD_BYTES };
    let answer = http.get(&site.url(http, "sync", "")?, &ask).await?;
    Ok(outcome(&String::from_utf8_lossy(&answer.body)))
}

fn none(site: SiteRef<'_>, why: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{site} has no docs in Backstage: {why}."))
        .with_hint("Look at them in Backstage; its log says why they could not be built.")
}

fn new_file<'a>(path: &'a str, validator: &'a str) -> NewFile<'a> {
    NewFile { path, validator, role: Role::Other, executable: false }
}

struct Fetching<'a> {
    http: &'a Http,
    site: SiteRef<'a>,
    pages: &'a Pages,
    into: &'a Mirror,
    next: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The pages by the paths of their Markdown.
    texts: BTreeMap<String, String>,
    bytes: usize,
    /// The navigation, and the page that it was read from: the first one.
    nav: Option<(usize, Vec<Value>)>,
    failures: Vec<String>,
}

impl Fetching<'_> {
    /// Fetches one page after the other, until there are none.
    async fn worker(&self) -> Result<()> {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((html, markdown)) = self.pages.iter().take(MAX_PAGES).nth(at) else { return Ok(()) };
            let outcome = self.page(at, html, markdown).await;
            let Err(error) = outcome else { continue };
            if error.kind() == ErrorKind::Refused {
                return Err(error);
            }
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.failures.push(format!(
                "A page of the docs of {} is missing: {}",
                self.site,
                error.message()
            ));
            if state.failures.len() >= MAX_FAILURES {
                return Err(error);
            }
            if let Some(kept) = self.kept(markdown) {
                state.texts.insert(markdown.to_owned(), kept);
            }
        }
    }

    async fn page(&self, at: usize, html: &str, markdown: &str) -> Result<()> {
        let ask = Ask { accept: "text/html, text/plain;q=0.9", validator: None, most: MAX_PAGE_BYTES };
        let answer = self.http.get(&self.site.url(self.http, "static/docs", html)?, &ask).await?;
        let Some(Page { text, nav }) =
            read_page(&String::from_utf8_lossy(&answer.body), (html, markdown), self.pages)
        else {
            let why = format!("{} is no page of docs.", answer.url.path());
            return Err(Error::new(ErrorKind::Unreachable, why));
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes += text.len();
        if state.bytes > MAX_SITE_BYTES {
            let why = format!(
                "The docs of {} have more than {MAX_SITE_BYTES} bytes, which is the limit.",
                self.site
            );
            return Err(Error::new(ErrorKind::Refused, why));
        }
        if state.nav.as_ref().is_none_or(|(first, _)| at < *first) {
            state.nav = Some((at, nav));
        }
        state.texts.insert(markdown.to_owned(), text);
        Ok(())
    }

    /// A page as it was fetched the last time.
    fn kept(&self, markdown: &str) -> Option<String> {
        self.into.open().ok()?.read_text(&format!("docs/{markdown}"), MAX_KEPT_BYTES).ok()
    }
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
