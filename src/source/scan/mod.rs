//! Reads the descriptors of a folder: those that the folder's search found, and then, round by round, those
//! that their Locations point to. A file that did not change since it was last read is not read again.

mod code_owners;
mod folder;
mod read;
mod targets;

use std::collections::HashSet;
use std::sync::Arc;

pub use folder::{Folder, Look, Repositories, Survey};

use crate::catalog::{Code, Entity, Origin, Position, Problem, Reading, Repository, SourceId, yaml};
use crate::error::{Error, ErrorKind, Result};
use crate::parallel;

/// Files that are read before they are handed on.
const BATCH_FILES: usize = 128;

/// Bytes that are read before they are handed on, by each thread.
const BATCH_BYTES: u64 = 2 << 20;

/// Rounds of Locations that point to Locations.
const MAX_ROUNDS: usize = 32;

/// What was known of the files of a source when they were last read.
pub trait Known: Sync {
    /// The validator of a file.
    fn validator(&self, path: &str) -> Option<&str>;

    /// The Locations that a file declared.
    fn locations(&self, path: &str) -> &[Entity];
}

/// A descriptor file, read or found unchanged.
#[derive(Debug)]
pub struct Delivered {
    /// Its path below the root of the source.
    pub path: Arc<str>,
    /// What tells whether it changes.
    pub validator: String,
    /// The repository that it lies in.
    pub repository: Option<Arc<Repository>>,
    /// What it holds; nothing where it is unchanged.
    pub reading: Option<Content>,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// A descriptor: entities and problems.
    Descriptor(Reading),
    /// Lines that name the owners of the paths of its repository.
    CodeOwners(String),
}

/// What a scan found beside the files it delivered.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Files that were delivered.
    pub files: usize,
    /// Problems of no single reading: folders that cannot be searched, targets that are not there.
    pub problems: Vec<Problem>,
}

/// One pass over a folder.
pub struct Scan<'a> {
    /// The source that it is of.
    pub source: SourceId,
    /// The folder.
    pub folder: &'a dyn Folder,
    /// What is known already.
    pub known: &'a dyn Known,
    /// Asked all the time; ends the scan.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Scan<'_> {
    /// Delivers every descriptor file in the order of precedence: round by round, and by path in a round.
    pub fn run(&self, deliver: &mut dyn FnMut(Delivered) -> Result<()>) -> Result<Scanned> {
        let survey = self.folder.survey(self.cancelled);
        self.go_on()?;
        if let Some((_, why)) = survey.unreadable.iter().find(|(path, _)| path.is_empty()) {
            return Err(Error::new(ErrorKind::Unreachable, format!("The folder could not be read: {why}.")));
        }
        let problems = self.search_problems(survey.unreadable, survey.gave_up);
        let scanned = Scanned { files: 0, problems };
        for path in code_owners::chosen(&survey.code_owners, &survey.repositories) {
            self.go_on()?;
            if let Some(delivered) = self.code_owners(path, &survey.repositories) {
                deliver(delivered)?;
            }
        }
        self.rounds(survey.descriptors, &survey.repositories, scanned, deliver)
    }

    /// Delivers one file, and what its Locations point to.
    pub fn run_from(
        &self,
        path: String,
        deliver: &mut dyn FnMut(Delivered) -> Result<()>,
    ) -> Result<Scanned> {
        let repositories = self.folder.repositories_around(&path);
        self.rounds(vec![path], &repositories, Scanned::default(), deliver)
    }

    fn rounds(
        &self,
        mut round: Vec<String>,
        repositories: &Repositories,
        mut scanned: Scanned,
        deliver: &mut dyn FnMut(Delivered) -> Result<()>,
    ) -> Result<Scanned> {
        let mut seen: HashSet<String> = HashSet::new();
        for _ in 0..MAX_ROUNDS {
            round.sort();
            round.retain(|path| seen.insert(path.clone()));
            if round.is_empty() {
                return Ok(scanned);
            }
            let mut next = Vec::new();
            self.round(&round, repositories, &mut |delivered| {
                for location in self.locations(&delivered) {
                    let found = targets::follow(location, self.folder, repositories);
                    next.extend(found.files);
                    scanned.problems.extend(found.problems);
                }
                scanned.files += 1;
                deliver(delivered)
            })?;
            round = next;
        }
        if let Some(path) = round.first() {
            let message =
                format!("Locations point to Locations more than {MAX_ROUNDS} times; the rest was not read.");
            scanned.problems.push(Code::BadLocation.problem(self.origin(path, None), message));
        }
        Ok(scanned)
    }

    /// Reads files and delivers them in their order: the next ones are read while the last are delivered.
    fn round(
        &self,
        paths: &[String],
        repositories: &Repositories,
        deliver: &mut dyn FnMut(Delivered) -> Result<()>,
    ) -> Result<()> {
        let read = |paths: &[String], hand_on: &mut dyn FnMut(Vec<Delivered>)| {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            for path in paths {
                if (self.cancelled)() {
                    return;
                }
                let (delivered, size) = self.file(path, repositories);
                batch.push(delivered);
                bytes += size;
                if bytes >= BATCH_BYTES {
                    bytes = 0;
                    hand_on(std::mem::take(&mut batch));
                }
            }
            hand_on(batch);
        };
        parallel::in_order(&paths.chunks(BATCH_FILES), read, |files| {
            self.go_on()?;
            files.into_iter().try_for_each(&mut *deliver)
        })?;
        self.go_on()
    }

    fn go_on(&self) -> Result<()> {
        if (self.cancelled)() {
            return Err(Error::new(ErrorKind::Interrupted, "Reading the sources was interrupted."));
        }
        Ok(())
    }

    /// A file, and how many bytes of it were read.
    fn file(&self, path: &str, repositories: &Repositories) -> (Delivered, u64) {
        let repository = repositories.around(path).cloned();
        let origin = self.origin(path, repository.clone());
        if let Some(known) = self.known.validator(path)
            && self.still_holds(known, self.folder.look(path).validator())
        {
            let validator = known.to_owned();
            return (Delivered { path: origin.path, validator, repository, reading: None }, 0);
        }
        let (look, bytes) = self.folder.look_and_read(path, yaml::MAX_FILE_BYTES as u64);
        let size = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let (reading, parts) = read::file(self.folder, (&look, bytes), &origin, repositories);
        let own = look.validator().to_owned();
        let validator = std::iter::once(own).chain(parts).collect::<Vec<_>>().join("\n");
        let reading = Some(Content::Descriptor(reading));
        (Delivered { path: origin.path, validator, repository, reading }, size)
    }

    /// Whether a file and every file that its placeholders name are as they were. A validator has a line for
    /// the file and one for each of those: its own validator, a blank, its path.
    fn still_holds(&self, known: &str, now: &str) -> bool {
        let mut lines = known.lines();
        !now.is_empty()
            && lines.next() == Some(now)
            && lines.all(|line| {
                line.split_once(' ').is_some_and(|(known, path)| self.folder.look(path).validator() == known)
            })
    }

    fn locations<'d>(&'d self, delivered: &'d Delivered) -> impl Iterator<Item = &'d Entity> {
        let entities = match &delivered.reading {
            None => self.known.locations(&delivered.path),
            Some(Content::Descriptor(reading)) => &reading.entities,
            Some(Content::CodeOwners(_)) => &[],
        };
        entities.iter().filter(|entity| entity.reference.kind() == "location")
    }

    fn search_problems(&self, unreadable: Vec<(String, String)>, gave_up: Option<String>) -> Vec<Problem> {
        let unreadable = unreadable.into_iter().map(|(path, why)| {
            let message = format!("{path:?} could not be read: {why}.");
            Code::Unreadable.problem(self.origin(&path, None), message)
        });
        let gave_up = gave_up.map(|why| {
            Code::SearchEnded
                .problem(self.origin("", None), format!("The search for descriptors ended early: {why}."))
                .with_fix("Point callboard to a smaller folder.")
        });
        unreadable.chain(gave_up).collect()
    }

    fn origin(&self, path: &str, repository: Option<Arc<Repository>>) -> Origin {
        Origin { source: self.source.clone(), path: path.into(), position: Position::default(), repository }
    }
}
