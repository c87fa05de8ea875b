//! Which files of a commit are needed beside its descriptors: docs sites, and the folders of templates.

use std::collections::BTreeSet;

use super::listing::Listing;
use crate::catalog::Entity;
use crate::docs::{FILE_NAMES, MkDocs, TECHDOCS_REF};
use crate::source::tree::{parent, resolve};

/// The endings of files that a docs site shows, or takes text from.
const DOCS_ENDINGS: [&str; 10] =
    [".md", ".markdown", ".txt", ".yml", ".yaml", ".json", ".csv", ".puml", ".mmd", ".pages"];

/// What the entities of a commit need, and what they are called: they themselves are not kept.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// What they are called.
    pub(super) refs: Vec<String>,
    /// The folders of `mkdocs.yml` that they name.
    pub(super) sites: BTreeSet<String>,
    /// The folders of templates, and what their steps name elsewhere in the repository.
    skeletons: BTreeSet<String>,
}

impl Needs {
    /// Notes what an entity needs.
    pub(super) fn see(&mut self, entity: &Entity) {
        self.refs.push(entity.reference.to_string());
        let folder = parent(&entity.origin.path);
        if let Some(value) = entity.annotation(TECHDOCS_REF) {
            let path = value.raw().trim().strip_prefix("dir:").map(str::trim);
            let path = path.filter(|path| !path.starts_with('/'));
            self.sites.extend(path.and_then(|path| resolve(folder, path)));
        }
        if entity.reference.kind() != "template" {
            return;
        }
        self.skeletons.insert(folder.to_owned());
        let steps = entity.document.pointer("/spec/steps").and_then(serde_json::Value::as_array);
        for step in steps.into_iter().flatten() {
            let url = step.pointer("/input/url").and_then(serde_json::Value::as_str);
            let target = url.filter(|url| !url.contains(':')).and_then(|url| resolve(folder, url));
            self.skeletons.extend(target.filter(|target| !target.is_empty()));
        }
    }

    /// The files of templates.
    pub(super) fn skeleton_files(&self, listing: &Listing) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        for place in &self.skeletons {
            files.extend(listing.get(place).map(|_| place.clone()));
            files.extend(listing.below(place).map(str::to_owned));
        }
        files
    }
}

/// The `mkdocs.yml` of a site.
pub(super) fn settings_file(listing: &Listing, site: &str) -> Option<String> {
    FILE_NAMES.iter().map(|name| join(site, name)).find(|path| listing.get(path).is_some())
}

/// The files of a site whose settings have this text.
pub(super) fn docs(listing: &Listing, site: &str, settings: &str) -> Vec<String> {
    let docs_dir = MkDocs::parse(settings).map(|settings| settings.docs_dir().to_owned());
    let folder = join(site, docs_dir.as_deref().unwrap_or("docs"));
    let is_text = |path: &str| {
        let path = path.to_ascii_lowercase();
        DOCS_ENDINGS.iter().any(|ending| path.ends_with(ending))
    };
    let is_readme = |path: &str| {
        parent(path) == site && path.len() > site.len() && {
            let name = path[site.len()..].trim_start_matches('/').to_ascii_lowercase();
            name.starts_with("readme.")
        }
    };
    let pages = listing.below(&folder).filter(|path| is_text(path));
    let readme = listing.below(site).filter(|path| is_readme(path));
    pages.chain(readme).map(str::to_owned).collect()
}

fn join(folder: &str, path: &str) -> String {
    resolve(folder, path).unwrap_or_default()
}
