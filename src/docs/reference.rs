//! Where an entity's docs are: the annotation `backstage.io/techdocs-ref`, and the address that it means.

use url::Url;

use super::path;
use crate::catalog::location::LocationRef;

/// The annotation that says where the docs are.
pub const TECHDOCS_REF: &str = "backstage.io/techdocs-ref";

/// The annotation that sends a reader to the docs of another entity.
pub const TECHDOCS_ENTITY: &str = "backstage.io/techdocs-entity";

/// Why an entity's docs cannot be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocsRefError {
    /// The value is neither `dir:` nor `url:`.
    #[error("{TECHDOCS_REF} {0:?} is neither dir:PATH nor url:ADDRESS")]
    NotSupported(String),
    /// The folder is outside of that of the descriptor.
    #[error("{TECHDOCS_REF} {0:?} leaves the folder of its descriptor")]
    Outside(String),
    /// The place of the entity is not known, so that `dir:` has nothing to start from.
    #[error("{TECHDOCS_REF} {0:?} starts at the entity's source, which is not known")]
    NoBase(String),
}

/// Where docs are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocsRef {
    /// A folder below that of the descriptor, empty for the same.
    Folder(String),
    /// A folder at an address.
    Address(String),
}

impl DocsRef {
    /// Reads the annotation's value. `base` is the location that `dir:` starts from: `source-location`, else
    /// `managed-by-location`, such as `url:https://…` or `file:/…`; without one, the descriptor's folder.
    pub fn parse(value: &str, base: Option<&str>) -> Result<Self, DocsRefError> {
        let not_supported = || DocsRefError::NotSupported(value.trim().to_owned());
        let (kind, target) = value.trim().split_once(':').ok_or_else(not_supported)?;
        let target = target.trim();
        match kind {
            "url" if !target.is_empty() => Ok(Self::Address(target.to_owned())),
            "dir" => Self::folder(target, base),
            _ => Err(not_supported()),
        }
    }

    fn folder(target: &str, base: Option<&str>) -> Result<Self, DocsRefError> {
        let base = base.and_then(|base| LocationRef::parse(base).ok());
        match base {
            Some(base) if base.location_type == "url" => resolved(target, &base.target)
                .map(Self::Address)
                .ok_or_else(|| DocsRefError::NoBase(target.to_owned())),
            _ => path::inside("", target)
                .filter(|_| !target.starts_with('/'))
                .map(Self::Folder)
                .ok_or_else(|| DocsRefError::Outside(target.to_owned())),
        }
    }
}

/// A folder as the address of a forge, from the address of a file or a folder there.
fn resolved(target: &str, base: &str) -> Option<String> {
    let mut base = Url::parse(base).ok()?;
    if let Some((_, file)) = base.query_pairs().find(|(key, _)| key == "path") {
        // Azure has the path in its query.
        let root = Url::parse("https://root.invalid/").ok()?.join(file.trim_start_matches('/')).ok()?;
        let folder = root.join(target).ok()?;
        let path: String = url::form_urlencoded::byte_serialize(folder.path().as_bytes()).collect();
        base.set_query(Some(&format!("path={path}")));
        return Some(base.into());
    }
    let target = match target.strip_prefix('/') {
        Some(rest) => format!("{}{rest}", repository_root(base.path())?),
        None => target.to_owned(),
    };
    let mut found = base.join(&target).ok()?;
    if found.host_str() == Some("github.com") {
        let path = found.path().replacen("/blob/", "/tree/", 1);
        found.set_path(&path);
    }
    Some(found.into())
}

/// The path of a repository's root in the address of a forge: up to the branch.
fn repository_root(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let view = parts.iter().position(|part| matches!(*part, "blob" | "tree" | "src" | "edit" | "raw"))?;
    let root = parts.get(..view + 2)?;
    Some(format!("{}/", root.join("/")))
}

/// Where a publisher keeps a built site: its entity in small letters, unless it is from before that rule.
pub fn storage_path(root: &str, entity: [&str; 3], file: &str, case: PathCase) -> String {
    let [namespace, kind, name] = entity.map(|part| match case {
        PathCase::Small => part.to_lowercase(),
        PathCase::AsWritten => part.to_owned(),
    });
    let root = root.trim_matches('/');
    let separator = if root.is_empty() { "" } else { "/" };
    format!("{root}{separator}{namespace}/{kind}/{name}/{file}")
}

/// The letters of an entity in the path of its built site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathCase {
    /// Small ones, as is the rule.
    Small,
    /// Those of the entity, as a setting of old sites wants it.
    AsWritten,
}

/// The addresses that a browser's page shows for its repository and for editing it, for forges that have
/// such: `repo_url` and `edit_uri`.
pub fn repository_links(address: &str, docs_dir: &str) -> Option<(String, String)> {
    let url = Url::parse(address).ok()?;
    let view = match url.host_str()? {
        "github.com" => "/tree/",
        "gitlab.com" => "/-/tree/",
        _ => return None,
    };
    let edit = view.replace("tree", "edit");
    let (before, after) = address.split_once(view)?;
    let folder = after.trim_end_matches('/');
    Some((address.to_owned(), format!("{before}{edit}{folder}/{docs_dir}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_an_address_lies_beside_the_descriptor() {
        assert_eq!(DocsRef::parse("dir:.", None), Ok(DocsRef::Folder(String::new())));
        assert_eq!(DocsRef::parse("dir: ./a/b ", None), Ok(DocsRef::Folder("a/b".to_owned())));
        assert_eq!(DocsRef::parse("dir:../x", None), Err(DocsRefError::Outside("../x".to_owned())));
        assert_eq!(DocsRef::parse("dir:/etc", None), Err(DocsRefError::Outside("/etc".to_owned())));
    }

    #[test]
    fn an_unknown_type_is_refused() {
        assert!(matches!(DocsRef::parse("github:o/r", None), Err(DocsRefError::NotSupported(_))));
        assert!(matches!(DocsRef::parse("", None), Err(DocsRefError::NotSupported(_))));
    }
}
