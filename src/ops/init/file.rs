//! The file of a configuration: read, compared, and written whole for nobody else to read.

#![expect(clippy::disallowed_methods, reason = "the configuration that somebody asks for is written here")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::error::{Error, Result};

/// Unchanged lines around a change.
const CONTEXT: usize = 2;

/// The text of a configuration; nothing where there is none.
pub fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(format_args!("The configuration {}", path.display()), &error)),
    }
}

/// What differs between two texts, as a unified diff.
pub fn difference(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(CONTEXT).to_string()
}

/// Writes a configuration. One that is there is kept beside it, by the name that comes back.
pub fn write(path: &Path, text: &str, own_folder: &Path) -> Result<Option<PathBuf>> {
    // Only callboard's own folder is closed to others; any other is as its owner wants it.
    if let Some(folder) = path.parent().filter(|folder| *folder == own_folder || !folder.exists()) {
        crate::private::make_directory(folder)?;
    }
    let kept = match read(path)? {
        None => None,
        Some(old) => {
            let beside = path.with_extension("yaml.old");
            crate::private::replace_file(&beside, old.as_bytes())?;
            Some(beside)
        }
    };
    crate::private::replace_file(path, text.as_bytes())?;
    Ok(kept)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_there_is_kept_beside_and_nobody_else_reads_either() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("callboard");
        let path = folder.join("config.yaml");
        assert_eq!(write(&path, "a: 1\n", &folder).unwrap(), None);
        let kept = write(&path, "a: 2\n", &folder).unwrap().unwrap();
        assert_eq!(
            (read(&kept).unwrap().as_deref(), read(&path).unwrap().as_deref()),
            (Some("a: 1\n"), Some("a: 2\n"))
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&path), mode(&kept)), (0o700, 0o600, 0o600));
    }

    #[test]
    fn the_folder_of_a_file_that_is_named_stays_as_open_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        write(&dir.path().join("mine.yaml"), "a: 1\n", Path::new("/nowhere")).unwrap();
        assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o755);
    }

    #[test]
    fn a_difference_is_lines_that_go_and_come() {
        assert_eq!(difference("a\nb\n", "a\nc\n"), "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }
}
