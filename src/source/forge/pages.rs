//! Lists that come in pages: walked to their end, each page only if it changed, and never in a circle.

use std::collections::{BTreeMap, HashSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::source::http::{Answer, Ask, Budget, Http};

/// Pages of one list.
const MAX_PAGES: usize = 1_000;

/// Bytes of one page.
const MAX_PAGE_BYTES: u64 = 16 << 20;

/// Pages that were read, by their addresses.
pub(super) type Pages<T> = BTreeMap<String, Page<T>>;

/// A page that was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Page<T> {
    etag: String,
    next: Option<String>,
    items: Vec<T>,
}

/// Reads lists of one server.
pub(super) struct Reader<'a> {
    http: &'a Http,
    /// What the server said last of how much it lets through.
    pub(super) budget: Option<Budget>,
}

/// Pages of a kind: those that are known, and those that count from now on.
pub(super) struct Shelf<'a, T> {
    /// Known from before.
    pub(super) known: &'a Pages<T>,
    /// Read now.
    pub(super) fresh: &'a mut Pages<T>,
}

impl<'a> Reader<'a> {
    /// A reader.
    pub(super) fn new(http: &'a Http) -> Self {
        Self { http, budget: None }
    }

    /// One thing that need not be there.
    pub(super) async fn one<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<T>> {
        let answer = self.http.find(&self.http.url(path)?, &Ask::json(MAX_PAGE_BYTES)).await?;
        answer.map(|answer| self.noted(answer).json()).transpose()
    }

    /// All the items of a list, each as `turn` makes it; nothing where there is no such list.
    pub(super) async fn all<I: DeserializeOwned, T: Clone>(
        &mut self,
        path: &str,
        shelf: &mut Shelf<'_, T>,
        turn: impl Fn(I) -> T,
    ) -> Result<Option<Vec<T>>> {
        let mut url = self.http.url(path)?;
        let mut seen: HashSet<Url> = HashSet::new();
        let mut all = Vec::new();
        loop {
            let known = shelf.known.get(url.as_str());
            let validator = known.map(|page| page.etag.as_str());
            let ask = Ask { validator, ..Ask::json(MAX_PAGE_BYTES) };
            let answer = if seen.is_empty() {
                match self.http.find(&url, &ask).await? {
                    Some(answer) => answer,
                    None => return Ok(None),
                }
            } else {
                self.http.get(&url, &ask).await?
            };
            seen.insert(url.clone());
            let answer = self.noted(answer);
            let (items, next) = match known.filter(|_| answer.is_unchanged()) {
                Some(page) => {
                    let next = page.next.as_deref().and_then(|next| Url::parse(next).ok());
                    (page.items.clone(), next)
                }
                None => (answer.json::<Vec<I>>()?.into_iter().map(&turn).collect(), next_page(&url, &answer)),
            };
            if let Some(etag) = answer.etag().or(validator) {
                let next = next.as_ref().map(Url::to_string);
                shelf
                    .fresh
                    .insert(url.to_string(), Page { etag: etag.to_owned(), next, items: items.clone() });
            }
            all.extend(items);
            match next {
                None => return Ok(Some(all)),
                Some(next) if seen.contains(&next) => {
                    return Err(endless(&url, "leads back to a page that was read already"));
                }
                Some(_) if seen.len() >= MAX_PAGES => {
                    return Err(endless(
                        &url,
                        &format!("has more than {MAX_PAGES} pages, which is the limit"),
                    ));
                }
                Some(next) => url = next,
            }
        }
    }

    fn noted(&mut self, answer: Answer) -> Answer {
        self.budget = Budget::of(&answer).or(self.budget);
        answer
    }
}

/// The page behind one: as `Link` says, or the number that GitLab writes in a header of its own.
fn next_page(url: &Url, answer: &Answer) -> Option<Url> {
    answer.next_page().or_else(|| {
        let number: u32 = answer.header("x-next-page")?.trim().parse().ok()?;
        let mut next = url.clone();
        let others: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| name != "page").collect();
        next.query_pairs_mut().clear().extend_pairs(others).append_pair("page", &number.to_string());
        Some(next)
    })
}

fn endless(url: &Url, why: &str) -> Error {
    let mut shown = url.clone();
    shown.set_query(None);
    Error::new(ErrorKind::Unreachable, format!("The list at {shown} {why}."))
        .with_hint("Check what stands between here and the server; what is known stays.")
}
