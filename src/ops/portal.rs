//! A portal: the sources to look at, their cache, and the snapshot that is shown.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Cancel;
use super::refresh::{self, Progress, Refreshed};
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::source::directory::Limits;
use crate::source::{DirectoryTree, SampleTree, Tree};
use crate::store::{Cache, Snapshot, UserState};

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder of repositories that somebody named.
    Folder(PathBuf),
    /// The folder that somebody stands in: searched less deep and not for long, as it may be a home folder.
    Here(PathBuf),
    /// The bundled sample.
    Demo,
    /// The sources of the configuration, in the order of their precedence.
    Configured(Vec<SourceConfig>),
}

/// A source of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub id: SourceId,
    /// Where its entities come from.
    pub place: SourcePlace,
}

/// Where the entities of a source come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourcePlace {
    /// A folder of repositories.
    Directory(PathBuf),
    /// The bundled sample.
    Sample,
}

/// Where callboard may keep what it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// What can be made again.
    pub cache: PathBuf,
    /// What cannot: pins, recents, journals.
    pub state: PathBuf,
}

/// Tells the time; a value, so that tests own it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A source of an open portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalSource {
    /// Its name.
    pub id: SourceId,
    /// Where its entities come from.
    pub place: SourcePlace,
    /// How far its folder is searched.
    pub(super) limits: Limits,
}

impl PortalSource {
    /// Where it is, in words for people.
    pub fn location(&self) -> String {
        match &self.place {
            SourcePlace::Directory(path) => path.display().to_string(),
            SourcePlace::Sample => "the bundled sample".to_owned(),
        }
    }

    /// Its files.
    pub fn tree(&self) -> Result<Arc<dyn Tree>> {
        Ok(match &self.place {
            SourcePlace::Directory(path) => Arc::new(DirectoryTree::new(path)?),
            SourcePlace::Sample => Arc::new(SampleTree),
        })
    }
}

/// An open portal. Clones share it.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    label: String,
    is_sample: bool,
    sources: Vec<PortalSource>,
    cache: Cache,
    places: Places,
    clock: Clock,
    snapshot: Mutex<Option<Arc<Snapshot>>>,
}

impl Portal {
    /// Opens a portal. Reads nothing but the cache, which is closed where others were let in; a folder that is not there is an error.
    pub fn open(target: Target, places: Places, clock: Clock) -> Result<Self> {
        let is_sample = target == Target::Demo;
        let (label, sources) = sources(target)?;
        for place in [&places.cache, &places.state] {
            crate::private::close(place);
        }
        let cache = Cache::new(places.cache.join("catalogs").join(key(&sources)));
        let snapshot = Mutex::new(cache.open());
        Ok(Self(Arc::new(Inner { label, is_sample, sources, cache, places, clock, snapshot })))
    }

    /// What the portal looks at, in a word: the folder's name, `sample`, or `configured`. Foreign text.
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// Whether this is the bundled sample, which must never be taken for somebody's own catalog.
    pub fn is_sample(&self) -> bool {
        self.0.is_sample
    }

    /// Its sources, in the order of their precedence.
    pub fn sources(&self) -> &[PortalSource] {
        &self.0.sources
    }

    /// Where callboard keeps what it knows.
    pub fn places(&self) -> &Places {
        &self.0.places
    }

    /// Where its generations lie.
    pub(super) fn cache(&self) -> &Cache {
        &self.0.cache
    }

    /// What its user did. The sample has a state of its own, so that playing leaves no trace elsewhere.
    pub fn user_state(&self) -> UserState {
        let place = &self.0.places.state;
        UserState::new(if self.is_sample() { place.join("sample") } else { place.clone() })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// The newest snapshot that is known, at once; nothing before the first refresh of a new place.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.0.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the sources changed and reads what did. Blocks; `progress` is told how far it is.
    pub fn refresh(&self, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Refreshed> {
        let refreshed = refresh::run(self, &self.0.cache, cancel, progress)?;
        let mut current = self.0.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::clone(&refreshed.snapshot));
        Ok(refreshed)
    }

    /// The snapshot that is known, else the one of a first refresh.
    pub fn snapshot_or_refresh(&self, cancel: &Cancel) -> Result<Arc<Snapshot>> {
        match self.snapshot() {
            Some(snapshot) => Ok(snapshot),
            None => Ok(self.refresh(cancel, &mut |_| ())?.snapshot),
        }
    }

    /// The files of a source.
    pub fn tree(&self, source: &SourceId) -> Result<Arc<dyn Tree>> {
        let found = self.0.sources.iter().find(|it| it.id == *source);
        let missing = || {
            Error::new(ErrorKind::NotFound, format!("There is no source {source}."))
                .with_hint("`callboard status` lists the sources.")
        };
        found.ok_or_else(missing)?.tree()
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").field("label", &self.0.label).field("sources", &self.0.sources).finish()
    }
}

fn sources(target: Target) -> Result<(String, Vec<PortalSource>)> {
    let folder = |path: &Path, limits| -> Result<_> {
        let tree = DirectoryTree::new(path)?;
        let name = tree.root().file_name().map_or("/".into(), |name| name.to_string_lossy().into_owned());
        let place = SourcePlace::Directory(tree.root().to_owned());
        Ok((name.clone(), vec![PortalSource { id: SourceId::new(&name), place, limits }]))
    };
    match target {
        Target::Folder(path) => folder(&path, Limits::NAMED),
        Target::Here(path) => folder(&path, Limits::FOUND),
        Target::Demo => {
            let place = SourcePlace::Sample;
            Ok((
                "sample".to_owned(),
                vec![PortalSource { id: SourceId::new("sample"), place, limits: Limits::NAMED }],
            ))
        }
        Target::Configured(sources) => {
            let configured =
                |it: SourceConfig| PortalSource { id: it.id, place: it.place, limits: Limits::NAMED };
            Ok(("configured".to_owned(), sources.into_iter().map(configured).collect()))
        }
    }
}

/// The name of the cache of these sources: the same for the same sources, another for any others.
fn key(sources: &[PortalSource]) -> String {
    use std::fmt::Write as _;
    let mut digest = Sha256::new();
    for source in sources {
        digest.update(source.id.0.as_bytes());
        digest.update([0]);
        match &source.place {
            SourcePlace::Directory(path) => digest.update(path.as_os_str().as_encoded_bytes()),
            // Another version of the binary has another sample.
            SourcePlace::Sample => digest.update(concat!("sample ", env!("CARGO_PKG_VERSION"))),
        }
        digest.update([0, u8::from(source.limits == Limits::FOUND)]);
    }
    digest.finalize().iter().take(8).fold(String::new(), |mut key, byte| {
        let _ = write!(key, "{byte:02x}"); // writing into a String cannot fail
        key
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::catalog::EntityRef;
    use crate::ops::changes::changes;

    #[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn component(name: &str) -> String {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
        )
    }

    fn location(targets: &str) -> String {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets: {targets}\n"
        )
    }

    /// A clock that moves on by a second at each look.
    fn clock() -> Clock {
        let seconds = AtomicI64::new(1_800_000_000);
        Arc::new(move || Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap())
    }

    fn open(target: Target, dir: &Path) -> Portal {
        let places = Places { cache: dir.join("cache"), state: dir.join("state") };
        Portal::open(target, places, clock()).unwrap()
    }

    fn refresh(portal: &Portal) -> Refreshed {
        portal.refresh(&Cancel::new(), &mut |_| ()).unwrap()
    }

    fn names(snapshot: &Snapshot) -> Vec<String> {
        snapshot.rows().unwrap().iter().map(|row| row.reference().to_string()).collect()
    }

    #[test]
    fn the_sample_opens_and_is_known_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let portal = open(Target::Demo, dir.path());
        assert!(portal.snapshot().is_none() && portal.is_sample());
        let refreshed = refresh(&portal);
        assert!(refreshed.changed && refreshed.snapshot.meta().entities() > 50);
        assert_eq!(refreshed.notes, [] as [String; 0]);
        let again = open(Target::Demo, dir.path());
        assert_eq!(names(&again.snapshot().unwrap()), names(&refreshed.snapshot));
        assert!(!refresh(&again).changed);
    }

    #[test]
    fn an_unchanged_folder_is_not_read_again_and_a_changed_file_alone_is() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        write(&root, "a/catalog-info.yaml", &location("['./more/*.yaml', ./none.yaml]"));
        write(&root, "a/more/x.yaml", &component("x"));
        write(
            &root,
            "b/catalog-info.yaml",
            &format!("{}---\nkind: [\n---\n{}", component("y"), component("z")),
        );
        let portal = open(Target::Folder(root.clone()), dir.path());
        let first = refresh(&portal);
        let all =
            ["component:default/x", "component:default/y", "component:default/z", "location:default/all"];
        assert_eq!((names(&first.snapshot), first.files_read), (all.map(str::to_owned).to_vec(), 3));
        let codes: Vec<_> = first.snapshot.problems().unwrap().into_iter().map(|it| it.code).collect();
        assert!(codes.contains(&"CB0101".to_owned()) && codes.contains(&"CB0409".to_owned()), "{codes:?}");

        let same = refresh(&portal);
        assert_eq!((same.changed, same.files_read), (false, 0));
        assert_eq!(same.snapshot.generation(), first.snapshot.generation());
        assert!(same.snapshot.meta().checked_at > first.snapshot.meta().checked_at);

        write(&root, "b/catalog-info.yaml", &component("other"));
        let changed = refresh(&portal);
        assert_eq!((changed.changed, changed.files_read), (true, 1));
        let all = ["component:default/other", "component:default/x", "location:default/all"];
        assert_eq!(names(&changed.snapshot), all);

        write(&root, "a/more/w.yaml", &component("w"));
        assert_eq!(refresh(&portal).files_read, 1);
        write(&root, "a/none.yaml", &component("v"));
        let mended = refresh(&portal);
        assert_eq!(mended.files_read, 1);
        let codes: Vec<_> = mended.snapshot.problems().unwrap().into_iter().map(|it| it.code).collect();
        assert!(!codes.contains(&"CB0409".to_owned()), "{codes:?}");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
    fn a_source_that_is_gone_keeps_its_data_and_says_since_when() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        write(&one, "catalog-info.yaml", &component("x"));
        write(&two, "catalog-info.yaml", &component("y"));
        let source = |id: &str, path: &Path| SourceConfig {
            id: SourceId::new(id),
            place: SourcePlace::Directory(path.to_owned()),
        };
        let target = Target::Configured(vec![source("one", &one), source("two", &two)]);
        let portal = open(target, dir.path());
        let first = refresh(&portal);
        std::fs::rename(&two, dir.path().join("gone")).unwrap();
        let second = refresh(&portal);
        assert_eq!(names(&second.snapshot), names(&first.snapshot));
        let state = &second.snapshot.meta().sources[1];
        assert!(state.stale.as_ref().unwrap().contains("does not exist"), "{state:?}");
        assert!(second.snapshot.meta().as_of < second.snapshot.meta().checked_at);
        assert!(!refresh(&portal).changed);
        std::fs::rename(dir.path().join("gone"), &two).unwrap();
        assert!(refresh(&portal).snapshot.meta().sources.iter().all(|it| it.stale.is_none()));
    }

    #[test]
    fn a_place_that_takes_no_cache_does_not_keep_anybody_from_looking() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "src/catalog-info.yaml", &component("x"));
        write(dir.path(), "cache", "a file where the folder should be");
        let portal = open(Target::Folder(dir.path().join("src")), dir.path());
        let refreshed = refresh(&portal);
        assert!(refreshed.notes[0].contains("in memory only"), "{:?}", refreshed.notes);
        let x = EntityRef::new("component", "default", "x");
        assert!(portal.snapshot().unwrap().entity(&x).unwrap().is_some());
        assert!(!refresh(&portal).changed);
    }

    #[test]
    fn work_that_nobody_wants_any_more_ends() {
        let dir = tempfile::tempdir().unwrap();
        let cancel = Cancel::new();
        cancel.cancel();
        let error = open(Target::Demo, dir.path()).refresh(&cancel, &mut |_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
        let error = Portal::open(Target::Folder(dir.path().join("none")), places, clock()).unwrap_err();
        assert!(error.message().contains("does not exist"), "{error}");
    }

    #[test]
    fn many_portals_at_once_all_answer_and_leave_a_sound_cache() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        (0..50).for_each(|i| write(&root, &format!("r{i}/catalog-info.yaml"), &component(&format!("c{i}"))));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let portal = open(Target::Folder(root.clone()), dir.path());
                    for _ in 0..3 {
                        assert_eq!(refresh(&portal).snapshot.meta().entities(), 50);
                    }
                });
            }
        });
        let portal = open(Target::Folder(root), dir.path());
        assert!(portal.0.cache.is_sound());
        assert_eq!(names(&portal.snapshot().unwrap()).len(), 50);
    }

    #[test]
    fn what_changed_is_told_from_reading_to_reading() {
        use crate::catalog::change::ChangeKind;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        write(&root, "a/catalog-info.yaml", &component("x"));
        write(&root, "b/catalog-info.yaml", &component("y"));
        let portal = open(Target::Folder(root.clone()), dir.path());
        let first = refresh(&portal).snapshot;
        let began = first.meta().checked_at;
        let told = |snapshot: &Snapshot| changes(&portal, snapshot, Timestamp::UNIX_EPOCH);
        assert_eq!(told(&first).readings, []);
        refresh(&portal);

        write(&root, "a/catalog-info.yaml", &component("x").replace("owner: team", "owner: others"));
        write(&root, "b/catalog-info.yaml", &component("z"));
        refresh(&portal);
        write(&root, "c/catalog-info.yaml", &component("x").replace("owner: team", "owner: others"));
        write(&root, "a/catalog-info.yaml", "# nothing");
        let told = told(&refresh(&portal).snapshot);
        assert!(told.known_since.is_some_and(|known| known > began));
        let found: Vec<Vec<_>> = told
            .readings
            .iter()
            .map(|reading| reading.changes.iter().map(|it| (it.reference.name(), it.kind)).collect())
            .collect();
        let (added, removed, changed) = (ChangeKind::Added, ChangeKind::Removed, ChangeKind::Changed);
        assert_eq!(found, [vec![("x", changed)], vec![("x", changed), ("y", removed), ("z", added)]]);
        let [moved, owned] = [&told.readings[0].changes[0], &told.readings[1].changes[0]];
        assert_eq!(moved.moved_from.as_ref().unwrap().path, "a/catalog-info.yaml");
        assert_eq!((&moved.owner, moved.fields.len()), (&None, 0));
        let owner = owned.owner.as_ref().unwrap();
        assert_eq!((owner.old[0].name(), owner.new[0].name()), ("team", "others"));
        assert_eq!(owned.fields[0].path(), "spec.owner");
    }

    #[test]
    fn a_damaged_cache_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("src");
        write(&root, "catalog-info.yaml", &component("x"));
        let first = refresh(&open(Target::Folder(root.clone()), dir.path()));
        let cache = walk(&dir.path().join("cache"));
        let database = cache.iter().find(|path| path.ends_with("catalog.sqlite")).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test damages a file")]
        {
            let mut bytes = std::fs::read(database).unwrap();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            std::fs::write(database, bytes).unwrap();
            // File systems keep the time in ticks, and this may be the tick that the cache was written in.
            let later = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 32);
            std::fs::File::options().append(true).open(database).unwrap().set_modified(later).unwrap();
        }
        let portal = open(Target::Folder(root), dir.path());
        let second = refresh(&portal);
        assert!(second.changed && portal.0.cache.is_sound());
        assert_eq!(names(&second.snapshot), names(&first.snapshot));
    }

    fn walk(folder: &Path) -> Vec<PathBuf> {
        let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
        walk.map(|entry| entry.unwrap().into_path()).collect()
    }
}
