//! The files of a commit that are needed: descriptors, what they name, docs and templates, fetched round by round
//! into a pack.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::calls::Calls;
use super::listing::{BlobKind, CommitFolder, Listing};
use super::needs::{self, Needs};
use super::taken::{Batch, MAX_BYTES, Taken};
use crate::catalog::{Entity, Repository, SourceId};
use crate::error::{Error, Result};
use crate::source::mirror::{Contents, NewFile, PackName};
use crate::source::scan::{Content, Known, Scan};

/// Rounds in which files name files that are not there yet.
const MAX_ROUNDS: usize = 8;

/// Files that are taken of one repository.
const MAX_FILES: usize = 20_000;

/// Bytes that git writes beside each content: a line before it and one behind.
const BESIDE: u64 = 128;

/// The files of a commit on their way into a pack.
pub(super) struct Files<'a, 'c> {
    pub(super) calls: &'c mut Calls<'a>,
    pub(super) listing: Listing,
    pub(super) repository: Arc<Repository>,
    /// Whether they come only when they are asked for.
    pub(super) is_filtered: bool,
    pub(super) taken: Taken,
    /// Bytes that came from git so far.
    pub(super) bytes: u64,
}

/// Files of a commit that are in a pack.
pub(super) struct Packed {
    pub(super) pack: PackName,
    /// How many entities they declare.
    pub(super) entities: u64,
    /// Bytes that came from git.
    pub(super) bytes: u64,
}

/// Nothing is known: everything is read.
struct NothingKnown;

impl Known for NothingKnown {
    fn validator(&self, _path: &str) -> Option<&str> {
        None
    }

    fn locations(&self, _path: &str) -> &[Entity] {
        &[]
    }
}

impl Files<'_, '_> {
    /// Reads descriptors, and what they name, until nothing is missing; then docs and templates.
    pub(super) async fn take_all(mut self) -> Result<Packed> {
        for _ in 0..MAX_ROUNDS {
            let (needs, paths, missing) = self.scan()?;
            if missing.is_empty() {
                self.taken.paths.extend(paths);
                self.take_needs(&needs).await?;
                let (entities, bytes) = (needs.refs.len() as u64, self.bytes);
                return Ok(Packed { pack: self.finish(needs)?, entities, bytes });
            }
            self.take(missing).await?;
        }
        Err(self.calls.failed(
            &format!("its descriptors name files that name files, more than {MAX_ROUNDS} times"),
            "Let Locations name descriptors directly.",
        ))
    }

    /// What the descriptors need that were fetched so far, the files that they were read from, and those that are
    /// still missing.
    fn scan(&mut self) -> Result<(Needs, BTreeSet<String>, BTreeSet<String>)> {
        let contents = self.taken.pack.contents()?;
        let folder = self.folder(&contents);
        let scan =
            Scan { source: SourceId::new(""), folder: &folder, known: &NothingKnown, cancelled: &|| false };
        let (mut needs, mut paths) = (Needs::default(), BTreeSet::new());
        scan.run(&mut |delivered| {
            paths.insert(delivered.path.to_string());
            if let Some(Content::Descriptor(reading)) = delivered.reading {
                reading.entities.iter().for_each(|entity| needs.see(entity));
            }
            Ok(())
        })?;
        let missing = folder.wanted.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok((needs, paths, missing))
    }

    fn folder<'f>(&'f self, contents: &'f Contents) -> CommitFolder<'f> {
        CommitFolder {
            listing: &self.listing,
            known: &self.taken.contents,
            contents,
            paths: &self.calls.job.paths,
            repository: Arc::clone(&self.repository),
            wanted: Mutex::default(),
        }
    }

    async fn take_needs(&mut self, needs: &Needs) -> Result<()> {
        let of_site = |site: &String| Some((site.clone(), needs::settings_file(&self.listing, site)?));
        let settings: BTreeMap<String, String> = needs.sites.iter().filter_map(of_site).collect();
        self.take(settings.values().cloned().collect()).await?;
        let mut files = needs.skeleton_files(&self.listing);
        let contents = self.taken.pack.contents()?;
        for site in &needs.sites {
            let content = settings.get(site).and_then(|path| self.listing.get(path));
            let content = content.and_then(|blob| self.taken.contents.get(blob.id));
            let bytes = content.map(|content| contents.read(*content)).transpose();
            let bytes =
                bytes.map_err(|error| Error::io("What was just fetched", &error))?.unwrap_or_default();
            files.extend(needs::docs(&self.listing, site, &String::from_utf8_lossy(&bytes)));
        }
        self.take(files).await
    }

    /// Gets the contents of files: from the pack before, else from the host, all in one go.
    async fn take(&mut self, paths: BTreeSet<String>) -> Result<()> {
        let missing: BTreeSet<String> = paths
            .iter()
            .filter_map(|path| Some(self.listing.get(path)?.id.to_owned()))
            .filter(|id| !self.taken.contents.contains_key(id))
            .collect();
        self.taken.paths.extend(paths);
        if self.taken.paths.len() > MAX_FILES {
            return Err(self.too_much(&format!("{MAX_FILES}")));
        }
        let missing = self.reuse(missing)?;
        if missing.is_empty() {
            return Ok(());
        }
        let ids = missing.iter().fold(String::new(), |ids, id| ids + id + "\n").into_bytes();
        if self.is_filtered {
            // The host must not think that whoever has the commit has its files.
            let arguments = ["--filter=blob:none", "--stdin", "--", "origin"];
            self.calls.fetch("noop", &arguments, ids.clone()).await?;
        }
        let before = self.taken.pack.bytes();
        let most = MAX_BYTES + missing.len() as u64 * BESIDE;
        let mut batch = Batch::new(&mut self.taken);
        let ended =
            self.calls.local(&["cat-file", "--batch"], ids, most, &mut |piece| batch.take(piece)).await;
        batch.finish()?;
        self.bytes += self.taken.pack.bytes() - before;
        if self.taken.is_too_much() {
            return Err(self.too_much(&format!("{MAX_BYTES} bytes")));
        }
        ended?;
        if missing.iter().any(|id| !self.taken.contents.contains_key(id)) {
            let why = "its host did not send all the files";
            return Err(self.calls.failed(why, "Run `callboard sync` again."));
        }
        Ok(())
    }

    /// Takes what the pack before has already. Gives the rest.
    fn reuse(&mut self, missing: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let job = self.calls.job;
        let pack = job.before.as_ref().and_then(|unit| job.mirror.pack(&unit.pack).ok());
        let Some(pack) = pack else { return Ok(missing) };
        let known: HashMap<&str, _> =
            pack.files().iter().map(|file| (file.validator.as_str(), file)).collect();
        let mut rest = BTreeSet::new();
        for id in missing {
            match known.get(id.as_str()).and_then(|file| pack.read(file).ok()) {
                Some(bytes) => self.taken.put(id, &bytes)?,
                None => drop(rest.insert(id)),
            }
            if self.taken.is_too_much() {
                return Err(self.too_much(&format!("{MAX_BYTES} bytes")));
            }
        }
        Ok(rest)
    }

    fn too_much(&self, what: &str) -> Error {
        let why = format!("more than {what} of its files would have to be fetched, which is the limit");
        self.calls.failed(&why, "Narrow `paths`, or give templates folders of their own.")
    }

    fn finish(mut self, needs: Needs) -> Result<PackName> {
        let contents = self.taken.pack.contents()?;
        let folder = self.folder(&contents);
        let mut named = Vec::new();
        for path in &self.taken.paths {
            let Some(blob) = self.listing.get(path) else { continue };
            let Some(content) = self.taken.contents.get(blob.id) else { continue };
            named.push((path, blob, folder.role(path, blob), *content));
        }
        for (path, blob, role, content) in named {
            let executable = blob.kind == BlobKind::Executable;
            self.taken.pack.name(NewFile { path, validator: blob.id, role, executable }, content);
        }
        for reference in needs.refs {
            self.taken.pack.declare(reference);
        }
        self.taken.pack.finish(&self.calls.job.root)
    }
}
