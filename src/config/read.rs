//! Reads the files of the configuration; the only part of it that touches a disk.
#![expect(clippy::disallowed_methods, reason = "the configuration's files are read here")]

use std::io::{ErrorKind as IoErrorKind, Read};
use std::path::Path;

use super::Places;
use super::layer::{Layer, LayerSource};
use crate::error::{Error, ErrorKind, Result};

/// Bytes that a file of the configuration may have; a hundred times what anybody writes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What to do about a file that is no configuration.
const ANOTHER: &str = "Move it away, or name another one with --config; `callboard init` writes a new one.";

/// The layer in a file; none if there is no such file.
pub(super) fn layer(path: &Path) -> Result<Option<Layer>> {
    text(path)?.map(|text| Layer::parse(LayerSource::File(path.to_owned()), text)).transpose()
}

/// The text of the user's theme with a name; none if there is no such file.
pub fn user_theme(places: &Places, name: &str) -> Result<Option<String>> {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_name {
        return Ok(None);
    }
    text(&places.config.join("themes").join(format!("{name}.yaml")))
}

fn unreadable(file: &LayerSource, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Usage, Error::io(file, error).message()).with_hint(ANOTHER)
}

/// Why a folder is none, as the end of a sentence; nothing where it is one.
pub(super) fn no_folder(path: &Path) -> Option<&'static str> {
    match path.try_exists() {
        _ if path.is_dir() => None,
        Ok(true) => Some("is no folder"),
        _ => Some("does not exist, or cannot be seen"),
    }
}

/// The text of a file; none if there is no such file.
pub(super) fn text(path: &Path) -> Result<Option<String>> {
    let named = LayerSource::File(path.to_owned());
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(e) if matches!(e.kind(), IoErrorKind::NotFound | IoErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(unreadable(&named, &e)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| unreadable(&named, &e))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("{named}: it has more than {MAX_FILE_BYTES} bytes.");
        return Err(Error::new(ErrorKind::Usage, message).with_hint(ANOTHER));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| {
        Error::new(ErrorKind::Usage, format!("{named}: it is not UTF-8 text.")).with_hint(ANOTHER)
    })
}
