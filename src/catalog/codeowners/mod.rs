//! CODEOWNERS: which lines of a repository's file name the owners of a path, and whom their words mean. Reads
//! the forms of GitHub, GitLab and Gitea; knows no file.

mod dialect;
mod handle;
mod lines;
mod pattern;
mod section;

pub use dialect::Dialect;
pub use handle::{People, meant};
pub use lines::{CodeOwners, OwnersLine};

/// Bytes of a file that are looked at: GitHub's own limit.
pub const MAX_BYTES: usize = 3 << 20;

/// Where the file may be in a repository; the first that is there is the one.
pub const PATHS: [&str; 6] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
];
