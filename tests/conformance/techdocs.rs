//! Docs sites: what is left of mkdocs.yml, where docs are, and the navigation.

use std::collections::BTreeMap;

use callboard::docs::{DocsRef, MkDocs, Nav, NavItem, PathCase, Site, repository_links, storage_path};
use serde_json::{Value, json};

use crate::expect_equal;

pub(crate) fn techdocs_config(case: &Value, _: &Value) -> Result<(), String> {
    let input = &case["input"];
    let text = |pointer: &str| input.pointer(pointer).and_then(Value::as_str);
    let found = match case["op"].as_str() {
        Some("sanitize") => match MkDocs::parse(input.as_str().unwrap_or_default()) {
            Ok(config) if config.refused_tag().is_none() => Value::from(config.settings().clone()),
            _ => json!({"error": true}),
        },
        Some("resolve-ref") => docs_ref(input),
        Some("derive-repo-url") => {
            let address = text("/location/target").unwrap_or_default();
            match repository_links(address, text("/docs_dir").unwrap_or("docs")) {
                Some((repo_url, edit_uri)) => json!({"repo_url": repo_url, "edit_uri": edit_uri}),
                None => json!({}),
            }
        }
        Some("storage-path") => {
            let part = |pointer: &str| text(pointer).unwrap_or_default();
            let namespace = text("/entity/metadata/namespace").unwrap_or("default");
            let entity = [namespace, part("/entity/kind"), part("/entity/metadata/name")];
            let case = if input["legacyCase"] == true { PathCase::AsWritten } else { PathCase::Small };
            Value::from(storage_path(part("/root"), entity, part("/path"), case))
        }
        other => return Err(format!("unknown operation {other:?}")),
    };
    expect_equal(&found, &case["expect"])
}

fn docs_ref(annotations: &Value) -> Value {
    let annotation = |name: &str| annotations[&format!("backstage.io/{name}")].as_str();
    let base = annotation("source-location").or(annotation("managed-by-location"));
    match annotation("techdocs-ref").map(|value| DocsRef::parse(value, base)) {
        Some(Ok(DocsRef::Address(target))) => json!({"type": "url", "target": target}),
        Some(Ok(DocsRef::Folder(target))) => json!({"type": "dir", "target": target}),
        Some(Err(_)) | None => json!({"error": true}),
    }
}

/// A site is never refused here: what the reference refuses is a note.
pub(crate) fn techdocs_nav(case: &Value, _: &Value) -> Result<(), String> {
    let mkdocs = case.pointer("/input/mkdocs_yml").and_then(Value::as_str);
    let files = case.pointer("/input/files").and_then(Value::as_object).into_iter().flatten();
    let files: BTreeMap<String, String> =
        files.map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned())).collect();
    let site = Site::new(mkdocs, &files);
    let config = MkDocs::parse(mkdocs.unwrap_or_default()).map_err(|error| error.to_string())?;
    let is_refused = config.site_name().is_none() || !site.notes.is_empty();
    if is_refused {
        return expect_equal(&json!({"error": true}), &case["expect"]);
    }
    let form = if config.use_directory_urls() { Form::Folder } else { Form::File };
    let found = json!({
        "site_name": site.name,
        "nav": entries(&site.nav.items, form),
        "home": home(&site.nav, form),
    });
    expect_equal(&found, &case["expect"])
}

#[derive(Clone, Copy)]
enum Form {
    Folder,
    File,
}

fn entries(items: &[NavItem], form: Form) -> Value {
    let entry = |item: &NavItem| match item {
        NavItem::Page { title, path } => json!({"page": title, "url": address(path, form), "src": path}),
        NavItem::Section { title, children } => {
            json!({"section": title, "children": entries(children, form)})
        }
        NavItem::Link { title, target, .. } => json!({"link": title, "url": target}),
    };
    items.iter().map(entry).collect()
}

fn home(nav: &Nav, form: Form) -> Value {
    nav.home().map_or(Value::Null, |path| Value::from(address(path, form)))
}

/// The address of a page in a built site.
fn address(path: &str, form: Form) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let folder = match stem.strip_suffix("README").or(stem.strip_suffix("index")) {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => Some(folder),
        _ => None,
    };
    match (form, folder) {
        (Form::Folder, Some(folder)) => folder.to_owned(),
        (Form::Folder, None) => format!("{stem}/"),
        (Form::File, Some(folder)) => format!("{folder}index.html"),
        (Form::File, None) => format!("{stem}.html"),
    }
}
