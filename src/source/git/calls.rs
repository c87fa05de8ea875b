//! The calls of git about one repository.

use std::path::PathBuf;

use super::bare::{folder_name, outgrows, remove};
use super::failure;
use super::job::RepositoryJob;
use super::program::{Call, GitProgram};
use crate::error::{Error, ErrorKind, Result};
use crate::private;
use crate::source::child::Output;

/// Bytes of a bare repository on the disk.
const MAX_DISK_BYTES: u64 = 1 << 30;

/// The calls of git about one repository.
pub(super) struct Calls<'a> {
    git: &'a GitProgram,
    pub(super) job: &'a RepositoryJob,
    /// The bare repository.
    pub(super) folder: PathBuf,
    /// How many there were.
    pub(super) count: u64,
}

impl<'a> Calls<'a> {
    pub(super) fn new(git: &'a GitProgram, job: &'a RepositoryJob) -> Result<Self> {
        let folder = job.mirror.work()?.join("git");
        private::make_directory(&folder)?;
        Ok(Self { git, job, folder: folder.join(folder_name(&job.address)), count: 0 })
    }

    /// The error of the repository: `why` ends the sentence.
    pub(super) fn failed(&self, why: &str, hint: &str) -> Error {
        Error::new(ErrorKind::Unreachable, format!("{}: {why}.", self.job.name())).with_hint(hint)
    }

    /// A call that talks to the host of the repository.
    pub(super) async fn remote(&mut self, call: Call<'_>) -> Result<Output> {
        self.count += 1;
        let remote = Some((&self.job.address, self.job.token.as_ref()));
        let output = self.git.run(Call { remote, ..call }).await;
        output.map_err(|error| failure::of(&error, &self.job.name()))
    }

    /// A call that stays on this machine; what it writes goes to `sink` as it comes.
    pub(super) async fn local(
        &mut self,
        arguments: &[&str],
        input: Vec<u8>,
        most: u64,
        sink: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<()> {
        self.count += 1;
        let arguments = arguments.iter().map(Into::into).collect();
        let call = Call { repository: Some(&self.folder), arguments, input, most, remote: None };
        let ended = self.git.stream(call, sink).await;
        ended.map(drop).map_err(|error| failure::of(&error, &self.job.name()))
    }

    /// `git fetch` with what every one of them has. The address is a setting, so that git knows that what is
    /// missing is missing on purpose. Gives what git said.
    ///
    /// A host that cannot leave files out sends what it likes: the size on the disk ends it.
    pub(super) async fn fetch(&mut self, negotiation: &str, more: &[&str], input: Vec<u8>) -> Result<String> {
        let negotiation = format!("fetch.negotiationAlgorithm={negotiation}");
        let url = format!("remote.origin.url={}", self.job.address.url());
        let mut arguments = vec!["-c", &negotiation, "-c", &url, "-c", "remote.origin.promisor=true"];
        arguments.extend([
            "-c",
            "remote.origin.partialclonefilter=blob:none",
            "fetch",
            "--quiet",
            "--no-tags",
        ]);
        arguments.extend(["--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"]);
        arguments.extend(more);
        let arguments = arguments.into_iter().map(Into::into).collect();
        let folder = self.folder.clone();
        let call = Call { repository: Some(&folder), arguments, input, ..Call::default() };
        tokio::select! {
            output = self.remote(call) => Ok(output?.stderr),
            () = outgrows(&folder, MAX_DISK_BYTES) => {
                remove(&folder);
                let why = format!(
                    "it takes more than {} MiB on the disk, which is the limit",
                    MAX_DISK_BYTES >> 20
                );
                Err(self.failed(&why, "Let its host leave files out (uploadpack.allowFilter), or clone it and name the folder as a directory source."))
            }
        }
    }
}
