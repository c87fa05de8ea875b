//! What git knows about a work tree, read from the files of its `.git`. The git program never runs here, so
//! nothing that a repository configures (hooks, filters, monitors) can run either.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::fs;
use std::path::{Path, PathBuf};

use super::directory_tree::RegularFile;

/// Bytes of a file of `.git` that are looked at. A `packed-refs` with 100,000 branches has about 7 MB.
const MAX_GIT_FILE: u64 = 16 << 20;

/// References that point to references; git itself stops at five.
const MAX_SYMBOLIC: usize = 5;

/// What git knows about a work tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct WorkTree {
    /// The address of `origin`, without credentials.
    pub(super) remote: Option<String>,
    /// The hash of the commit that is checked out.
    pub(super) commit: Option<String>,
    /// The branch that is checked out.
    pub(super) branch: Option<String>,
}

impl WorkTree {
    /// Reads the facts of the work tree at a folder; nothing where the folder is no root of a work tree.
    pub(super) fn at(folder: &Path) -> Option<Self> {
        let git = git_folder(folder)?;
        let head = text(&git.join("HEAD"))?;
        let common = common_folder(&git);
        let branch = head.trim().strip_prefix("ref: refs/heads/").map(str::to_owned);
        Some(Self {
            remote: text(&common.join("config")).and_then(|config| origin_url(&config)),
            commit: commit(&git, &common, head.trim()),
            branch,
        })
    }
}

/// The folder that holds `HEAD`: `.git` itself, or where a `.git` file of a worktree or submodule points.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    let kind = fs::symlink_metadata(&git).ok()?;
    if kind.is_dir() {
        return Some(git);
    }
    let pointer = text(&git)?;
    let target = folder.join(pointer.trim().strip_prefix("gitdir:")?.trim());
    // Only git's own places: a file named .git in an unpacked archive must not send us anywhere else.
    let own = |name: &str| target.components().any(|part| part.as_os_str() == name);
    (own("worktrees") || own("modules")).then_some(target)
}

/// The folder that holds the configuration and the branches: another one for a linked worktree.
fn common_folder(git: &Path) -> PathBuf {
    match text(&git.join("commondir")) {
        Some(common) => git.join(common.trim()),
        None => git.to_owned(),
    }
}

fn commit(git: &Path, common: &Path, head: &str) -> Option<String> {
    let mut value = head.to_owned();
    for _ in 0..MAX_SYMBOLIC {
        let Some(name) = value.strip_prefix("ref:").map(str::trim) else {
            return is_hash(&value).then_some(value);
        };
        let plain = name.starts_with("refs/") && !name.split('/').any(|part| part == "..");
        if !plain {
            return None;
        }
        let loose = text(&git.join(name)).or_else(|| text(&common.join(name)));
        value = match loose {
            Some(loose) => loose.trim().to_owned(),
            None => packed(&text(&common.join("packed-refs"))?, name)?,
        };
    }
    None
}

fn packed(refs: &str, name: &str) -> Option<String> {
    refs.lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(hash, packed)| *packed == name && is_hash(hash))
        .map(|(hash, _)| hash.to_owned())
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The `url` of `[remote "origin"]`, without credentials.
fn origin_url(config: &str) -> Option<String> {
    let mut inside = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.eq_ignore_ascii_case("[remote \"origin\"]");
        } else if inside
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(without_credentials(value.trim().trim_matches('"')));
        }
    }
    None
}

/// An address without user name and password. The user of an ssh address is no secret and part of it.
pub(super) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let Some(at) = rest[..end].rfind('@') else { return url.to_owned() };
    let user = rest[..at].split(':').next().unwrap_or_default();
    if scheme.contains("ssh") && !user.is_empty() {
        return format!("{scheme}://{user}@{}", &rest[at + 1..]);
    }
    format!("{scheme}://{}", &rest[at + 1..])
}

fn text(path: &Path) -> Option<String> {
    let bytes = RegularFile::open(path).ok()?.read("", MAX_GIT_FILE).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    fn repository(head: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let git = dir.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        fs::write(git.join("HEAD"), head).unwrap();
        fs::write(
            git.join("config"),
            "[core]\n\turl = no\n[remote \"origin\"]\n\turl = https://u:p@h.example/o/r.git\n",
        )
        .unwrap();
        dir
    }

    #[test]
    fn a_branch_is_found_loose_and_packed() {
        let dir = repository("ref: refs/heads/main\n");
        assert_eq!(WorkTree::at(dir.path()).unwrap().commit, None);
        fs::write(dir.path().join(".git/packed-refs"), format!("# pack-refs\n{HASH} refs/heads/main\n"))
            .unwrap();
        let packed = WorkTree::at(dir.path()).unwrap();
        assert_eq!(packed.commit.as_deref(), Some(HASH));
        assert_eq!(packed.branch.as_deref(), Some("main"));
        assert_eq!(packed.remote.as_deref(), Some("https://h.example/o/r.git"));
        let newer = HASH.replace('0', "f");
        fs::write(dir.path().join(".git/refs/heads/main"), &newer).unwrap();
        assert_eq!(WorkTree::at(dir.path()).unwrap().commit, Some(newer));
    }

    #[test]
    fn a_detached_head_has_a_commit_and_no_branch() {
        let facts = WorkTree::at(repository(HASH).path()).unwrap();
        assert_eq!((facts.commit.as_deref(), facts.branch), (Some(HASH), None));
    }

    #[test]
    fn a_linked_worktree_reads_the_common_folder() {
        let dir = repository("ref: refs/heads/main");
        let own = dir.path().join(".git/worktrees/two");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("HEAD"), "ref: refs/heads/feature/x\n").unwrap();
        fs::write(own.join("commondir"), "../..\n").unwrap();
        fs::create_dir_all(dir.path().join(".git/refs/heads/feature")).unwrap();
        fs::write(dir.path().join(".git/refs/heads/feature/x"), HASH).unwrap();
        let linked = tempfile::tempdir().unwrap();
        fs::write(linked.path().join(".git"), format!("gitdir: {}\n", own.display())).unwrap();
        let facts = WorkTree::at(linked.path()).unwrap();
        assert_eq!((facts.commit.as_deref(), facts.branch.as_deref()), (Some(HASH), Some("feature/x")));
        assert_eq!(facts.remote.as_deref(), Some("https://h.example/o/r.git"));
    }

    #[test]
    fn a_pointer_to_elsewhere_and_a_reference_with_dots_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".git"), "gitdir: /etc").unwrap();
        assert_eq!(WorkTree::at(dir.path()), None);
        assert_eq!(WorkTree::at(repository("ref: refs/../config").path()).unwrap().commit, None);
    }

    #[test]
    fn credentials_are_dropped_and_the_user_of_ssh_is_kept() {
        assert_eq!(without_credentials("https://token@h/o/r@x"), "https://h/o/r@x");
        assert_eq!(without_credentials("ssh://git:secret@h:22/o/r"), "ssh://git@h:22/o/r");
        assert_eq!(without_credentials("git@h:o/r.git"), "git@h:o/r.git");
    }
}
