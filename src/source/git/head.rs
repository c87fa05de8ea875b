//! The commit of a repository that counts: asked from its host without fetching anything.

use super::calls::Calls;
use super::job::Known;
use super::paths::Paths;
use super::program::Call;
use crate::error::Result;

/// The commit that counts.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) commit: String,
    pub(super) branch: Option<String>,
}

impl Head {
    /// The commit, with everything else that decides over what is taken of it.
    pub(super) fn revision(&self, paths: &Paths) -> String {
        format!("{} {} {}", self.commit, paths.sum(), self.branch.as_deref().unwrap_or_default())
    }

    /// Asks the host; nothing where there is no commit, and that is no failure.
    pub(super) async fn ask(calls: &mut Calls<'_>) -> Result<Option<Self>> {
        let job = calls.job;
        let name = job.branch.as_ref().map_or("HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
        let arguments = ["ls-remote", "--symref", "--", job.address.url(), &name];
        let output = calls.remote(Call { arguments: arguments.map(Into::into).to_vec(), ..Call::default() });
        let output = String::from_utf8_lossy(&output.await?.stdout).into_owned();
        let mut branch = job.branch.clone();
        let mut commit = None;
        for line in output.lines() {
            match line.split_once('\t') {
                Some((target, named)) if named == name => match target.strip_prefix("ref: refs/heads/") {
                    Some(default) => branch = Some(default.to_owned()),
                    None if is_hash(target) => commit = Some(target.to_owned()),
                    None => {}
                },
                _ => {}
            }
        }
        match (commit, &job.branch) {
            (Some(commit), _) => Ok(Some(Self { commit, branch })),
            (None, _) if job.known == Known::ByList => Ok(None),
            (None, Some(branch)) => Err(calls.failed(
                &format!("it has no branch {branch:?}"),
                "Correct `branch`, or leave it out for the default one.",
            )),
            (None, None) => {
                Err(calls.failed("it is empty", "Push a commit, or remove it from the configuration."))
            }
        }
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
