//! The tree of files that a run makes, in memory: every action writes here, so that a plan *is* the final
//! tree. Knows which paths a tree may hold; writes nothing to a disk.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::sync::Arc;

/// Entries that one run may make.
pub const MAX_ENTRIES: usize = 20_000;

/// Bytes that one run may make.
pub const MAX_BYTES: usize = 128 << 20;

/// Bytes of one name of a path: what every common file system takes.
pub const MAX_NAME_BYTES: usize = 255;

/// Bytes of a whole path.
pub const MAX_PATH_BYTES: usize = 1_024;

/// The mode of a file that a program may not execute.
pub const PLAIN_MODE: u32 = 0o644;

/// The mode of a file that a program may execute.
pub const EXECUTABLE_MODE: u32 = 0o755;

/// One entry of the tree.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// A file.
    File {
        /// Its content.
        bytes: Arc<[u8]>,
        /// Its permission bits.
        mode: u32,
    },
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink {
        /// The target as written.
        target: String,
    },
}

/// Contents may hold secrets, so they are counted and not shown.
impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { bytes, mode } => write!(f, "File({} bytes, {mode:o})", bytes.len()),
            Self::Directory => f.write_str("Directory"),
            Self::Symlink { target } => write!(f, "Symlink({target:?})"),
        }
    }
}

/// Why an entry cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceError {
    /// The path is absolute or leaves the tree.
    #[error("the path {0:?} leaves the folder")]
    Escape(String),
    /// The path holds what no path should.
    #[error("the path {path:?} is no good name: {why}")]
    BadPath {
        /// The path.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file stands where a folder is needed, or the other way round.
    #[error("the path {path:?} cannot be made, because {blocker:?} is {is}")]
    Blocked {
        /// The path.
        path: String,
        /// What stands in the way.
        blocker: String,
        /// What that is.
        is: &'static str,
    },
    /// Nothing is there.
    #[error("there is no {0:?}")]
    Missing(String),
    /// Something is there already.
    #[error("{0:?} is there already")]
    Occupied(String),
    /// The run makes too much.
    #[error("the run makes more than {MAX_ENTRIES} entries or {} MiB", MAX_BYTES >> 20)]
    TooMuch,
}

/// A path below the root of the tree, checked: relative, `/`-separated, no `.` or `..`, no empty part.
pub fn checked_path(path: &str) -> Result<String, WorkspaceError> {
    let bad = |why| Err(WorkspaceError::BadPath { path: path.to_owned(), why });
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return Err(WorkspaceError::Escape(path.to_owned()));
    }
    if path.contains('\\') {
        return bad("it holds a backslash");
    }
    if path.chars().any(char::is_control) {
        return bad("it holds a control character");
    }
    if path.len() > MAX_PATH_BYTES {
        return bad("it is longer than 1024 bytes");
    }
    for part in path.split('/') {
        match part {
            "" => return bad("a part of it is empty"),
            "." => return bad("a part of it is a single dot"),
            part if part.len() > MAX_NAME_BYTES => return bad("a part of it is longer than 255 bytes"),
            _ => {}
        }
    }
    Ok(path.to_owned())
}

/// A folder that an action names as its target: like a path, but `./`, a trailing slash and `.` are allowed.
/// The root is the empty path.
pub fn checked_folder(path: &str) -> Result<String, WorkspaceError> {
    let mut rest = path;
    while let Some(stripped) = rest.strip_prefix("./") {
        rest = stripped.trim_start_matches('/');
    }
    let rest = if path.starts_with('/') { path } else { rest.trim_end_matches('/') };
    if rest.is_empty() || rest == "." { Ok(String::new()) } else { checked_path(rest) }
}

/// A path below a folder of the tree.
pub fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The tree of files that a run makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workspace {
    nodes: BTreeMap<String, Node>,
    bytes: usize,
}

impl Workspace {
    /// All entries by path, folders before what they hold.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (path.as_str(), node))
    }

    /// The entry at a path.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// The text of a file, where it is one.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.nodes.get(path)? {
            Node::File { bytes, .. } => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Puts a file or a link, with the folders above it. What was there is replaced, but never a folder.
    pub fn put(&mut self, path: &str, node: Node) -> Result<(), WorkspaceError> {
        let path = checked_path(path)?;
        self.make_room(&path)?;
        let size = size(&node);
        if self.nodes.len() >= MAX_ENTRIES || self.bytes + size > MAX_BYTES {
            return Err(WorkspaceError::TooMuch);
        }
        match self.nodes.entry(path) {
            Slot::Vacant(slot) => {
                slot.insert(node);
            }
            Slot::Occupied(mut slot) => match (slot.get(), &node) {
                (Node::Directory, Node::Directory) => return Ok(()),
                (Node::Directory, _) => {
                    let path = slot.key().clone();
                    return Err(WorkspaceError::Blocked { blocker: path.clone(), path, is: "a folder" });
                }
                (known, Node::Directory) => {
                    let is = kind(known);
                    let path = slot.key().clone();
                    return Err(WorkspaceError::Blocked { blocker: path.clone(), path, is });
                }
                _ => {
                    let replaced = slot.insert(node);
                    self.bytes -= self::size(&replaced);
                }
            },
        }
        self.bytes += size;
        Ok(())
    }

    /// Makes the folders above a path.
    fn make_room(&mut self, path: &str) -> Result<(), WorkspaceError> {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            match self.nodes.get(folder) {
                Some(Node::Directory) => {}
                Some(other) => {
                    return Err(WorkspaceError::Blocked {
                        path: path.to_owned(),
                        blocker: folder.to_owned(),
                        is: kind(other),
                    });
                }
                None => {
                    self.nodes.insert(folder.to_owned(), Node::Directory);
                }
            }
        }
        Ok(())
    }

    /// Takes an entry away, with everything below it. Says whether there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        self.take(path).is_some()
    }

    /// Moves an entry, with everything below it.
    pub fn rename(&mut self, from: &str, to: &str, overwrite: bool) -> Result<(), WorkspaceError> {
        let (from, to) = (checked_path(from)?, checked_path(to)?);
        if !self.nodes.contains_key(&from) {
            return Err(WorkspaceError::Missing(from));
        }
        if from == to {
            return Ok(());
        }
        if to.starts_with(&format!("{from}/")) {
            return Err(WorkspaceError::Blocked { path: to, blocker: from, is: "what is moved" });
        }
        if self.nodes.contains_key(&to) {
            if !overwrite {
                return Err(WorkspaceError::Occupied(to));
            }
            self.take(&to);
        }
        let moved = self.take(&from).unwrap_or_default();
        for (below, node) in moved {
            let path = if below.is_empty() { to.clone() } else { join(&to, &below) };
            self.put(&path, node)?;
        }
        Ok(())
    }

    /// Takes out an entry and what is below it, by the paths below it; the entry itself has the empty path.
    fn take(&mut self, path: &str) -> Option<Vec<(String, Node)>> {
        let own = self.nodes.remove(path)?;
        self.bytes -= size(&own);
        let prefix = format!("{path}/");
        let below: Vec<String> = self
            .nodes
            .range(prefix.clone()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .map(|(path, _)| path.clone())
            .collect();
        let mut taken = vec![(String::new(), own)];
        for path in below {
            if let Some(node) = self.nodes.remove(&path) {
                self.bytes -= size(&node);
                taken.push((path[prefix.len()..].to_owned(), node));
            }
        }
        Some(taken)
    }
}

fn size(node: &Node) -> usize {
    match node {
        Node::File { bytes, .. } => bytes.len(),
        Node::Directory | Node::Symlink { .. } => 0,
    }
}

fn kind(node: &Node) -> &'static str {
    match node {
        Node::File { .. } => "a file",
        Node::Directory => "a folder",
        Node::Symlink { .. } => "a link",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Node {
        Node::File { bytes: text.as_bytes().into(), mode: PLAIN_MODE }
    }

    #[test]
    fn paths_that_leave_the_tree_are_refused() {
        for path in ["../x", "/x", "a/../../x", "a/.."] {
            assert!(matches!(checked_path(path), Err(WorkspaceError::Escape(_))), "{path}");
        }
        for path in ["a//b", "./a", "a\\b", "a\0b", "", "a/"] {
            assert!(matches!(checked_path(path), Err(WorkspaceError::BadPath { .. })), "{path}");
        }
        assert!(checked_path(&"n".repeat(256)).is_err());
    }

    #[test]
    fn a_target_folder_may_be_written_as_people_write_it() {
        assert_eq!(checked_folder("./").unwrap(), "");
        assert_eq!(checked_folder(".").unwrap(), "");
        assert_eq!(checked_folder("./a/b/").unwrap(), "a/b");
        assert!(checked_folder("/a").is_err() && checked_folder("./../a").is_err());
    }

    #[test]
    fn a_file_brings_its_folders_and_blocks_what_would_lie_below_it() {
        let mut workspace = Workspace::default();
        workspace.put("a/b", file("1")).unwrap();
        assert_eq!(workspace.get("a"), Some(&Node::Directory));
        assert!(matches!(workspace.put("a/b/c", file("2")), Err(WorkspaceError::Blocked { .. })));
        assert!(matches!(workspace.put("a", file("2")), Err(WorkspaceError::Blocked { .. })));
    }

    #[test]
    fn a_folder_moves_with_everything_below_it() {
        let mut workspace = Workspace::default();
        workspace.put("a/b/c", file("1")).unwrap();
        workspace.put("a.txt", file("2")).unwrap();
        workspace.rename("a", "x/y", false).unwrap();
        assert_eq!(
            workspace.entries().map(|(path, _)| path).collect::<Vec<_>>(),
            ["a.txt", "x", "x/y", "x/y/b", "x/y/b/c"]
        );
        assert!(matches!(workspace.rename("a.txt", "x/y/b/c", false), Err(WorkspaceError::Occupied(_))));
        assert!(matches!(workspace.rename("x", "x/z", false), Err(WorkspaceError::Blocked { .. })));
    }
}
