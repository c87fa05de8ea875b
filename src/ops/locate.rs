//! Gives problems that were found without their file at hand the exact place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::portal::Portal;
use crate::catalog::{Origin, Problem, SourceId, descriptor, yaml};
use crate::source::Tree;

/// Problems that are looked up in one go. Each costs another reading of its document, and nobody works
/// through more; those beyond keep the place of their document.
const MAX_LOCATED: usize = 2_000;

/// The bytes of a descriptor, where its source still has it.
pub(super) fn read(portal: &Portal, source: &SourceId, path: &str) -> Option<Vec<u8>> {
    portal.tree(source).ok()?.read(path, yaml::MAX_FILE_BYTES as u64).ok()
}

/// Looks places up in the sources of a portal, each opened once.
pub(super) fn locate_in(portal: &Portal, problems: &mut [Problem]) {
    let unplaced = problems.iter().filter(|problem| problem.pointer.is_some());
    let sources: BTreeSet<SourceId> = unplaced.map(|problem| problem.origin.source.clone()).collect();
    let opened = sources.into_iter().filter_map(|id| portal.tree(&id).ok().map(|tree| (id, tree)));
    let trees: BTreeMap<SourceId, Arc<dyn Tree>> = opened.collect();
    locate(problems, |source, path| trees.get(source)?.read(path, yaml::MAX_FILE_BYTES as u64).ok());
}

/// Looks places up. `read` gives the bytes of a file, where it still has any.
pub(super) fn locate(problems: &mut [Problem], read: impl Fn(&SourceId, &str) -> Option<Vec<u8>>) {
    let mut by_file: BTreeMap<(SourceId, String), Vec<&mut Problem>> = BTreeMap::new();
    let unplaced = problems.iter_mut().filter(|problem| problem.pointer.is_some());
    for problem in unplaced.take(MAX_LOCATED) {
        let Origin { source, path, .. } = &problem.origin;
        by_file.entry((source.clone(), path.to_string())).or_default().push(problem);
    }
    for ((source, path), problems) in by_file {
        if let Some(bytes) = read(&source, &path) {
            descriptor::locate(problems, &bytes);
        }
    }
}
