//! The tokens of a sign-in, as they are kept: a file for each Backstage that only its owner can read.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::private;
use crate::source::directory_tree::RegularFile;
use crate::source::secret::Secret;
use crate::source::sum::hex;

/// Bytes of the file.
const MAX_BYTES: u64 = 256 << 10;

/// How long another callboard may take to renew a token.
const LOCK_TIME: Duration = Duration::from_mins(2);

/// What a sign-in left.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The Backstage that it is for; the tokens go nowhere else.
    pub(super) base: Url,
    /// Who callboard is to it.
    pub(super) client: Client,
    /// Where tokens are renewed.
    pub(super) token_endpoint: Url,
    /// Where tokens are given back.
    pub(super) revocation_endpoint: Option<Url>,
    pub(super) access_token: String,
    pub(super) expires: Timestamp,
    pub(super) refresh_token: Option<String>,
}

/// Files of a folder of sign-ins that are looked at.
const MAX_FILES: usize = 50;

/// The Backstages that somebody signed in to, by the files of a folder.
pub(super) fn bases(folder: &Path) -> Vec<Url> {
    /// What of a file is of interest; its tokens are not.
    #[derive(Deserialize)]
    struct Base {
        base: Url,
    }
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = |path: PathBuf| {
        let bytes = RegularFile::open(&path).ok()?.read("", MAX_BYTES).ok()?;
        Some(serde_json::from_slice::<Base>(&bytes).ok()?.base)
    };
    let mut bases: Vec<Url> = files.take(MAX_FILES).filter_map(read).collect();
    bases.sort();
    bases
}

/// Who callboard is to a Backstage.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) id: String,
    /// A registered client has one.
    pub(super) secret: Option<String>,
}

impl Kept {
    /// Everything in it that may be in no text.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let texts = [Some(&self.access_token), self.refresh_token.as_ref(), self.client.secret.as_ref()];
        texts.into_iter().flatten().map(|text| Secret::new(text)).collect()
    }
}

/// The place of the tokens of one Backstage.
#[derive(Debug, Clone)]
pub(super) struct Place(PathBuf);

impl Place {
    /// The place for a Backstage in a folder.
    pub(super) fn new(folder: &Path, base: &Url) -> Self {
        let sum = Sha256::digest(base.as_str());
        Self(folder.join(format!("{}.json", hex(&sum[..8]))))
    }

    /// What is kept for a Backstage. A file that cannot be read, or is of another one, is none.
    pub(super) fn read(&self, base: &Url) -> Option<Kept> {
        fs::metadata(&self.0).ok().filter(|found| found.is_file() && found.len() <= MAX_BYTES)?;
        let kept: Kept = serde_json::from_slice(&fs::read(&self.0).ok()?).ok()?;
        (kept.base == *base).then_some(kept)
    }

    /// Keeps a sign-in in the place of the one before.
    pub(super) fn write(&self, kept: &Kept) -> Result<()> {
        self.make_folder()?;
        let json = serde_json::to_vec(kept).map_err(|error| Error::io(self.0.display(), &error.into()))?;
        private::replace_file(&self.0, &json)
    }

    /// Forgets it.
    pub(super) fn remove(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(self.0.display(), &error))
            }
            _ => Ok(()),
        }
    }

    /// Lets nobody else renew the tokens until the file that comes back is dropped: a refresh token is good
    /// for one time, and the second of two would be told that its sign-in is over.
    pub(super) async fn lock(&self) -> Result<File> {
        self.make_folder()?;
        let path = self.0.with_extension("lock");
        // There already, or refused, which opening it tells better.
        drop(private::create_file(&path));
        let file =
            File::options().write(true).open(&path).map_err(|error| Error::io(path.display(), &error))?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
        match tokio::time::timeout(LOCK_TIME, locked).await {
            Ok(Ok(Ok(file))) => Ok(file),
            Ok(Ok(Err(error))) => Err(Error::io(path.display(), &error)),
            Ok(Err(_)) | Err(_) => {
                let why =
                    format!("Another callboard renews the sign-in for more than {} s.", LOCK_TIME.as_secs());
                Err(Error::new(ErrorKind::Unreachable, why).with_hint("Try again, or end the other one."))
            }
        }
    }

    fn make_folder(&self) -> Result<()> {
        private::make_directory(self.0.parent().unwrap_or(Path::new(".")))
    }
}
