//! Which files may be descriptors, by their names.

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
        assert!(!is_near(b"org.yaml") && !is_near(b"catalog-info.json") && !is_near(b"my-template.yaml"));
    }
}
