//! The files of a mirror, as scans, docs and templates read them.

use std::sync::{Arc, OnceLock};

use super::{Manifest, Mirror, Pack, PackFile, Role, Unit};
use crate::error::{Error, ErrorKind, Result};
use crate::source::scan::{Folder, Look, Repositories, Survey};
use crate::source::tree::{Entry, EntryKind, Tree, parent, resolve, too_big};

/// The files of a mirror. Packs are opened when somebody looks inside.
#[derive(Debug)]
pub struct MirrorTree {
    mirror: Mirror,
    manifest: Manifest,
    repositories: Repositories,
    packs: Vec<OnceLock<Result<Pack>>>,
}

impl MirrorTree {
    pub(super) fn new(mirror: Mirror, manifest: Manifest) -> Self {
        let known = manifest.units.iter().filter_map(|unit| unit.repository.clone());
        let repositories = Repositories::new(known.map(Arc::new).collect());
        let packs = manifest.units.iter().map(|_| OnceLock::new()).collect();
        Self { mirror, manifest, repositories, packs }
    }

    /// What was fetched, part by part.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn pack(&self, index: usize) -> Result<&Pack> {
        let open = || self.mirror.pack(&self.manifest.units[index].pack);
        self.packs[index].get_or_init(open).as_ref().map_err(Clone::clone)
    }

    /// The unit that a path lies in: the one with the longest root around it.
    fn unit(&self, path: &str) -> Option<(usize, &Unit)> {
        let around = self.manifest.units.iter().enumerate().filter(|(_, unit)| is_around(&unit.root, path));
        around.max_by_key(|(_, unit)| unit.root.len())
    }

    fn file(&self, path: &str) -> Option<(&Pack, &PackFile)> {
        let (index, unit) = self.unit(path)?;
        let pack = self.pack(index).ok()?;
        Some((pack, pack.file(below(&unit.root, path))?))
    }

    /// The place where links do not lead out: a link's target in its own unit, itself no link.
    fn followed(&self, path: &str) -> Option<(&Pack, &PackFile)> {
        let (pack, file) = self.file(path)?;
        if file.role != Role::Symlink {
            return Some((pack, file));
        }
        let target = String::from_utf8(pack.read(file).ok()?).ok()?;
        let target = resolve(parent(&file.path), &target).filter(|_| !target.starts_with('/'))?;
        let file = pack.file(&target).filter(|file| file.role != Role::Symlink)?;
        Some((pack, file))
    }

    /// The entries right below a folder: name, and the file where it is one.
    fn entries(&self, directory: &str) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = Vec::new();
        for (index, unit) in self.manifest.units.iter().enumerate() {
            if unit.root != directory && is_around(directory, &unit.root) {
                push_folder(&mut entries, directory, below(directory, &unit.root));
            } else if is_around(&unit.root, directory) && self.unit(directory).map(|it| it.0) == Some(index) {
                let pack = self.pack(index)?;
                let within = below(&unit.root, directory);
                for file in in_folder(pack.files(), within) {
                    let rest = below(within, &file.path);
                    match rest.contains('/') {
                        true => push_folder(&mut entries, directory, rest),
                        false => entries.push(described(join(directory, rest), pack, file)),
                    }
                }
            }
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|a, b| a.path == b.path);
        if entries.is_empty() && !directory.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, format!("{directory}: it was not fetched.")));
        }
        Ok(entries)
    }
}

impl Tree for MirrorTree {
    fn list(&self, directory: &str) -> Result<Vec<Entry>> {
        let clean = resolve("", directory).ok_or_else(|| missing(directory))?;
        self.entries(&clean)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let clean = resolve("", path).ok_or_else(|| missing(path))?;
        let (pack, file) = self.followed(&clean).ok_or_else(|| missing(path))?;
        if file.size() > limit {
            return Err(too_big(path, file.size(), limit));
        }
        pack.read(file).map_err(|error| Error::io(path, &error))
    }
}

impl Folder for MirrorTree {
    fn survey(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Survey {
        let mut survey = Survey { repositories: self.repositories.clone(), ..Survey::default() };
        for (index, unit) in self.manifest.units.iter().enumerate() {
            if cancelled() {
                return survey;
            }
            let pack = match self.pack(index) {
                Ok(pack) => pack,
                Err(error) => {
                    let why = error.message().trim_end_matches('.').to_owned();
                    survey.unreadable.push((unit.root.clone(), why));
                    continue;
                }
            };
            for file in pack.files() {
                let found = match file.role {
                    Role::Descriptor | Role::Entity => &mut survey.descriptors,
                    Role::CodeOwners => &mut survey.code_owners,
                    Role::Symlink | Role::Other => continue,
                };
                found.push(join(&unit.root, &file.path));
            }
        }
        survey.descriptors.sort_unstable();
        survey
    }

    fn repositories_around(&self, _path: &str) -> Repositories {
        self.repositories.clone()
    }

    fn look(&self, path: &str) -> Look {
        match self.followed(path) {
            Some((_, file)) => Look::File { size: file.size(), validator: file.validator.clone() },
            None if self.entries(path).is_ok() => Look::NoFile,
            None => Look::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        Tree::read(self, path, limit).map_err(|error| error.message().trim_end_matches('.').to_owned())
    }

    fn files_below(&self, directory: &str) -> Result<Vec<String>, String> {
        let Some((index, unit)) = self.unit(directory) else { return Ok(Vec::new()) };
        let pack = self.pack(index).map_err(|error| error.message().to_owned())?;
        let files = in_folder(pack.files(), below(&unit.root, directory));
        Ok(files.iter().map(|file| join(&unit.root, &file.path)).collect())
    }

    fn holds_json(&self, path: &str) -> bool {
        self.file(path).is_some_and(|(_, file)| file.role == Role::Entity)
    }
}

/// The files below a folder: sorted as they are by path, they stand together.
fn in_folder<'a>(files: &'a [PackFile], folder: &str) -> &'a [PackFile] {
    if folder.is_empty() {
        return files;
    }
    let (first, last) = (format!("{folder}/"), format!("{folder}0")); // '0' follows '/'
    let start = files.partition_point(|file| file.path < first);
    let end = files.partition_point(|file| file.path < last);
    &files[start..end]
}

fn described(path: String, pack: &Pack, file: &PackFile) -> Entry {
    if file.role == Role::Symlink {
        let target = pack.read(file).unwrap_or_default();
        let kind = EntryKind::Symlink(String::from_utf8_lossy(&target).into_owned());
        return Entry { path, kind, size: 0, executable: false };
    }
    Entry { path, kind: EntryKind::File, size: file.size(), executable: file.executable }
}

fn push_folder(entries: &mut Vec<Entry>, directory: &str, rest: &str) {
    let path = join(directory, rest.split('/').next().unwrap_or(rest));
    if entries.last().is_none_or(|last| last.path != path) {
        entries.push(Entry { path, kind: EntryKind::Directory, size: 0, executable: false });
    }
}

fn is_around(folder: &str, path: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/')
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn missing(path: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{path}: it was not fetched."))
        .with_hint("Only descriptors, docs and templates are fetched, with what they point to.")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::source::mirror::NewFile;

    fn mirror(files: &[(&str, Role, &str)]) -> (tempfile::TempDir, MirrorTree) {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::new(dir.path().join("m"));
        let unit = |root: &str| {
            let mut pack = mirror.begin_pack().unwrap();
            for (path, role, text) in files {
                let new = NewFile { path, validator: text, role: *role, executable: false };
                pack.add(new, text.as_bytes()).unwrap();
            }
            let root = root.to_owned();
            let pack = pack.finish("p").unwrap();
            let (repository, failure) = (None, None);
            let (key, revision) = (root.clone(), String::new());
            Unit { key, root, pack, revision, repository, as_of: Timestamp::UNIX_EPOCH, failure }
        };
        mirror.publish(&Manifest::new(vec![unit("acme/b"), unit("acme/a")])).unwrap();
        let tree = mirror.open().unwrap();
        (dir, tree)
    }

    #[test]
    fn files_of_all_units_are_listed_below_their_roots() {
        let (_dir, tree) = mirror(&[
            ("catalog-info.yaml", Role::Descriptor, "d"),
            ("docs/index.md", Role::Other, "# Hi"),
            ("docs-old/x.md", Role::Other, "x"),
        ]);
        let paths = |directory: &str| -> Vec<String> {
            tree.list(directory).unwrap().into_iter().map(|it| it.path).collect()
        };
        assert_eq!(paths(""), ["acme"]);
        assert_eq!(paths("acme"), ["acme/a", "acme/b"]);
        assert_eq!(paths("acme/a"), ["acme/a/catalog-info.yaml", "acme/a/docs", "acme/a/docs-old"]);
        assert_eq!(paths("acme/a/docs"), ["acme/a/docs/index.md"]);
        assert_eq!(tree.read_text("acme/b/docs/index.md", 9).unwrap(), "# Hi");
        assert_eq!(Folder::files_below(&tree, "acme/a/docs").unwrap(), ["acme/a/docs/index.md"]);
        let survey = tree.survey(&|| false);
        assert_eq!(survey.descriptors, ["acme/a/catalog-info.yaml", "acme/b/catalog-info.yaml"]);
        assert!(tree.list("acme/c").is_err() && Tree::read(&tree, "acme/c", 9).is_err());
    }

    #[test]
    fn a_link_is_followed_within_its_repository_only() {
        let (_dir, tree) = mirror(&[
            ("a/real", Role::Other, "text"),
            ("a/link", Role::Symlink, "./real"),
            ("out", Role::Symlink, "../b/a/real"),
            ("absolute", Role::Symlink, "/a/real"),
            ("round", Role::Symlink, "round"),
        ]);
        assert_eq!(tree.read_text("acme/a/a/link", 9).unwrap(), "text");
        for path in ["acme/a/out", "acme/a/absolute", "acme/a/round", "../x"] {
            assert!(Tree::read(&tree, path, 9).is_err(), "{path}");
        }
        assert_eq!(tree.look("acme/a/a"), Look::NoFile);
    }
}
