//! Which files of a commit are needed beside its descriptors: docs sites, and the folders of templates.

use std::collections::BTreeSet;

use super::listing::Listing;
use crate::catalog::Entity;
use crate::docs::{FILE_NAMES, MkDocs, TECHDOCS_REF};
use crate::source::tree::{parent, resolve};

/// The endings of files that a docs site shows, or takes text from.
const DOCS_ENDINGS: [&str; 10] =
    [".md", ".markdown", ".txt", ".yml", ".yaml", ".json", ".csv", ".puml", ".mmd", ".pages"];

/// The folders of `mkdocs.yml` that entities name.
pub(super) fn sites(entities: &[Entity]) -> BTreeSet<String> {
    let folder = |entity: &Entity| {
        let value = entity.annotation(TECHDOCS_REF)?;
        let path = value.raw().trim().strip_prefix("dir:")?.trim();
        resolve(parent(&entity.origin.path), path).filter(|_| !path.starts_with('/'))
    };
    entities.iter().filter_map(folder).collect()
}

/// The `mkdocs.yml` of a site.
pub(super) fn settings_file(listing: &Listing, site: &str) -> Option<String> {
    FILE_NAMES.iter().map(|name| join(site, name)).find(|path| listing.files.contains_key(path))
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
    let pages = listing.below(&folder).map(|(path, _)| path).filter(|path| is_text(path));
    let readme = listing.below(site).map(|(path, _)| path).filter(|path| is_readme(path));
    pages.chain(readme).cloned().collect()
}

/// The files of templates: their folders, and the folders that their steps name elsewhere in the repository.
pub(super) fn skeletons(listing: &Listing, entities: &[Entity]) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for entity in entities.iter().filter(|entity| entity.reference.kind() == "template") {
        let folder = parent(&entity.origin.path);
        files.extend(listing.below(folder).map(|(path, _)| path.clone()));
        let steps = entity.document.pointer("/spec/steps").and_then(serde_json::Value::as_array);
        for step in steps.into_iter().flatten() {
            let url = step.pointer("/input/url").and_then(serde_json::Value::as_str);
            let target = url.filter(|url| !url.contains(':')).and_then(|url| resolve(folder, url));
            let Some(target) = target.filter(|target| !target.is_empty()) else { continue };
            files.extend(listing.files.contains_key(&target).then(|| target.clone()));
            files.extend(listing.below(&target).map(|(path, _)| path.clone()));
        }
    }
    files
}

fn join(folder: &str, path: &str) -> String {
    resolve(folder, path).unwrap_or_default()
}
