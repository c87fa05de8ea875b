//! Where a value came from: source, file, line and column, and the repository around it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of a source in the configuration, such as `platform`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub Arc<str>);

impl SourceId {
    /// The id with this text.
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in a text file. Both count from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// A git work tree that a file lies in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Repository {
    /// The work tree's place below the root of its source, `/`-separated; empty for the root itself or above.
    pub root: String,
    /// The address of `origin`, without credentials.
    pub remote: Option<String>,
    /// The full hash of the commit that is checked out.
    pub commit: Option<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// Path of the source's root below the work tree, where the source is a part of the work tree; else empty.
    pub prefix: String,
}

impl Repository {
    /// A path below the root of the source as one below the root of the work tree; nothing where it lies
    /// elsewhere.
    pub fn path_within(&self, path: &str) -> Option<String> {
        let below = match path.strip_prefix(&self.root)? {
            rest if self.root.is_empty() || rest.is_empty() => rest,
            rest => rest.strip_prefix('/')?,
        };
        Some(joined(&self.prefix, below))
    }

    /// A path below the root of the work tree as one below the root of the source; nothing where the source
    /// does not reach it.
    pub fn path_in_source(&self, path: &str) -> Option<String> {
        let below = match path.strip_prefix(&self.prefix)? {
            rest if self.prefix.is_empty() || rest.is_empty() => rest,
            rest => rest.strip_prefix('/')?,
        };
        Some(joined(&self.root, below))
    }
}

fn joined(folder: &str, path: &str) -> String {
    let gap = if folder.is_empty() || path.is_empty() { "" } else { "/" };
    format!("{folder}{gap}{path}")
}

/// Where an entity or a problem came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The source.
    pub source: SourceId,
    /// The file below the root of the source, `/`-separated.
    pub path: Arc<str>,
    /// The place in the file.
    pub position: Position,
    /// The repository that the file lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<Arc<Repository>>,
}

impl Origin {
    /// The same origin at another place of the file.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }

    /// Whether it is no place in a file: a server or a program gave the entity, and the path is its reference.
    pub fn is_given(&self) -> bool {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.repository.is_none() && folder.contains(':')
    }

    /// `path:line:column`, as compilers and editors write it; the reference of an entity that no file declares.
    /// Foreign text: show it through `text`.
    pub fn location(&self) -> String {
        if self.is_given() {
            return self.path.to_string();
        }
        format!("{}:{}:{}", self.path, self.position.line, self.position.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_that_a_server_gave_has_no_line() {
        let at = |path: &str, repository: Option<Repository>| {
            let position = Position { line: 3, column: 9 };
            let repository = repository.map(Arc::new);
            Origin { source: SourceId::new("portal"), path: path.into(), position, repository }.location()
        };
        assert_eq!(at("component:default/pay", None), "component:default/pay");
        assert_eq!(at("acme/pay/catalog-info.yaml", None), "acme/pay/catalog-info.yaml:3:9");
        assert_eq!(at("a:b.yaml", None), "a:b.yaml:3:9");
        let tree = Repository {
            root: String::new(),
            remote: None,
            commit: None,
            branch: None,
            prefix: String::new(),
        };
        assert_eq!(at("a:b/c.yaml", Some(tree)), "a:b/c.yaml:3:9");
    }

    #[test]
    fn a_path_of_the_source_is_one_of_its_work_tree_and_back() {
        let repository = |root: &str, prefix: &str| {
            let (root, prefix) = (root.to_owned(), prefix.to_owned());
            Repository { root, remote: None, commit: None, branch: None, prefix }
        };
        let table = [("a/b", "", "a/b/x/y", "x/y"), ("", "up", "x", "up/x"), ("a", "", "a", "")];
        for (root, prefix, source, within) in table {
            let repository = repository(root, prefix);
            assert_eq!(repository.path_within(source).as_deref(), Some(within));
            assert_eq!(repository.path_in_source(within).as_deref(), Some(source));
        }
        assert_eq!(repository("a", "").path_within("ab/x"), None);
        assert_eq!(repository("", "up").path_in_source("x"), None);
    }
}
