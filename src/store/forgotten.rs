//! Lets the caches of folders go that nobody looks at any more.

#![expect(clippy::disallowed_methods, reason = "store is a room that may write files")]

use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::lock::Lock;
use super::place::Place;

/// How long a catalog that nobody looks at is kept. It can be read again at any time.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Hexadecimal digits of the name of a catalog's folder.
const NAME: usize = 16;

/// Removes what is forgotten in the folder of all catalogs. What cannot be removed is tried again next time.
pub(super) fn collect(catalogs: &Path, own: &Path, now: Timestamp) {
    for entry in fs::read_dir(catalogs).into_iter().flatten().flatten() {
        let folder = entry.path();
        let is_catalog = entry.file_type().is_ok_and(|kind| kind.is_dir())
            && entry.file_name().to_str().is_some_and(is_name);
        if folder == own || !is_catalog {
            continue;
        }
        let checked = Place::new(folder.clone()).checked_at();
        let is_forgotten = checked.is_some_and(|checked| now.duration_since(checked) > KEPT);
        // Whoever writes there at this moment has just remembered it.
        if is_forgotten && let Some(_lock) = Lock::take(&folder, now) {
            let _ = fs::remove_dir_all(&folder); // see above
        }
    }
}

/// Whether a folder is named as catalogs are, so that nothing else is ever removed.
fn is_name(name: &str) -> bool {
    name.len() == NAME && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn plant(catalogs: &Path, name: &str, checked_at: &str) {
        fs::create_dir_all(catalogs.join(name)).unwrap();
        let pointer =
            format!(r#"{{"generation":"g-00000001-aaaaaa","manifest":0,"checked_at":"{checked_at}"}}"#);
        fs::write(catalogs.join(name).join("current"), pointer).unwrap();
    }

    #[test]
    fn only_catalogs_that_nobody_looked_at_for_long_go() {
        let dir = tempfile::tempdir().unwrap();
        let (long_ago, lately) = ("2026-08-01T10:00:00Z", "2026-09-01T10:00:00Z");
        plant(dir.path(), "00000000000000aa", long_ago);
        plant(dir.path(), "00000000000000bb", lately);
        plant(dir.path(), "00000000000000cc", long_ago);
        plant(dir.path(), "somebody-elses", long_ago);
        fs::create_dir(dir.path().join("00000000000000dd")).unwrap();
        collect(dir.path(), &dir.path().join("00000000000000cc"), now());
        let mut left: Vec<_> =
            fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["00000000000000bb", "00000000000000cc", "00000000000000dd", "somebody-elses"]);
    }
}
