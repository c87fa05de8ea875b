//! Which files may be descriptors, by their names.

use crate::docs::is_page;

/// The names of descriptors.
pub(super) const DESCRIPTORS: [&str; 2] = ["catalog-info.yaml", "catalog-info.yml"];

/// Whether a file is a descriptor by its name, such as `catalog-info.yaml`.
pub(super) fn is_descriptor(name: &[u8]) -> bool {
    DESCRIPTORS.iter().any(|descriptor| descriptor.as_bytes() == name)
}

/// Whether a file has a name near to that of a descriptor, such as `payments.catalog-info.yaml` or
/// `template.yaml`: its content says whether it is one.
pub(super) fn is_near(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b".yaml").or_else(|| name.strip_suffix(b".yml"));
    !is_descriptor(name) && stem.is_some_and(|stem| stem.ends_with(b"catalog-info") || stem == b"template")
}

/// Whether a file may name the owners of its repository.
pub(super) fn is_code_owners(name: &[u8]) -> bool {
    name == b"CODEOWNERS"
}

/// The file that keeps folders out of the catalog that git keeps, such as samples and fixtures; written like
/// `.gitignore`.
pub(super) const IGNORE_FILE: &str = ".callboardignore";

/// Whether a change of a file may change what is shown, by its name alone: a descriptor, what a Location may
/// point to, a page of docs, or what says which of these count.
pub(super) fn is_shown(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    is_code_owners(name.as_bytes())
        || [".gitignore", IGNORE_FILE].contains(&name)
        || [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
        || is_page(name)
}

/// Whether a text speaks of Backstage at all, as every descriptor of its kinds does.
pub(super) fn speaks_of_backstage(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"backstage.io/").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact_or_near_or_neither() {
        assert!(is_descriptor(b"catalog-info.yml") && !is_near(b"catalog-info.yml"));
        for near in ["a.catalog-info.yaml", "template.yaml", "my-catalog-info.yml"] {
            assert!(is_near(near.as_bytes()) && !is_descriptor(near.as_bytes()), "{near}");
        }
        assert!(is_shown(b"catalog-info.yaml") && is_shown(b"index.md") && is_shown(b".gitignore"));
        assert!(!is_shown(b"main.rs") && !is_shown(b"4913") && !is_shown(b".catalog-info.yaml.swp"));
        assert!(!is_near(b"org.yaml") && !is_near(b"catalog-info.json") && !is_near(b"my-template.yaml"));
    }
}
