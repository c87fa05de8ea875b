//! A plan onto the disk: checked whole, written beside its place, renamed into it. It is there complete or not
//! at all, and what was there before is never touched.

#![expect(clippy::disallowed_methods, reason = "run is the room that writes what a template makes")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;

use super::journal::{RunReport, check};
use crate::error::{Error, ErrorKind, Result};
use crate::template::plan::{LeaveOut, Plan};
use crate::template::workspace::{Node, Workspace, checked_path};

/// Entries that a refusal lists.
const MAX_LISTED: usize = 10;

/// How a plan is to be carried out.
pub struct Request<'a> {
    /// The folder to make.
    pub out: &'a Path,
    /// Which steps may be left out.
    pub leave_out: LeaveOut,
    /// The folder of the journals.
    pub runs: &'a Path,
    /// Tells the time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// Whether somebody wishes to stop.
    pub is_cancelled: &'a dyn Fn() -> bool,
}

/// Carries out a plan. On an error nothing was made; the journal says why.
pub fn apply(plan: &Plan, request: &Request<'_>) -> Result<RunReport> {
    check(plan, request.leave_out)?;
    let out = full_path(request.out)?;
    let occupied = in_the_way(&out)?;
    if !occupied.is_empty() {
        return Err(occupied_error(&out, &occupied));
    }
    let mut report = RunReport::begin(plan, &out, (request.now)());
    report.write(request.runs)?;
    match place(&plan.tree, &out, request.is_cancelled) {
        Ok(()) => report.complete(plan, (request.now)()),
        Err(error) => {
            report.fail(&error, (request.now)());
            // The failure itself is what has to be told, even where it cannot be recorded.
            let _ = report.write(request.runs);
            return Err(error);
        }
    }
    report.write(request.runs)?;
    Ok(report)
}

/// What stands in the way of making a folder: the names in it, or its own where it is no folder.
pub fn in_the_way(out: &Path) -> Result<Vec<String>> {
    let failed = |error: io::Error| Error::io(out.display(), &error);
    let metadata = match fs::symlink_metadata(out) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    if !metadata.is_dir() {
        let is = if metadata.is_symlink() { "a link" } else { "a file" };
        return Ok(vec![format!("{} itself, which is {is}", out.display())]);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(out).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn occupied_error(out: &Path, names: &[String]) -> Error {
    let listed = names.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MAX_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("{} is not empty. In the way: {listed}{more}.", out.display());
    Error::new(ErrorKind::Refused, message).with_hint("Name a folder that is empty or does not exist yet.")
}

/// The output folder as an absolute path without `.` and `..`, its parents resolved.
fn full_path(out: &Path) -> Result<PathBuf> {
    let failed = |error: io::Error| Error::io(out.display(), &error);
    let absolute = std::path::absolute(out).map_err(failed)?;
    let plain = absolute.components().all(|part| !matches!(part, Component::ParentDir));
    if plain {
        return Ok(absolute);
    }
    let parent = absolute.parent().unwrap_or(Path::new("/"));
    match absolute.file_name() {
        Some(name) => Ok(parent.canonicalize().map_err(failed)?.join(name)),
        None => absolute.canonicalize().map_err(failed),
    }
}

/// Writes a tree beside its place and renames it into it.
fn place(tree: &Workspace, out: &Path, is_cancelled: &dyn Fn() -> bool) -> Result<()> {
    let failed = |error: io::Error| Error::io(out.display(), &error);
    let Some(parent) = out.parent() else {
        return Err(Error::new(ErrorKind::Refused, "The root folder cannot be made by a template."));
    };
    fs::create_dir_all(parent).map_err(failed)?;
    // Only its owner can look into this folder, so nobody can put a link into the way of what is written.
    let beside = tempfile::Builder::new().prefix(".callboard-").tempdir_in(parent).map_err(failed)?;
    let root = beside.path().join("tree");
    fs::create_dir(&root).map_err(failed)?;
    write_tree(tree, &root, is_cancelled)?;
    if is_working_directory(out) {
        // A shell stands in this folder: it must stay the same folder.
        return move_into(&root, out).map_err(failed);
    }
    match fs::rename(&root, out) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            return Err(occupied_error(out, &in_the_way(out)?));
        }
        Err(error) => return Err(failed(error)),
    }
    sync_directory(parent);
    Ok(())
}

fn write_tree(tree: &Workspace, root: &Path, is_cancelled: &dyn Fn() -> bool) -> Result<()> {
    let mut folders = vec![root.to_owned()];
    for (path, node) in tree.entries() {
        if is_cancelled() {
            return Err(Error::new(ErrorKind::Interrupted, "Stopped; nothing was made."));
        }
        let safe = checked_path(path)
            .map_err(|error| Error::new(ErrorKind::Refused, format!("Nothing was made: {error}.")))?;
        let place = root.join(safe);
        let failed = |error: io::Error| Error::io(path, &error);
        match node {
            Node::Directory => {
                fs::create_dir(&place).map_err(failed)?;
                folders.push(place);
            }
            Node::File { bytes, mode } => write_file(&place, bytes, *mode).map_err(failed)?,
            Node::Symlink { target } => link(target, &place).map_err(failed)?,
        }
    }
    folders.iter().rev().for_each(|folder| sync_directory(folder));
    Ok(())
}

fn write_file(place: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode; // there are no permission bits to set
    let mut file = options.open(place)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn link(target: &str, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "links cannot be made on this system"))
}

/// Moves what a folder holds into an empty one; on a failure everything goes back.
fn move_into(from: &Path, into: &Path) -> io::Result<()> {
    let mut moved: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        let place = into.join(&name);
        let free = fs::symlink_metadata(&place).is_err();
        let done = if free {
            fs::rename(from.join(&name), &place)
        } else {
            Err(io::ErrorKind::AlreadyExists.into())
        };
        if let Err(error) = done {
            for place in moved {
                if let Some(name) = place.file_name() {
                    fs::rename(&place, from.join(name))?;
                }
            }
            return Err(error);
        }
        moved.push(place);
    }
    sync_directory(into);
    Ok(())
}

#[cfg(unix)]
fn is_working_directory(out: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    identity(out).is_some_and(|out| identity(Path::new(".")) == Some(out))
}

#[cfg(not(unix))]
fn is_working_directory(out: &Path) -> bool {
    out.canonicalize().is_ok_and(|out| Path::new(".").canonicalize().is_ok_and(|here| here == out))
}

/// Makes the names in a folder last. Not every file system can; then they last a little later.
fn sync_directory(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all(); // see above: nothing is wrong without it but the moment
    }
}

#[cfg(test)]
mod tests;
