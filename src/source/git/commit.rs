//! A commit, fetched with its folders into a bare repository without a work tree, and the list of its files.

use super::bare::{clear, packs, remove};
use super::calls::Calls;
use super::head::Head;
use super::listing::{Listing, ListingReader};
use crate::error::Result;
use crate::private;

/// Bytes of the list of all files of a commit: some 500,000 files.
const MAX_LISTING_BYTES: u64 = 64 << 20;

/// Bytes of a list that is read without waiting for room: some 8,000 files.
const SMALL_LISTING_BYTES: u64 = 1 << 20;

/// Packs of git in a bare repository before it is made anew, so that it does not grow for ever.
const MAX_GIT_PACKS: usize = 128;

/// A commit that is here with its folders.
pub(super) struct Commit {
    pub(super) head: Head,
    /// Whether its files come only when they are asked for.
    pub(super) is_filtered: bool,
    /// What the user should know.
    pub(super) note: Option<String>,
    /// Its files, or how many bytes the list of them has.
    listing: Result<Listing, u64>,
}

impl Commit {
    /// Fetches a commit with its folders and, where the host can leave them out, without its files.
    pub(super) async fn fetch(head: Head, calls: &mut Calls<'_>) -> Result<Self> {
        let existed = prepare(calls, &head).await?;
        let mut fetched = fetch(calls, &head).await;
        if fetched.is_err() && existed {
            // What an earlier run left half-made must not be in the way for ever.
            remove(&calls.folder);
            prepare(calls, &head).await?;
            fetched = fetch(calls, &head).await;
        }
        let is_filtered = fetched?;
        let listing = list(calls, &head, SMALL_LISTING_BYTES).await?;
        let note = "its host cannot leave files out, so that all files of the commit were fetched.";
        let note = (!is_filtered).then(|| note.to_owned());
        Ok(Self { head, is_filtered, note, listing })
    }

    /// Bytes of the list of its files, where it is not read yet.
    pub(super) fn unread(&self) -> u64 {
        self.listing.as_ref().err().copied().unwrap_or_default()
    }

    /// The list of its files, which takes memory.
    pub(super) async fn listing(&mut self, calls: &mut Calls<'_>) -> Result<Listing> {
        let read = std::mem::replace(&mut self.listing, Err(MAX_LISTING_BYTES));
        let read = match read {
            Ok(listing) => Ok(listing),
            Err(_) => list(calls, &self.head, MAX_LISTING_BYTES).await?,
        };
        read.map_err(|bytes| calls.failed(&format!("the list of its files has {bytes} bytes"), "Split it."))
    }
}

/// Makes the bare repository where there is none, or one that has grown; says whether there was one.
async fn prepare(calls: &mut Calls<'_>, head: &Head) -> Result<bool> {
    clear(&calls.folder);
    if packs(&calls.folder) > MAX_GIT_PACKS {
        remove(&calls.folder);
    }
    if calls.folder.join("HEAD").exists() {
        return Ok(true);
    }
    remove(&calls.folder);
    private::make_directory(&calls.folder)?;
    let mut arguments = vec!["init", "--quiet", "--bare", "--template="];
    if head.commit.len() == 64 {
        arguments.push("--object-format=sha256");
    }
    calls.local(&arguments, Vec::new(), 0, &mut |_| ()).await?;
    Ok(false)
}

/// Says whether the host left the files out.
async fn fetch(calls: &mut Calls<'_>, head: &Head) -> Result<bool> {
    let wanted = format!("+{}:refs/callboard/head", head.commit);
    let arguments = ["--depth=1", "--filter=blob:none", "--", "origin", &wanted];
    let said = calls.fetch("default", &arguments, Vec::new()).await?;
    Ok(!said.contains("filtering not recognized"))
}

async fn list(calls: &mut Calls<'_>, head: &Head, most: u64) -> Result<Result<Listing, u64>> {
    let arguments = ["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", &head.commit];
    let mut reader = ListingReader::new(most);
    calls.local(&arguments, Vec::new(), MAX_LISTING_BYTES, &mut |bytes| reader.take(bytes)).await?;
    Ok(reader.finish())
}
