//! The files of a commit, as git lists them, with the contents that were fetched so far: a scan of it says
//! which contents are still needed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::Paths;
use crate::catalog::{Repository, codeowners};
use crate::source::mirror::{Content, Contents, Role};
use crate::source::scan::{Folder, Look, Repositories, Survey};
use crate::source::tree::{parent, resolve};

/// Bytes of the target of a link; a longer one leads nowhere.
const MAX_TARGET: u64 = 4 << 10;

/// A file of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Blob<'a> {
    /// The hash of its content.
    pub(super) id: &'a str,
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

/// The files of a commit. There may be half a million, so all their names are one text.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Paths and hashes, one behind the other.
    text: String,
    /// Sorted by path.
    entries: Vec<Entry>,
    /// Files whose names are no UTF-8 text, or lead elsewhere: they are left out.
    pub(super) unnameable: usize,
}

/// Where the path of a file stands, and the hash behind it.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: usize,
    path: u32,
    id: u32,
    kind: BlobKind,
}

impl Listing {
    /// Takes a record of `git ls-tree -r -z`. Submodules are left out.
    fn add(&mut self, record: &[u8]) {
        let Some(tab) = record.iter().position(|byte| *byte == b'\t') else { return };
        let facts = String::from_utf8_lossy(&record[..tab]);
        let mut facts = facts.split(' ');
        let kind = match facts.next() {
            Some("100755") => BlobKind::Executable,
            Some("120000") => BlobKind::Symlink,
            Some(mode) if mode.starts_with("100") => BlobKind::File,
            _ => return,
        };
        let id = facts.nth(1).unwrap_or_default();
        match std::str::from_utf8(&record[tab + 1..]) {
            Ok(path) if resolve("", path).as_deref() == Some(path) => {
                // A list has far fewer bytes than these numbers can count.
                let entry = Entry { at: self.text.len(), path: path.len() as u32, id: id.len() as u32, kind };
                self.text.extend([path, id]);
                self.entries.push(entry);
            }
            _ => self.unnameable += 1,
        }
    }

    /// Sorts what was added. Git lists in this order, and need not, where somebody made a commit by hand.
    fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| self.path(*a).cmp(self.path(*b)));
        entries.dedup_by(|a, b| self.path(*a) == self.path(*b));
        self.entries = entries;
    }

    fn path(&self, entry: Entry) -> &str {
        &self.text[entry.at..][..entry.path as usize]
    }

    fn file(&self, entry: Entry) -> (&str, Blob<'_>) {
        let id = &self.text[entry.at + entry.path as usize..][..entry.id as usize];
        (self.path(entry), Blob { id, kind: entry.kind })
    }

    /// The file at a path.
    pub(super) fn get(&self, path: &str) -> Option<Blob<'_>> {
        let at = self.entries.binary_search_by(|entry| self.path(*entry).cmp(path)).ok()?;
        Some(self.file(self.entries[at]).1)
    }

    /// All files, sorted by path.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Blob<'_>)> {
        self.entries.iter().map(|entry| self.file(*entry))
    }

    /// The paths below a folder.
    pub(super) fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.entries.partition_point(|entry| self.path(*entry) < prefix.as_str());
        let paths = self.entries[start..].iter().map(|entry| self.path(*entry));
        paths.take_while(move |path| path.starts_with(&prefix))
    }
}

/// What `git ls-tree -r -z` prints, as it comes.
#[derive(Debug)]
pub(super) struct ListingReader {
    listing: Listing,
    /// The beginning of the next record.
    rest: Vec<u8>,
    /// Bytes that came.
    bytes: u64,
    /// Bytes beyond which they are counted only.
    most: u64,
}

impl ListingReader {
    /// Nothing yet. Of a listing of more than so many bytes only the size is told.
    pub(super) fn new(most: u64) -> Self {
        Self { listing: Listing::default(), rest: Vec::new(), bytes: 0, most }
    }

    /// Takes what came.
    pub(super) fn take(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        if self.bytes > self.most {
            (self.listing, self.rest) = Default::default();
            return;
        }
        for part in piece.split_inclusive(|byte| *byte == 0) {
            match part.strip_suffix(&[0]) {
                Some(end) if self.rest.is_empty() => self.listing.add(end),
                Some(end) => {
                    self.rest.extend_from_slice(end);
                    self.listing.add(&std::mem::take(&mut self.rest));
                }
                None => self.rest.extend_from_slice(part),
            }
        }
    }

    /// The listing, or how large it is.
    pub(super) fn finish(mut self) -> Result<Listing, u64> {
        if self.bytes > self.most {
            return Err(self.bytes);
        }
        self.listing.sort();
        Ok(self.listing)
    }
}

/// A commit as a scan reads it.
#[derive(Debug)]
pub(super) struct CommitFolder<'a> {
    pub(super) listing: &'a Listing,
    /// Where contents lie, by their hashes.
    pub(super) known: &'a HashMap<String, Content>,
    /// What they are read from.
    pub(super) contents: &'a Contents,
    /// Which files are descriptors.
    pub(super) paths: &'a Paths,
    pub(super) repository: Arc<Repository>,
    /// Paths whose contents a scan asked for and did not get.
    pub(super) wanted: Mutex<BTreeSet<String>>,
}

impl CommitFolder<'_> {
    /// What a file is for.
    pub(super) fn role(&self, path: &str, blob: Blob<'_>) -> Role {
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
    fn followed(&self, path: &str) -> Option<(String, Blob<'_>)> {
        let blob = self.listing.get(path)?;
        if blob.kind != BlobKind::Symlink {
            return Some((path.to_owned(), blob));
        }
        let Some(target) = self.known.get(blob.id) else {
            self.want(path);
            return Some((path.to_owned(), blob));
        };
        let target = Some(*target).filter(|target| target.size() <= MAX_TARGET)?;
        let target = self.contents.read(target).ok()?;
        let target = std::str::from_utf8(&target).ok().filter(|target| !target.starts_with('/'))?;
        let path = resolve(parent(path), target)?;
        let blob = self.listing.get(&path).filter(|blob| blob.kind != BlobKind::Symlink)?;
        Some((path, blob))
    }
}

impl Folder for CommitFolder<'_> {
    fn survey(&self, _cancelled: &(dyn Fn() -> bool + Sync)) -> Survey {
        let of_role = |role: Role| {
            let files = self.listing.iter().filter(move |(path, blob)| self.role(path, *blob) == role);
            files.map(|(path, _)| path.to_owned()).collect()
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
                let size = self.known.get(blob.id).map_or(0, |content| content.size());
                Look::File { size, validator: blob.id.to_owned() }
            }
            None if self.listing.below(path).next().is_some() => Look::NoFile,
            None => Look::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let (path, blob) = self.followed(path).ok_or("it does not exist")?;
        match self.known.get(blob.id) {
            Some(content) if content.size() > limit => Err(format!("it is above {limit} bytes")),
            Some(content) => self.contents.read(*content).map_err(|error| error.to_string()),
            None => {
                self.want(&path);
                Err("it was not fetched yet".to_owned())
            }
        }
    }

    fn files_below(&self, directory: &str) -> Result<Vec<String>, String> {
        Ok(self.listing.below(directory).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_whatever_the_names_are() {
        let records = [
            &b"100644 blob aa\ta\nb\"c"[..],
            b"120000 blob cc\tlink",
            b"100755 blob bb\td/run",
            b"160000 commit dd\tsub",
            b"100644 blob ee\t\xff",
            b"100644 blob ff\t../x",
        ];
        let output = [&records.join(&0)[..], b"\0"].concat();
        let read = |size: usize, most: u64| {
            let mut reader = ListingReader::new(most);
            output.chunks(size).for_each(|piece| reader.take(piece));
            reader.finish()
        };
        assert_eq!(read(5, 20).unwrap_err(), output.len() as u64);
        let listing = read(5, 1_000).unwrap();
        assert!(listing.iter().eq(read(1_000, 1_000).unwrap().iter()));
        let paths: Vec<_> = listing.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a\nb\"c", "d/run", "link"]);
        assert_eq!(listing.get("d/run"), Some(Blob { id: "bb", kind: BlobKind::Executable }));
        assert_eq!(listing.unnameable, 2);
        assert_eq!(listing.below("d").count(), 1);
    }
}
