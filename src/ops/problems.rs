//! The problems of a catalog with their places, also those that belong to no entity because none could be read.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::locate::locate_in;
use super::portal::{Portal, SourcePlace};
use crate::catalog::{Problem, Severity, SourceId};
use crate::error::Result;
use crate::store::Snapshot;

/// Problems that are told at the most. Nobody works through more, and each costs memory.
pub const MAX_PROBLEMS: usize = 10_000;

/// Problems with their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    /// How many there are.
    pub total: usize,
    /// How many of them are errors.
    pub errors: usize,
    /// The problems file by file, files with errors first; [`MAX_PROBLEMS`] at the most.
    pub items: Vec<PlacedProblem>,
}

/// A problem with the file that somebody can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacedProblem {
    /// The problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// Its file on this machine, where its source is a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

impl PlacedProblem {
    /// Its place as editors write it: the file on this machine where there is one, else the one in its source.
    /// Foreign text.
    pub fn place(&self) -> String {
        let position = self.problem.origin.position;
        match &self.file {
            Some(file) => format!("{}:{}:{}", file.display(), position.line, position.column),
            None => self.problem.origin.location(),
        }
    }
}

/// The problems that need somebody, of one source or of all. Notes are not among them.
pub fn problems(portal: &Portal, snapshot: &Snapshot, source: Option<&SourceId>) -> Result<Problems> {
    let is_meant =
        |it: &Problem| it.needs_attention() && source.is_none_or(|source| it.origin.source == *source);
    let mut found: Vec<Problem> = snapshot.problems()?.into_iter().filter(is_meant).collect();
    let mut worst: HashMap<(SourceId, Arc<str>), Severity> = HashMap::new();
    for problem in &found {
        let of_file = worst.entry(file_of(problem)).or_insert(problem.severity);
        *of_file = problem.severity.max(*of_file);
    }
    // They come sorted by source, file and place, which a stable sort keeps.
    found.sort_by_cached_key(|problem| std::cmp::Reverse(worst.get(&file_of(problem)).copied()));
    let total = found.len();
    let errors = found.iter().filter(|problem| problem.severity == Severity::Error).count();
    found.truncate(MAX_PROBLEMS);
    locate_in(portal, &mut found);
    for of_file in found.chunk_by_mut(|a, b| file_of(a) == file_of(b)) {
        of_file.sort_by_key(|problem| problem.origin.position);
    }
    let items = found.into_iter().map(|problem| PlacedProblem { file: on_disk(portal, &problem), problem });
    Ok(Problems { total, errors, items: items.collect() })
}

fn file_of(problem: &Problem) -> (SourceId, Arc<str>) {
    (problem.origin.source.clone(), Arc::clone(&problem.origin.path))
}

fn on_disk(portal: &Portal, problem: &Problem) -> Option<PathBuf> {
    match &portal.source(&problem.origin.source).ok()?.place {
        SourcePlace::Directory { path, .. } => Some(path.join(&*problem.origin.path)),
        SourcePlace::Sample | SourcePlace::Remote(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::ops::Cancel;
    use crate::ops::portal::{Places, Target};

    #[expect(clippy::disallowed_methods, reason = "the test makes the folder that is looked at")]
    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_before_what_only_warns_and_notes_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        write(
            &root,
            "a/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: service, lifecycle: x, owner: nobody, dependsOn: [component:gone]}\n",
        );
        write(&root, "b/catalog-info.yaml", "apiVersion: v1\nkind: [}\n");
        write(
            &root,
            "c/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: c\nspec:\n  targets:\n    - ./gone.yaml\n",
        );
        let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
        let clock = Arc::new(|| jiff::Timestamp::from_second(1_800_000_000).unwrap());
        let portal = Portal::open(Target::Folder(root.clone()), places, clock).unwrap();
        let snapshot = portal.refresh(&Cancel::new(), &mut |_| ()).unwrap().snapshot;
        let found = problems(&portal, &snapshot, None).unwrap();
        let told: Vec<_> =
            found.items.iter().map(|it| (it.problem.code.as_str(), it.problem.entity.is_some())).collect();
        assert_eq!(told, [("CB0101", false), ("CB0409", true), ("CB0402", true)]);
        assert_eq!((found.total, found.errors), (3, 2));
        let target = found.items[1].problem.origin.position;
        assert_eq!((target.line, target.column), (7, 7), "the place of the target, not of its document");
        let file = root.canonicalize().unwrap().join("b/catalog-info.yaml");
        assert_eq!(found.items[0].file.as_deref(), Some(&*file));
        assert!(found.items[0].place().starts_with(&format!("{}:2:", file.display())));
        let of = |id: &str| problems(&portal, &snapshot, Some(&SourceId::new(id))).unwrap().total;
        assert_eq!((of("src"), of("other")), (3, 0));
    }
}
