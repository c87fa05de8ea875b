//! Reads one descriptor file with what its placeholders name.

use super::folder::{Folder, Look, Repositories};
use super::targets::{Refusal, own_file};
use crate::catalog::descriptor::{self, Reading};
use crate::catalog::placeholder::{self, Unread};
use crate::catalog::{Code, Origin, yaml};
use crate::source::names;

/// Reads the file of an origin, of which this was found. Says also what its placeholders name: validator, blank, path.
pub(super) fn file(
    folder: &dyn Folder,
    (look, bytes): (&Look, Result<Vec<u8>, String>),
    origin: &Origin,
    repositories: &Repositories,
) -> (Reading, Vec<String>) {
    let mut parts = Vec::new();
    let path = &*origin.path;
    let bytes = match understood(look, bytes) {
        Ok(bytes) => bytes,
        Err((code, why)) => {
            let problems = vec![code.problem(origin.clone(), why)];
            return (Reading { problems, ..Reading::default() }, parts);
        }
    };
    if folder.holds_json(path) {
        return (descriptor::read_json(&bytes, origin), parts);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if names::is_near(name.as_bytes()) && !names::speaks_of_backstage(&bytes) {
        return (Reading::default(), parts);
    }
    let mut files = |target: &str| {
        let path = own_file(target, &origin.path, repositories).map_err(|refusal| match refusal {
            Refusal::Outside => Unread::Because("it leads out of the repository".to_owned()),
            Refusal::Network => Unread::NotFetched,
        })?;
        let look = folder.look(&path);
        // One that is not there counts too: it may come.
        parts.push(format!("{} {path}", look.validator()));
        if !matches!(look, Look::File { .. }) {
            return Err(Unread::Because("there is no such file in the repository".to_owned()));
        }
        folder.read(&path, placeholder::MAX_BYTES as u64).map_err(Unread::Because)
    };
    let reading = descriptor::read_with_files(&bytes, origin, &mut files);
    (reading, parts)
}

/// The bytes of a file, else what is wrong with it.
fn understood(look: &Look, bytes: Result<Vec<u8>, String>) -> Result<Vec<u8>, (Code, String)> {
    let most = yaml::MAX_FILE_BYTES as u64;
    match look {
        Look::Missing => Err((Code::Unreadable, "The file vanished before it was read.".to_owned())),
        Look::NoFile => Err((Code::Unreadable, "It is no regular file; it was not read.".to_owned())),
        Look::File { size, .. } if *size > most => {
            Err((Code::TooLarge, format!("The file has {size} bytes; {most} are the most that is read.")))
        }
        Look::File { .. } => {
            bytes.map_err(|why| (Code::Unreadable, format!("The file could not be read: {why}.")))
        }
    }
}
