//! What a run may look at: the files of the template's own repository, through a tree that never leaves it.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::source::tree::resolve;
use crate::source::{EntryKind, Tree};
use crate::template::skeleton::SkeletonEntry;
use crate::template::workspace::{EXECUTABLE_MODE, MAX_BYTES, MAX_ENTRIES, Node, PLAIN_MODE};

/// Bytes of one file of a skeleton.
const MAX_FILE_BYTES: u64 = 32 << 20;

/// The files around the descriptor of a template.
#[derive(Clone)]
pub struct TemplateFiles {
    tree: Arc<dyn Tree>,
    /// The folder of the descriptor, below the root of the tree.
    folder: String,
    /// The root of the repository, below the root of the tree; nothing above it is read.
    repository: String,
}

impl TemplateFiles {
    /// The files around a descriptor in `folder`, within `repository`; both below the root of the tree.
    pub fn new(tree: Arc<dyn Tree>, folder: impl Into<String>, repository: impl Into<String>) -> Self {
        Self { tree, folder: folder.into(), repository: repository.into() }
    }

    /// The entries below a folder that a template names.
    pub fn entries(&self, url: &str) -> Result<Vec<SkeletonEntry>> {
        let folder = self.locate(url)?;
        let found = self.tree.walk(&folder)?;
        if found.len() > MAX_ENTRIES {
            let message = format!("{url}: {} entries are more than {MAX_ENTRIES}.", found.len());
            return Err(Error::new(ErrorKind::Failed, message).with_hint("Point to a smaller folder."));
        }
        let below = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let mut entries = Vec::with_capacity(found.len());
        let mut bytes = 0;
        for entry in found {
            let node = match entry.kind {
                EntryKind::Directory => Node::Directory,
                EntryKind::Symlink(target) => Node::Symlink { target },
                EntryKind::File => self.read(&entry.path, entry.executable)?,
                EntryKind::Other => {
                    let message = format!("{}: it is no file and no folder.", entry.path);
                    return Err(
                        Error::new(ErrorKind::Failed, message).with_hint("Remove it from the skeleton.")
                    );
                }
            };
            if let Node::File { bytes: content, .. } = &node {
                bytes += content.len();
            }
            if bytes > MAX_BYTES {
                let message = format!("{url}: the files are larger than {} MiB together.", MAX_BYTES >> 20);
                return Err(Error::new(ErrorKind::Failed, message));
            }
            entries.push(SkeletonEntry { path: entry.path[below..].to_owned(), node });
        }
        Ok(entries)
    }

    /// One file that a template names.
    pub fn file(&self, url: &str) -> Result<Node> {
        self.read(&self.locate(url)?, false)
    }

    fn read(&self, path: &str, executable: bool) -> Result<Node> {
        let bytes = self.tree.read(path, MAX_FILE_BYTES)?;
        let mode = if executable { EXECUTABLE_MODE } else { PLAIN_MODE };
        Ok(Node::File { bytes: bytes.into(), mode })
    }

    /// Whether a `url` of a step names another place than the repository: an address of the network.
    pub fn is_elsewhere(url: &str) -> bool {
        ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
    }

    /// The place in the tree that a `url` of a step names.
    fn locate(&self, url: &str) -> Result<String> {
        let scheme = url.split_once(':').map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| !scheme.contains('/')) || url.starts_with("//") {
            let message = format!("{url} is not in the template's repository; nothing is fetched for a run.");
            return Err(Error::new(ErrorKind::Refused, message)
                .with_hint("Copy the folder into the repository and name it relative to the template."));
        }
        let place = match url.strip_prefix('/') {
            Some(from_root) => resolve(&self.repository, from_root),
            None => resolve(&self.folder, url),
        };
        let inside = |place: &String| {
            self.repository.is_empty()
                || place == &self.repository
                || place.starts_with(&format!("{}/", self.repository))
        };
        place.filter(inside).ok_or_else(|| {
            Error::new(ErrorKind::Refused, format!("{url} leaves the template's repository."))
                .with_hint("Name a folder inside of the repository.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Entry;

    /// A tree without a single file.
    struct Empty;

    impl Tree for Empty {
        fn list(&self, _: &str) -> Result<Vec<Entry>> {
            Ok(Vec::new())
        }

        fn read(&self, path: &str, _: u64) -> Result<Vec<u8>> {
            Err(Error::new(ErrorKind::NotFound, path))
        }
    }

    #[test]
    fn a_url_stays_in_the_repository_of_its_template() {
        let files = TemplateFiles::new(Arc::new(Empty), "acme/templates/svc", "acme");
        assert_eq!(files.locate("./skeleton").unwrap(), "acme/templates/svc/skeleton");
        assert_eq!(files.locate("../../shared/").unwrap(), "acme/shared");
        assert_eq!(files.locate("/shared").unwrap(), "acme/shared");
        for url in ["../../../other", "../../../../x", "/../x"] {
            assert_eq!(files.locate(url).unwrap_err().kind(), ErrorKind::Refused, "{url}");
        }
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        let files = TemplateFiles::new(Arc::new(Empty), "", "");
        for url in ["http://169.254.169.254/", "https://github.com/a/b", "file:///etc", "//host/x", "git@h:x"]
        {
            assert_eq!(files.locate(url).unwrap_err().kind(), ErrorKind::Refused, "{url}");
        }
    }
}
