//! One repository: asks whether it changed, fetches what is needed of it into a bare repository without
//! a work tree, and writes that into a pack.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::bare::{folder_name, packs, remove};
use super::failure;
use super::job::{Headless, RepositoryJob, RepositoryOutcome};
use super::listing::{BlobKind, CommitFolder, Listing};
use super::needs;
use super::paths::Paths;
use super::program::{Call, GitProgram};
use super::taken::{Taken, blobs};
use crate::catalog::{Entity, Repository, SourceId};
use crate::error::{Error, ErrorKind, Result};
use crate::private;
use crate::source::child::Output;
use crate::source::mirror::{NewFile, Role, Unit};
use crate::source::scan::{Content, Known, Scan};

/// Rounds in which files name files that are not there yet.
const MAX_ROUNDS: usize = 8;

/// Files that are taken of one repository.
const MAX_FILES: usize = 20_000;

/// Bytes of the files that are taken of one repository.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of the list of all files of a commit: some 600,000 files.
const MAX_LISTING_BYTES: u64 = 64 << 20;

/// Packs of git in a bare repository before it is made anew, so that it does not grow for ever.
const MAX_GIT_PACKS: usize = 64;

/// Fetches a repository if it changed. A failure leaves everything as it was.
pub async fn fetch_repository(git: &GitProgram, job: &RepositoryJob) -> Result<RepositoryOutcome> {
    let mut fetching = Fetching { git, job, folder: folder(job)?, requests: 0, notes: Vec::new(), bytes: 0 };
    let head = fetching.head().await?;
    let revision = head.as_ref().map(|head| head.revision(&job.paths)).unwrap_or_default();
    let before = job.before.as_ref().filter(|unit| unit.revision == revision);
    if let Some(before) = before.filter(|before| job.mirror.pack(&before.pack).is_ok()) {
        let unit = Unit { as_of: job.now, failure: None, root: job.root.clone(), ..before.clone() };
        let Fetching { notes, requests, .. } = fetching;
        return Ok(RepositoryOutcome { unit, is_unchanged: true, notes, requests, entities: 0, bytes: 0 });
    }
    match head {
        Some(head) => fetching.changed(head).await,
        None => fetching.nothing(),
    }
}

fn folder(job: &RepositoryJob) -> Result<PathBuf> {
    let folder = job.mirror.work()?.join("git");
    private::make_directory(&folder)?;
    Ok(folder.join(folder_name(&job.address)))
}

/// The commit that counts.
#[derive(Debug, Clone)]
struct Head {
    commit: String,
    branch: Option<String>,
}

impl Head {
    /// The commit, with everything else that decides over what is taken of it.
    fn revision(&self, paths: &Paths) -> String {
        format!("{} {} {}", self.commit, paths.sum(), self.branch.as_deref().unwrap_or_default())
    }
}

struct Fetching<'a> {
    git: &'a GitProgram,
    job: &'a RepositoryJob,
    folder: PathBuf,
    requests: u64,
    notes: Vec<String>,
    bytes: u64,
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

impl Fetching<'_> {
    fn failed(&self, why: &str, hint: &str) -> Error {
        Error::new(ErrorKind::Unreachable, format!("{}: {why}.", self.job.root)).with_hint(hint)
    }

    /// A call that talks to the host of the repository.
    async fn remote(&mut self, call: Call<'_>) -> Result<Output> {
        self.requests += 1;
        let remote = Some((&self.job.address, self.job.token.as_ref()));
        let output = self.git.run(Call { remote, ..call }).await;
        output.map_err(|error| failure::of(&error, &self.job.root))
    }

    /// A call that stays on this machine.
    async fn local(&mut self, arguments: &[&str], input: Vec<u8>, most: u64) -> Result<Output> {
        self.requests += 1;
        let arguments = arguments.iter().map(Into::into).collect();
        let call = Call { repository: Some(&self.folder), arguments, input, most, remote: None };
        self.git.run(call).await.map_err(|error| failure::of(&error, &self.job.root))
    }

    async fn head(&mut self) -> Result<Option<Head>> {
        let name =
            self.job.branch.as_ref().map_or("HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
        let arguments = ["ls-remote", "--symref", "--", self.job.address.url(), &name];
        let output = self.remote(Call { arguments: arguments.map(Into::into).to_vec(), ..Call::default() });
        let output = String::from_utf8_lossy(&output.await?.stdout).into_owned();
        let mut branch = self.job.branch.clone();
        let mut commit = None;
        for line in output.lines() {
            match line.split_once('\t') {
                Some((target, named)) if named == name => match target.strip_prefix("ref: refs/heads/") {
                    Some(default) => branch = Some(default.to_owned()),
                    None if is_hash(target) => commit = Some(target.to_owned()),
                    None => {}
                },
                _ => {}
            }
        }
        let Some(commit) = commit else {
            if self.job.headless == Headless::HasNothing {
                return Ok(None);
            }
            return Err(match &self.job.branch {
                Some(branch) => self.failed(
                    &format!("it has no branch {branch:?}"),
                    "Correct `branch`, or leave it out for the default one.",
                ),
                None => self.failed("it is empty", "Push a commit, or remove it from the configuration."),
            });
        };
        Ok(Some(Head { commit, branch }))
    }

    /// A repository without a commit.
    fn nothing(self) -> Result<RepositoryOutcome> {
        let job = self.job;
        let unit = Unit {
            key: job.address.url().to_owned(),
            root: job.root.clone(),
            pack: job.mirror.begin_pack()?.finish(&job.root)?,
            revision: String::new(),
            repository: None,
            as_of: job.now,
            failure: None,
        };
        let Fetching { notes, requests, .. } = self;
        Ok(RepositoryOutcome { unit, is_unchanged: false, notes, requests, entities: 0, bytes: 0 })
    }

    async fn changed(mut self, head: Head) -> Result<RepositoryOutcome> {
        let existed = self.prepare(&head).await?;
        let mut fetched = self.fetch_commit(&head).await;
        if fetched.is_err() && existed {
            // What an earlier run left half-made must not be in the way for ever.
            remove(&self.folder);
            self.prepare(&head).await?;
            fetched = self.fetch_commit(&head).await;
        }
        let is_filtered = fetched?;
        let tree = ["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", &head.commit];
        let listing = Listing::parse(&self.local(&tree, Vec::new(), MAX_LISTING_BYTES).await?.stdout);
        if listing.unnameable > 0 {
            let note = format!(
                "{}: {} files have names that are no text; they were left out.",
                self.job.root, listing.unnameable
            );
            self.notes.push(note);
        }
        let repository = Arc::new(Repository {
            root: String::new(),
            remote: Some(self.job.address.remote()),
            commit: Some(head.commit.clone()),
            branch: head.branch.clone(),
            prefix: String::new(),
        });
        let mut taken = Taken { is_filtered, contents: HashMap::new(), paths: BTreeSet::new() };
        let found = self.rounds(&listing, &repository, &mut taken).await?;
        self.finish(&head, &listing, &taken, &found, &repository)
    }

    /// Makes the bare repository where there is none, or one that has grown; says whether there was one.
    async fn prepare(&mut self, head: &Head) -> Result<bool> {
        if packs(&self.folder) > MAX_GIT_PACKS {
            remove(&self.folder);
        }
        if self.folder.join("HEAD").exists() {
            return Ok(true);
        }
        remove(&self.folder);
        private::make_directory(&self.folder)?;
        let mut arguments = vec!["init", "--quiet", "--bare", "--template="];
        if head.commit.len() == 64 {
            arguments.push("--object-format=sha256");
        }
        self.local(&arguments, Vec::new(), 0).await?;
        Ok(false)
    }

    /// Fetches a commit with its folders and without its files. Says whether the host left the files out.
    async fn fetch_commit(&mut self, head: &Head) -> Result<bool> {
        let wanted = format!("+{}:refs/callboard/head", head.commit);
        let arguments = ["--depth=1", "--filter=blob:none", "--", "origin", &wanted];
        let said = self.fetch("default", &arguments, Vec::new()).await?;
        let is_filtered = !said.contains("filtering not recognized");
        if !is_filtered {
            let note = "its host cannot leave files out, so that all files of the commit were fetched";
            self.notes.push(format!("{}: {note}.", self.job.root));
        }
        Ok(is_filtered)
    }

    /// `git fetch` with what every one of them has. The address is a setting, so that git knows that what is
    /// missing is missing on purpose.
    async fn fetch(&mut self, negotiation: &str, more: &[&str], input: Vec<u8>) -> Result<String> {
        let negotiation = format!("fetch.negotiationAlgorithm={negotiation}");
        let url = format!("remote.origin.url={}", self.job.address.url());
        let mut arguments = vec!["-c", &negotiation, "-c", &url, "-c", "remote.origin.promisor=true"];
        arguments.extend([
            "-c",
            "remote.origin.partialclonefilter=blob:none",
            "fetch",
            "--quiet",
            "--no-tags",
        ]);
        arguments.extend(["--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"]);
        arguments.extend(more);
        let arguments = arguments.into_iter().map(Into::into).collect();
        let folder = self.folder.clone();
        let call = Call { repository: Some(&folder), arguments, input, ..Call::default() };
        Ok(self.remote(call).await?.stderr)
    }

    /// Reads descriptors, and what they name, until nothing is missing; then docs and templates.
    async fn rounds(
        &mut self,
        listing: &Listing,
        repository: &Arc<Repository>,
        taken: &mut Taken,
    ) -> Result<Vec<Entity>> {
        for _ in 0..MAX_ROUNDS {
            let (entities, paths, missing) = self.scan(listing, repository, &taken.contents)?;
            if missing.is_empty() {
                taken.paths.extend(paths);
                let sites = needs::sites(&entities);
                let settings: BTreeMap<&String, String> = sites
                    .iter()
                    .filter_map(|site| Some((site, needs::settings_file(listing, site)?)))
                    .collect();
                self.take(listing, settings.values().cloned().collect(), taken).await?;
                let mut files = needs::skeletons(listing, &entities);
                for site in &sites {
                    let content =
                        settings.get(site).and_then(|path| taken.contents.get(&listing.files[path].id));
                    let text = content.map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
                    files.extend(needs::docs(listing, site, &text));
                }
                self.take(listing, files, taken).await?;
                return Ok(entities);
            }
            self.take(listing, missing, taken).await?;
        }
        Err(self.failed(
            &format!("its descriptors name files that name files, more than {MAX_ROUNDS} times"),
            "Let Locations name descriptors directly.",
        ))
    }

    /// The entities of what was fetched so far, the files that they were read from, and those still missing.
    fn scan(
        &self,
        listing: &Listing,
        repository: &Arc<Repository>,
        contents: &HashMap<String, Vec<u8>>,
    ) -> Result<(Vec<Entity>, BTreeSet<String>, BTreeSet<String>)> {
        let folder = CommitFolder {
            listing,
            contents,
            paths: &self.job.paths,
            repository: Arc::clone(repository),
            wanted: Mutex::default(),
        };
        let scan =
            Scan { source: SourceId::new(""), folder: &folder, known: &NothingKnown, cancelled: &|| false };
        let (mut entities, mut paths) = (Vec::new(), BTreeSet::new());
        scan.run(&mut |delivered| {
            paths.insert(delivered.path.to_string());
            if let Some(Content::Descriptor(reading)) = delivered.reading {
                entities.extend(reading.entities);
            }
            Ok(())
        })?;
        let missing = folder.wanted.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok((entities, paths, missing))
    }

    /// Gets the contents of files: from the pack before, else from the host, all in one go.
    async fn take(&mut self, listing: &Listing, paths: BTreeSet<String>, taken: &mut Taken) -> Result<()> {
        let missing: BTreeSet<String> = paths
            .iter()
            .filter_map(|path| Some(listing.files.get(path)?.id.clone()))
            .filter(|id| !taken.contents.contains_key(id))
            .collect();
        taken.paths.extend(paths);
        if taken.paths.len() > MAX_FILES {
            let why = format!("more than {MAX_FILES} of its files would have to be fetched");
            return Err(self.failed(&why, "Narrow `paths`, or give templates folders of their own."));
        }
        let missing = self.reuse(missing, taken)?;
        if missing.is_empty() {
            return Ok(());
        }
        let ids = missing.iter().fold(String::new(), |ids, id| ids + id + "\n").into_bytes();
        if taken.is_filtered {
            // The host must not think that whoever has the commit has its files.
            let arguments = ["--filter=blob:none", "--stdin", "--", "origin"];
            self.fetch("noop", &arguments, ids.clone()).await?;
        }
        // The limit holds for the contents of all rounds together; a line before each comes on top.
        let left = MAX_BYTES.saturating_sub(taken.bytes()) + missing.len() as u64 * 128;
        let output = self.local(&["cat-file", "--batch"], ids, left).await?.stdout;
        self.bytes += output.len() as u64;
        let complete = blobs(&output, &mut taken.contents);
        if !complete || missing.iter().any(|id| !taken.contents.contains_key(id)) {
            return Err(self.failed("its host did not send all the files", "Run `callboard sync` again."));
        }
        Ok(())
    }

    /// Takes what the pack before has already. Gives the rest.
    fn reuse(&self, missing: BTreeSet<String>, taken: &mut Taken) -> Result<BTreeSet<String>> {
        let pack = self.job.before.as_ref().and_then(|unit| self.job.mirror.pack(&unit.pack).ok());
        let Some(pack) = pack else { return Ok(missing) };
        let known: HashMap<&str, _> =
            pack.files().iter().map(|file| (file.validator.as_str(), file)).collect();
        let mut rest = BTreeSet::new();
        for id in missing {
            match known.get(id.as_str()).and_then(|file| pack.read(file).ok()) {
                Some(bytes) => drop(taken.contents.insert(id, bytes)),
                None => drop(rest.insert(id)),
            }
        }
        if taken.bytes() > MAX_BYTES {
            let why = format!("more than {MAX_BYTES} bytes of its files would have to be fetched");
            return Err(self.failed(&why, "Narrow `paths`, or give templates folders of their own."));
        }
        Ok(rest)
    }

    fn finish(
        self,
        head: &Head,
        listing: &Listing,
        taken: &Taken,
        entities: &[Entity],
        repository: &Arc<Repository>,
    ) -> Result<RepositoryOutcome> {
        let job = self.job;
        let mut writer = job.mirror.begin_pack()?;
        let folder = CommitFolder {
            listing,
            contents: &taken.contents,
            paths: &job.paths,
            repository: Arc::clone(repository),
            wanted: Mutex::default(),
        };
        for path in &taken.paths {
            let Some(blob) = listing.files.get(path) else { continue };
            let Some(bytes) = taken.contents.get(&blob.id) else { continue };
            let role: Role = folder.role(path, blob);
            let executable = blob.kind == BlobKind::Executable;
            writer.add(NewFile { path, validator: &blob.id, role, executable }, bytes)?;
        }
        for entity in entities {
            writer.declare(entity.reference.to_string());
        }
        let unit = Unit {
            key: job.address.url().to_owned(),
            root: job.root.clone(),
            pack: writer.finish(&job.root)?,
            revision: head.revision(&job.paths),
            repository: Some(Repository { root: job.root.clone(), ..Repository::clone(repository) }),
            as_of: job.now,
            failure: None,
        };
        Ok(RepositoryOutcome {
            unit,
            is_unchanged: false,
            notes: self.notes,
            requests: self.requests,
            entities: entities.len() as u64,
            bytes: self.bytes,
        })
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
