//! Folders on a real disk: what is watched, what counts, and that it is told once.

use std::sync::mpsc;

use super::*;
use crate::source::directory::{Directory, Limits};
use crate::source::scan::Folder;

/// How long a busy machine may take for anything; only ends a wait for what will not come.
const LIMIT: Duration = Duration::from_secs(30);

fn write(root: &Path, path: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "x").unwrap();
}

/// A folder and its watch without the thread, so that each look is at what came by then.
struct Place {
    dir: tempfile::TempDir,
    shared: Shared,
}

impl Place {
    fn new(files: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            write(dir.path(), file);
        }
        let shared = Shared {
            notices: Notices::new().unwrap(),
            folders: Mutex::default(),
            has_changed: AtomicBool::new(false),
        };
        let place = Self { dir, shared };
        place.walk();
        place
    }

    fn walk(&self) -> Missed {
        let began = SystemTime::now();
        self.cover_since(began)
    }

    fn cover_since(&self, began: SystemTime) -> Missed {
        let walked = super::super::walk::walk(self.dir.path(), Limits::NAMED, Watch::room(), &|| false);
        self.shared.cover(self.dir.path(), walked.folders, began)
    }

    fn watched(&self) -> Vec<String> {
        let folders = self.shared.folders();
        let below = |folder: &Arc<Path>| folder.strip_prefix(self.dir.path()).unwrap().display().to_string();
        let mut below: Vec<_> = folders.by_path.keys().map(below).collect();
        below.sort();
        below
    }
}

#[test]
fn what_is_searched_is_watched_and_nothing_else() {
    let place = Place::new(&["a/x", "a/.git/x", "a/out/deep/x.yaml", "a/node_modules/x/x.yaml"]);
    fs::write(place.dir.path().join("a/.gitignore"), "/out\n").unwrap();
    place.walk();
    assert_eq!(place.watched(), ["", "a"]);
    write(place.dir.path(), "a/new/deep/x");
    write(place.dir.path(), "a/out/more/x.yaml");
    place.walk();
    assert_eq!(place.watched(), ["", "a", "a/new", "a/new/deep"]);
    fs::rename(place.dir.path().join("a/new"), place.dir.path().join("b")).unwrap();
    place.walk();
    assert_eq!(place.watched(), ["", "a", "b", "b/deep"]);
    place.shared.take_notices();
    write(place.dir.path(), "b/deep/x.yaml");
    assert!(place.shared.take_notices(), "a folder that was renamed is still watched");
    assert_eq!(place.shared.folders().coverage, Coverage::Whole);
}

#[test]
fn a_build_that_fills_an_ignored_folder_is_not_even_noticed() {
    let place = Place::new(&[".git/HEAD", "catalog-info.yaml", "out/x.yaml"]);
    fs::write(place.dir.path().join(".gitignore"), "/out\n").unwrap();
    place.walk();
    place.shared.take_notices();
    (0..2_000).for_each(|at| write(place.dir.path(), &format!("out/{}/{at}.yaml", at % 50)));
    let (nudges, _nudge) = io::pipe().unwrap();
    assert!(matches!(place.shared.notices.wait(&nudges, Some(Duration::ZERO)), Ok(Woken::Late)));
}

#[test]
fn reading_is_no_change() {
    let place = Place::new(&["a/catalog-info.yaml"]);
    place.shared.take_notices();
    place.walk();
    fs::read(place.dir.path().join("a/catalog-info.yaml")).unwrap();
    let (nudges, _nudge) = io::pipe().unwrap();
    assert!(matches!(place.shared.notices.wait(&nudges, Some(Duration::ZERO)), Ok(Woken::Late)));
}

#[test]
fn files_count_by_their_name_or_because_a_descriptor_refers_to_them() {
    let place = Place::new(&["a/catalog-info.yaml"]);
    let counts = |path: &str| {
        place.shared.take_notices();
        write(place.dir.path(), path);
        place.shared.take_notices()
    };
    assert!(counts("a/catalog-info.yaml") && counts("a/CODEOWNERS") && counts("a/index.md"));
    assert!(!counts("a/main.rs") && !counts("a/openapi.json"));
    let watch = Watch::start(|| ()).unwrap();
    watch.refer_to(&place.dir.path().join("a/openapi.json"));
    let referred = std::mem::take(&mut watch.shared.folders().referred);
    place.shared.folders().referred = referred;
    assert!(counts("a/openapi.json") && !counts("a/main.rs"));
}

#[test]
fn folders_count_when_they_come_and_go_but_not_those_that_tools_fill() {
    let place = Place::new(&["a/x"]);
    let root = place.dir.path();
    fs::create_dir(root.join("a/node_modules")).unwrap();
    assert!(!place.shared.take_notices());
    fs::create_dir(root.join("a/b")).unwrap();
    assert!(place.shared.take_notices());
    fs::remove_dir_all(root.join("a")).unwrap();
    assert!(place.shared.take_notices());
    assert_eq!(place.watched(), [""]);
}

#[test]
fn what_came_while_the_folder_was_walked_is_not_missed() {
    let place = Place::new(&["a/x"]);
    let before = SystemTime::now();
    write(place.dir.path(), "b/catalog-info.yaml");
    assert_eq!(place.cover_since(before), Missed::Something);
    assert_eq!(place.cover_since(before), Missed::Nothing, "it is watched by now");
}

#[test]
fn a_burst_is_told_once_and_the_thread_ends_with_the_watch() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a/catalog-info.yaml");
    let (told, word) = mpsc::channel();
    let watch = Arc::new(Watch::start(move || told.send(()).unwrap()).unwrap());
    let directory = Directory::new(dir.path(), Limits::NAMED).unwrap().watched(Some(Arc::clone(&watch)));
    for folder in ["", "a"] {
        fs::File::open(dir.path().join(folder)).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    directory.survey(&|| false);
    for _ in 0..20 {
        write(dir.path(), "a/.catalog-info.yaml.new");
        fs::rename(dir.path().join("a/.catalog-info.yaml.new"), dir.path().join("a/catalog-info.yaml"))
            .unwrap();
    }
    assert_eq!(word.recv_timeout(LIMIT), Ok(()));
    assert!(watch.has_changed() && word.try_recv().is_err());
    drop((watch, directory));
    assert_eq!(word.recv_timeout(LIMIT), Err(mpsc::RecvTimeoutError::Disconnected));
}
