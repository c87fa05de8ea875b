//! Folders and files that only their owner may read, whatever the umask, and files that are replaced whole.

#![expect(clippy::disallowed_methods, reason = "these are the functions that write what callboard keeps")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, ErrorKind, Result};

/// Makes a folder and what is missing above it, readable for nobody else. A folder of ours that is open to
/// others is closed; one of somebody else, or a link, is refused.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    let failed =
        |error: io::Error| Error::io(format_args!("The folder {} cannot be used", path.display()), &error);
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => close_directory(folder).map_err(failed)?,
        }
    }
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    if !metadata.is_dir() {
        return Err(refused(path, "it is no folder of its own"));
    }
    if !is_private(&metadata) {
        close_directory(path).map_err(|_| refused(path, "others can read it"))?;
    }
    Ok(())
}

/// Closes a folder of ours and everything in it, where others were let in. A folder of somebody else and a link stay
/// as they are; [`make_directory`] refuses to write there.
pub(crate) fn close(root: &Path) {
    let is_open =
        |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && !is_private(&found));
    // Nobody else reaches what lies below a closed folder, so one look is enough for the usual start.
    if !is_open(root) || close_directory(root).is_err() || is_open(root) {
        return;
    }
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // A name that vanished meanwhile, or is another's, needs nothing of us.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    let _ = close_directory(&entry.path());
                    folders.push(entry.path());
                }
                Ok(kind) if kind.is_file() => drop(close_file(&entry.path())),
                _ => {}
            }
        }
    }
}

/// Makes an empty file that nobody else may read; fails where there is one already.
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        // The umask may have taken away even the owner's right.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// What the name of a draft begins with; the number of the process that writes it and its host follow.
const DRAFT: &str = ".new-";

/// Begins a file that nobody else may read, and that gets its name when it is whole. Its own name tells whose it is.
pub(crate) fn draft(folder: &Path) -> io::Result<NamedTempFile> {
    let prefix = format!("{DRAFT}{}@{}-", std::process::id(), host());
    let file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// Removes the drafts in a folder whose process is gone: one that was killed leaves what it was writing. Where
/// several machines share the folder, each clears its own.
fn clear_drafts(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(DRAFT)) else { continue };
        let writer = rest.rsplit_once('-').and_then(|(writer, _)| writer.split_once('@'));
        let may_live = |(process, on): (&str, &str)| on != host() || process.parse().is_ok_and(lives);
        if !writer.is_some_and(may_live) {
            let _ = fs::remove_file(entry.path()); // tried again with the next file here
        }
    }
}

/// The name of this machine, such that it may be a part of the name of a file.
#[cfg(unix)]
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().replace('/', "-")
}

#[cfg(not(unix))]
pub(crate) fn host() -> String {
    String::new()
}

/// Whether a process of this machine lives.
#[cfg(unix)]
pub(crate) fn lives(process: u32) -> bool {
    let pid = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    // A process of another user answers "not permitted": it lives.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
pub(crate) fn lives(_process: u32) -> bool {
    true
}

/// Replaces a file whole: a reader, and a crash at any moment, meets the old or the new bytes. What others that were
/// killed were writing in the same folder goes.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| Error::io(path.display(), &error);
    let folder = path.parent().unwrap_or(Path::new("."));
    clear_drafts(folder);
    let mut file = draft(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_directory(folder);
    Ok(())
}

/// Makes the names in a folder last. Not every file system can; then the names last a little later.
pub(crate) fn sync_directory(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all(); // see above: nothing is wrong without it but the moment
    }
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Refused, format!("{} is not used: {why}.", path.display()))
        .with_hint("Remove it, or point callboard to another place.")
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    metadata.permissions().mode().trailing_zeros() >= 6
        && metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn close_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(unix)]
fn close_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn is_private(_metadata: &fs::Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn close_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn close_file(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn every_new_folder_is_private_and_an_open_one_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("a/b");
        make_directory(&deep).unwrap();
        assert_eq!((mode(&dir.path().join("a")), mode(&deep)), (0o700, 0o700));
        fs::set_permissions(&deep, fs::Permissions::from_mode(0o755)).unwrap();
        make_directory(&deep).unwrap();
        assert_eq!(mode(&deep), 0o700);
    }

    #[test]
    fn an_open_folder_is_closed_with_everything_in_it_and_no_link_is_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (root, outside) = (dir.path().join("ours"), dir.path().join("outside"));
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/rows"), "").unwrap();
        fs::write(&outside, "").unwrap();
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        open(&root, 0o777);
        open(&root.join("a"), 0o755);
        open(&root.join("a/rows"), 0o666);
        open(&outside, 0o644);
        close(&root);
        let modes = [mode(&root), mode(&root.join("a")), mode(&root.join("a/rows")), mode(&outside)];
        assert_eq!(modes, [0o700, 0o700, 0o600, 0o644]);
    }

    #[test]
    fn drafts_of_processes_that_are_gone_go_and_those_of_the_living_stay() {
        let dir = tempfile::tempdir().unwrap();
        let living = draft(dir.path()).unwrap();
        // No process has this number: the largest that Linux gives is 4,194,304.
        let gone = format!(".new-999999999@{}-abc", host());
        for name in [&gone, ".new-999999999@else-where-abc", ".new-abc123", ".other"] {
            fs::write(dir.path().join(name), "half").unwrap();
        }
        replace_file(&dir.path().join("pins.json"), b"[]").unwrap();
        let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        left.sort();
        let others =
            [".new-999999999@else-where-abc", ".other", "pins.json"].map(|name| dir.path().join(name));
        let mut expected = [&others[..], &[living.path().to_owned()]].concat();
        expected.sort();
        assert_eq!(left, expected);
    }

    #[test]
    fn a_planted_link_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", dir.path().join("cache")).unwrap();
        assert_eq!(make_directory(&dir.path().join("cache")).unwrap_err().kind(), ErrorKind::Refused);
    }

    #[test]
    fn a_file_is_replaced_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pins.json");
        replace_file(&path, b"old").unwrap();
        replace_file(&path, b"new").unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"new".as_slice(), 0o600));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(create_file(&path).is_err());
    }
}
