//! Docs of entities, read straight from the files of their source: which there are, a site with its
//! navigation, a page laid out at a width.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::portal::Portal;
use super::served_docs::docs_of_server;
use crate::catalog::{Entity, EntityRef, RefContext};
use crate::docs::{Document, FILE_NAMES, Nav, NavItem, Page, Site, TECHDOCS_ENTITY, TECHDOCS_REF, Target};
use crate::error::{Error, ErrorKind, Result};
use crate::search::RowFlags;
use crate::source::Tree;
use crate::source::tree::{parent, resolve};
use crate::store::Snapshot;
use crate::text::Untrusted;

/// Bytes of a page that are read; longer pages are cut by the renderer, which says so.
const MAX_PAGE_BYTES: u64 = 16 << 20;

/// Bytes of `mkdocs.yml` that are read.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// Entities whose docs are another entity's, one behind the other.
const MAX_HOPS: usize = 4;

/// Lines that are laid out before the first answer: more than any screen shows.
const FIRST_LINES: usize = 400;

/// Lines of code that get their colours; the rest of a longer page stays plain.
const HIGHLIGHTED_LINES: usize = 5_000;

/// An entity that has docs, as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteRow {
    /// The entity.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What the entity is called.
    pub title: Untrusted<'static>,
    /// Its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<EntityRef>,
}

/// The page to open, and the heading on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goal {
    /// The page below the docs folder; the first page of the site where there is none.
    pub path: Option<String>,
    /// The heading.
    pub anchor: Option<String>,
}

/// A docs site that can be read.
#[derive(Clone)]
pub struct OpenSite {
    /// The entity that has the docs.
    pub reference: EntityRef,
    /// What the site is called.
    pub title: Untrusted<'static>,
    /// What is wrong with it, as sentences. Foreign text.
    pub notes: Vec<String>,
    site: Arc<Site>,
    /// The folder of `mkdocs.yml` below the root of the tree.
    folder: String,
    tree: Arc<dyn Tree>,
}

/// A page of a site, laid out.
#[derive(Debug, Clone)]
pub struct OpenPage {
    /// The page below the docs folder.
    pub path: String,
    /// What it is called.
    pub title: Untrusted<'static>,
    /// Its lines, headings, links and code.
    pub page: Arc<Page>,
    site: Arc<Site>,
}

impl OpenPage {
    /// Where a link of the page leads.
    pub fn resolve(&self, link: &str) -> Target {
        self.site.resolve(&self.path, link)
    }
}

impl std::fmt::Debug for OpenSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSite")
            .field("reference", &self.reference)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The entities that have docs, in the order of references.
pub fn sites(snapshot: &Snapshot) -> Result<Vec<SiteRow>> {
    let rows = snapshot.rows()?;
    let with_docs = rows.iter().filter(|row| row.flags().contains(RowFlags::DOCS));
    Ok(with_docs
        .map(|row| SiteRow {
            reference: row.reference(),
            title: row.title().unwrap_or_else(|| row.name()).into_owned(),
            owner: row.owner().and_then(|owner| EntityRef::parse(owner.raw(), RefContext::default()).ok()),
        })
        .collect())
}

/// Opens the docs of an entity: finds their folder and reads how the pages begin.
pub fn open(portal: &Portal, snapshot: &Snapshot, reference: &EntityRef) -> Result<OpenSite> {
    let entity = with_docs(snapshot, reference)?;
    let (tree, folder, mut notes) = match docs_of_server(portal, &entity)? {
        Some(served) => (served.tree, String::new(), served.notes),
        None => (portal.tree(&entity.origin.source)?, folder(&entity)?, Vec::new()),
    };
    let files = heads(&*tree, &folder).map_err(|error| {
        Error::new(error.kind(), format!("The docs of {}: {}", entity.reference, error.message()))
            .with_hint("Correct the path in the annotation backstage.io/techdocs-ref.")
    })?;
    let mkdocs = FILE_NAMES
        .iter()
        .find(|name| files.contains_key(**name))
        .map(|name| tree.read_text(&join(&folder, name), MAX_CONFIG_BYTES))
        .transpose()?;
    let site = Site::new(mkdocs.as_deref(), &files);
    let title = site.name.clone().unwrap_or_else(|| entity.display_name().raw().to_owned());
    Ok(OpenSite {
        reference: entity.reference.clone(),
        title: title.into(),
        notes: {
            notes.extend(site.notes.iter().cloned());
            notes
        },
        site: Arc::new(site),
        folder,
        tree,
    })
}

impl OpenSite {
    /// The navigation.
    pub fn nav(&self) -> &Nav {
        &self.site.nav
    }

    /// The paths of all pages with their titles.
    pub fn pages(&self) -> &BTreeMap<String, String> {
        &self.site.pages
    }

    /// Whether the only page is the README, for there are no docs beside it.
    pub fn is_fallback(&self) -> bool {
        self.site.is_fallback
    }

    /// The page that a goal means, by its path, its path without an ending, or its title.
    pub fn find(&self, goal: &Goal) -> Result<String> {
        let Some(wanted) = &goal.path else {
            let first = self.site.first_page().map(str::to_owned);
            return first.ok_or_else(|| self.missing("has no pages", "Add Markdown to its docs folder."));
        };
        let pages = &self.site.pages;
        let by_title = || {
            let own =
                pages.iter().find(|(_, title)| title.eq_ignore_ascii_case(wanted)).map(|(path, _)| path);
            labelled(&self.site.nav.items, wanted).or(own)
        };
        let found = [wanted.clone(), format!("{wanted}.md"), join(wanted, "index.md")]
            .into_iter()
            .find(|path| pages.contains_key(path))
            .or_else(|| by_title().cloned());
        let hint = format!("`callboard docs {}` lists its pages.", self.reference);
        found.ok_or_else(|| self.missing(&format!("has no page {wanted:?}"), &hint))
    }

    fn missing(&self, what: &str, hint: &str) -> Error {
        let message = format!("The docs site of {} {what}.", self.reference);
        Error::new(ErrorKind::NotFound, message).with_hint(hint)
    }

    /// The Markdown of a page.
    pub fn markdown(&self, path: &str) -> Result<String> {
        let file = join(&self.folder, &self.site.file(path));
        let bytes = self.tree.read(&file, MAX_PAGE_BYTES)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The file of a page below the root of its source, for people.
    pub fn file(&self, path: &str) -> String {
        join(&self.folder, &self.site.file(path))
    }

    /// A page laid out at a width. Long pages are offered to `publish` as soon as their beginning is there.
    pub fn page(&self, path: &str, width: usize, publish: &mut dyn FnMut(OpenPage)) -> Result<OpenPage> {
        let document = Document::new(&self.markdown(path)?);
        let mut layout = document.layout(width);
        let title = self.site.pages.get(path).cloned().unwrap_or_else(|| path.to_owned());
        let open = |page: &Page| OpenPage {
            path: path.to_owned(),
            title: title.clone().into(),
            page: Arc::new(page.clone()),
            site: Arc::clone(&self.site),
        };
        layout.reach(FIRST_LINES);
        layout.highlight(&(0..FIRST_LINES));
        if !layout.is_complete() {
            publish(open(layout.page()));
        }
        layout.reach_end();
        layout.highlight(&(0..HIGHLIGHTED_LINES));
        Ok(open(layout.page()))
    }
}

/// The page that the navigation calls by a label, in any case.
fn labelled<'a>(items: &'a [NavItem], label: &str) -> Option<&'a String> {
    items.iter().find_map(|item| match item {
        NavItem::Page { title, path } => title.eq_ignore_ascii_case(label).then_some(path),
        NavItem::Section { children, .. } => labelled(children, label),
        NavItem::Link { .. } => None,
    })
}

/// The entity whose docs these are, after the redirections of [`TECHDOCS_ENTITY`].
fn with_docs(snapshot: &Snapshot, reference: &EntityRef) -> Result<Entity> {
    let mut reference = reference.clone();
    for _ in 0..MAX_HOPS {
        let gone = || {
            Error::new(ErrorKind::NotFound, format!("There is no entity {reference}."))
                .with_hint("`callboard docs` lists the entities that have docs.")
        };
        let entity = snapshot.entity(&reference)?.ok_or_else(gone)?;
        let Some(other) = entity.annotation(TECHDOCS_ENTITY) else { return Ok(entity) };
        reference = EntityRef::parse(other.raw(), RefContext::default()).map_err(|error| {
            let message = format!("{TECHDOCS_ENTITY} of {} cannot be used: {error}.", entity.reference);
            Error::new(ErrorKind::Failed, message)
        })?;
    }
    let message = format!("The docs of {reference} lead from entity to entity without an end.");
    Err(Error::new(ErrorKind::Failed, message)
        .with_hint(format!("Correct the annotation {TECHDOCS_ENTITY}.")))
}

/// The folder of the docs below the root of the tree. It may leave the descriptor's folder, as real ones do,
/// but never its repository.
pub(super) fn folder(entity: &Entity) -> Result<String> {
    let Some(value) = entity.annotation(TECHDOCS_REF) else {
        let message = format!("{} has no docs.", entity.reference);
        let hint = format!("Add the annotation {TECHDOCS_REF}: dir:. to {}.", entity.origin.path);
        return Err(Error::new(ErrorKind::NotFound, message).with_hint(hint));
    };
    let failed = |why: &str| {
        let message = format!("{TECHDOCS_REF} {:?} of {} {why}.", value.raw(), entity.reference);
        Error::new(ErrorKind::Failed, message).with_hint("Write it as dir:PATH, beside the descriptor.")
    };
    let Some((kind, path)) = value.raw().trim().split_once(':') else {
        return Err(failed("is neither dir:PATH nor url:ADDRESS"));
    };
    match kind {
        "dir" => {}
        "url" => return Err(failed("is an address, and folders are read without the network")),
        _ => return Err(failed("is neither dir:PATH nor url:ADDRESS")),
    }
    let root = entity.origin.repository.as_ref().map_or("", |repository| repository.root.as_str());
    let found = resolve(parent(&entity.origin.path), path.trim()).filter(|_| !path.trim().starts_with('/'));
    let inside =
        found.filter(|found| root.is_empty() || found == root || found.starts_with(&format!("{root}/")));
    inside.ok_or_else(|| failed("leaves its repository"))
}

/// The files below a folder that a site is made of, each with its text: pages give their titles.
fn heads(tree: &dyn Tree, folder: &str) -> Result<BTreeMap<String, String>> {
    let mut heads = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(current) = folders.pop() {
        for entry in tree.list(&current)? {
            seen += 1;
            if seen > MAX_ENTRIES {
                return Err(Error::new(ErrorKind::Failed, format!("more than {MAX_ENTRIES} files."))
                    .with_hint("Point the annotation to a smaller folder."));
            }
            let path = below(folder, &entry.path).to_owned();
            if entry.is_directory() && !SKIPPED.contains(&entry.name()) {
                folders.push(entry.path);
            } else if entry.is_file() {
                // A page that cannot be read still has its place; it is named when somebody opens it.
                let head = if is_markdown(&path) { head(tree, &entry.path) } else { String::new() };
                heads.insert(path, head);
            }
        }
    }
    Ok(heads)
}

/// Files and folders that one site may have; a docs folder with more is none.
const MAX_ENTRIES: usize = 50_000;

/// Folders that hold no docs but many files.
const SKIPPED: [&str; 3] = ["node_modules", "target", "vendor"];

fn head(tree: &dyn Tree, path: &str) -> String {
    let bytes = tree.read(path, MAX_PAGE_BYTES).unwrap_or_default();
    String::from_utf8_lossy(&bytes[..bytes.len().min(crate::docs::HEAD_BYTES)]).into_owned()
}

fn is_markdown(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("md" | "markdown" | "mdown" | "mkd" | "mkdn"))
}

fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    if folder.is_empty() {
        path
    } else {
        path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
    }
}

pub(super) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
