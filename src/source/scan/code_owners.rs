//! The CODEOWNERS file of each repository: which one counts, and its text.

use std::collections::BTreeMap;

use super::{Content, Delivered, Look, Repositories, Scan};
use crate::catalog::codeowners;

/// The files that count, of those that are there: one for each repository, and one for what lies in none.
pub(super) fn chosen<'p>(paths: &'p [String], repositories: &Repositories) -> Vec<&'p str> {
    let mut best: BTreeMap<&str, (usize, &'p str)> = BTreeMap::new();
    for path in paths {
        let repository = repositories.around(path);
        let within = repository.map_or_else(|| Some(path.clone()), |it| it.path_within(path));
        let rank = codeowners::PATHS.iter().position(|place| within.as_deref() == Some(place));
        let Some(rank) = rank else { continue };
        let root = repository.map_or("", |it| &it.root);
        if best.get(root).is_none_or(|(known, _)| rank < *known) {
            best.insert(root, (rank, path));
        }
    }
    best.into_values().map(|(_, path)| path).collect()
}

impl Scan<'_> {
    /// The file at a path; nothing where it is too large or cannot be read, as its forge ignores it then too.
    pub(super) fn code_owners(&self, path: &str, repositories: &Repositories) -> Option<Delivered> {
        let Look::File { validator, .. } = self.folder.look(path) else { return None };
        let repository = repositories.around(path).cloned();
        let reading = if self.known.validator(path) == Some(&validator) {
            None
        } else {
            let bytes = self.folder.read(path, codeowners::MAX_BYTES as u64).ok()?;
            Some(Content::CodeOwners(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Some(Delivered { path: path.into(), validator, repository, reading })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::Repository;

    #[test]
    fn each_repository_has_one_and_only_at_a_known_place() {
        let repository = |root: &str| {
            let root = root.to_owned();
            Arc::new(Repository { root, remote: None, commit: None, branch: None, prefix: String::new() })
        };
        let repositories = Repositories::new(vec![repository("a"), repository("b")]);
        let paths =
            ["a/CODEOWNERS", "a/.github/CODEOWNERS", "a/src/CODEOWNERS", "b/docs/CODEOWNERS", "CODEOWNERS"];
        let paths = paths.map(str::to_owned);
        let chosen = chosen(&paths, &repositories);
        assert_eq!(chosen, ["CODEOWNERS", "a/.github/CODEOWNERS", "b/docs/CODEOWNERS"]);
    }
}
