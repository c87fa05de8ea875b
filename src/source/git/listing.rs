//! The files of a commit, as git lists them, with the contents that were fetched so far: a scan of it says
//! which contents are still needed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::Paths;
use crate::catalog::{Repository, codeowners};
use crate::source::mirror::Role;
use crate::source::scan::{Folder, Look, Repositories, Survey};
use crate::source::tree::{parent, resolve};

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    /// The hash of its content.
    pub(super) id: String,
    /// A regular file, one that may be executed, or a link.
    pub(super) kind: BlobKind,
}

/// What a file of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlobKind {
    File,
    Executable,
    Symlink,
}

/// The files of a commit.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) files: BTreeMap<String, Blob>,
    /// Files whose names are no UTF-8 text, or lead elsewhere: they are left out.
    pub(super) unnameable: usize,
}

impl Listing {
    /// Reads what `git ls-tree -r -z` prints. Submodules are left out.
    pub(super) fn parse(output: &[u8]) -> Self {
        let mut listing = Self { files: BTreeMap::new(), unnameable: 0 };
        for record in output.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
            let Some(tab) = record.iter().position(|byte| *byte == b'\t') else { continue };
            let facts = String::from_utf8_lossy(&record[..tab]);
            let mut facts = facts.split(' ');
            let kind = match facts.next() {
                Some("100755") => BlobKind::Executable,
                Some("120000") => BlobKind::Symlink,
                Some(mode) if mode.starts_with("100") => BlobKind::File,
                _ => continue,
            };
            let id = facts.nth(1).unwrap_or_default().to_owned();
            match std::str::from_utf8(&record[tab + 1..]) {
                Ok(path) if resolve("", path).as_deref() == Some(path) => {
                    listing.files.insert(path.to_owned(), Blob { id, kind });
                }
                _ => listing.unnameable += 1,
            }
        }
        listing
    }

    /// The paths below a folder.
    pub(super) fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a String, &'a Blob)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let rest = self.files.range(prefix.clone()..);
        rest.take_while(move |(path, _)| path.starts_with(&prefix))
    }
}

/// A commit as a scan reads it.
#[derive(Debug)]
pub(super) struct CommitFolder<'a> {
    pub(super) listing: &'a Listing,
    /// Contents by their hashes.
    pub(super) contents: &'a HashMap<String, Vec<u8>>,
    /// Which files are descriptors.
    pub(super) paths: &'a Paths,
    pub(super) repository: Arc<Repository>,
    /// Paths whose contents a scan asked for and did not get.
    pub(super) wanted: Mutex<BTreeSet<String>>,
}

impl CommitFolder<'_> {
    /// What a file is for.
    pub(super) fn role(&self, path: &str, blob: &Blob) -> Role {
        match blob.kind {
            BlobKind::Symlink => Role::Symlink,
            _ if self.paths.is_match(path) => Role::Descriptor,
            _ if codeowners::PATHS.contains(&path) => Role::CodeOwners,
            _ => Role::Other,
        }
    }

    fn want(&self, path: &str) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    /// The file at a path, behind one link within the repository.
    fn followed(&self, path: &str) -> Option<(String, &Blob)> {
        let blob = self.listing.files.get(path)?;
        if blob.kind != BlobKind::Symlink {
            return Some((path.to_owned(), blob));
        }
        let Some(target) = self.contents.get(&blob.id) else {
            self.want(path);
            return Some((path.to_owned(), blob));
        };
        let target = std::str::from_utf8(target).ok().filter(|target| !target.starts_with('/'))?;
        let path = resolve(parent(path), target)?;
        let blob = self.listing.files.get(&path).filter(|blob| blob.kind != BlobKind::Symlink)?;
        Some((path, blob))
    }
}

impl Folder for CommitFolder<'_> {
    fn survey(&self, _cancelled: &(dyn Fn() -> bool + Sync)) -> Survey {
        let of_role = |role: Role| {
            let files = self.listing.files.iter().filter(move |(path, blob)| self.role(path, blob) == role);
            files.map(|(path, _)| path.clone()).collect()
        };
        Survey {
            descriptors: of_role(Role::Descriptor),
            code_owners: of_role(Role::CodeOwners),
            repositories: self.repositories_around(""),
            ..Survey::default()
        }
    }

    fn repositories_around(&self, _path: &str) -> Repositories {
        Repositories::new(vec![Arc::clone(&self.repository)])
    }

    fn look(&self, path: &str) -> Look {
        match self.followed(path) {
            Some((_, blob)) => {
                // The size of what was not fetched is not known; reading it is what counts.
                let size = self.contents.get(&blob.id).map_or(0, |bytes| bytes.len() as u64);
                Look::File { size, validator: blob.id.clone() }
            }
            None if self.listing.below(path).next().is_some() => Look::NoFile,
            None => Look::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let (path, blob) = self.followed(path).ok_or("it does not exist")?;
        match self.contents.get(&blob.id) {
            Some(bytes) if bytes.len() as u64 > limit => Err(format!("it is above {limit} bytes")),
            Some(bytes) => Ok(bytes.clone()),
            None => {
                self.want(&path);
                Err("it was not fetched yet".to_owned())
            }
        }
    }

    fn files_below(&self, directory: &str) -> Result<Vec<String>, String> {
        Ok(self.listing.below(directory).map(|(path, _)| path.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_whatever_the_names_are() {
        let records = [
            &b"100644 blob aa\ta\nb\"c"[..],
            b"100755 blob bb\td/run",
            b"120000 blob cc\tlink",
            b"160000 commit dd\tsub",
            b"100644 blob ee\t\xff",
            b"100644 blob ff\t../x",
        ];
        let output = records.join(&0);
        let listing = Listing::parse(&output);
        assert_eq!(listing.files.keys().collect::<Vec<_>>(), ["a\nb\"c", "d/run", "link"]);
        assert_eq!(listing.files["d/run"].kind, BlobKind::Executable);
        assert_eq!(listing.unnameable, 2);
        assert_eq!(listing.below("d").count(), 1);
    }
}
