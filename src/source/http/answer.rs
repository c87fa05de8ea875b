//! An answer: its status, the headers that matter, and its body as JSON.

use std::borrow::Cow;

use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, LINK};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::failure;
use crate::error::Result;
use crate::source::halves;

/// The answer to a request, complete.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The address that answered.
    pub url: Url,
    /// The status: 200 to 299, or 304 where nothing changed.
    pub status: u16,
    headers: HeaderMap,
    /// The unpacked body.
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(url: Url, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { url, status, headers, body }
    }

    /// Whether what is known still holds.
    pub fn is_unchanged(&self) -> bool {
        self.status == 304
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the server says of an error, as one line of a length that somebody reads. Foreign text.
    pub fn message(&self) -> Option<String> {
        failure::message(&self.body)
    }

    /// What tells whether the answer changes.
    pub fn etag(&self) -> Option<&str> {
        self.header(ETAG.as_str())
    }

    /// The media type, in lower case and without parameters.
    pub fn media_type(&self) -> String {
        let value = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The address of the next page, as the `Link` header names it.
    pub fn next_page(&self) -> Option<Url> {
        next_page(self.header(LINK.as_str())?, &self.url)
    }

    /// The body as JSON text, without its byte order mark; bytes that are no text are replaced, and halves of
    /// characters.
    pub fn text(&self) -> Cow<'_, str> {
        halves::replaced(String::from_utf8_lossy(
            self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body),
        ))
    }

    /// The body as JSON of a type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.parse(&self.text())
    }

    /// The text of the body as JSON of a type that borrows from it. A page to sign in, or of a proxy, is told
    /// from JSON that is broken.
    pub fn parse<'t, T: Deserialize<'t>>(&self, text: &'t str) -> Result<T> {
        serde_json::from_str(text).map_err(|error| failure::no_json(self, text, &error))
    }
}

/// The address of the next page that a `Link` header names, seen from the page that has it. Foreign text; it may
/// lead anywhere.
pub fn next_page(links: &str, from: &Url) -> Option<Url> {
    links.split(',').find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|it| matches!(it.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then(|| from.join(target).ok())?
    })
}
