//! Reads search rows: offsets into one contiguous text, nothing copied. A million rows open in tens of
//! milliseconds; a row takes eight bytes beside its text.

use super::RowFlags;
use super::rows_writer::{EOT, GS, HEADER, RS, US};
use crate::catalog::EntityRef;
use crate::text::Untrusted;

/// Why a text is no complete set of rows. The store answers by building it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// Another version, or another kind of file.
    #[error("the search rows were not written by this version: sync again")]
    Foreign,
    /// The end is missing, or the count is wrong.
    #[error("the search rows are torn: {found} rows of {said} are there; sync again")]
    Torn {
        /// The rows that are there.
        found: usize,
        /// The rows that the end counts, or `?` without an end.
        said: String,
    },
    /// Not UTF-8, or a row without its separators.
    #[error("the search rows are damaged: sync again")]
    Damaged,
    /// Offsets are 32 bits wide.
    #[error("the search rows take {0} bytes, 4 GiB is the most: search fewer sources at once")]
    TooLarge(usize),
}

/// The rows of a snapshot, in the order of their references.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    /// Where each row begins, and behind the last the end.
    starts: Vec<u32>,
    /// Where what is searched ends in each row.
    search_ends: Vec<u32>,
}

impl Rows {
    /// Reads a complete text.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, RowsError> {
        let (rows, end) = Self::scan(bytes, usize::MAX)?;
        let said = rows.text.as_bytes().get(end..).and_then(count);
        match said {
            Some(said) if said == rows.len() => Ok(rows),
            _ => Err(RowsError::Torn {
                found: rows.len(),
                said: said.map_or_else(|| "?".to_owned(), |n| n.to_string()),
            }),
        }
    }

    /// Reads at most `most` rows from the beginning of a text that may end anywhere: the first page, before
    /// the rest is there.
    pub fn from_prefix(bytes: Vec<u8>, most: usize) -> Result<Self, RowsError> {
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
        let mut bytes = bytes;
        bytes.truncate(whole);
        Self::scan(bytes, most).map(|(rows, _)| rows)
    }

    /// Finds rows until the trailer or the end, and where that is.
    fn scan(bytes: Vec<u8>, most: usize) -> Result<(Self, usize), RowsError> {
        if !bytes.starts_with(HEADER.as_bytes()) {
            return Err(RowsError::Foreign);
        }
        if u32::try_from(bytes.len()).is_err() {
            return Err(RowsError::TooLarge(bytes.len()));
        }
        let text = String::from_utf8(bytes).map_err(|_| RowsError::Damaged)?;
        let mut rows = Self { text, starts: vec![HEADER.len() as u32], search_ends: Vec::new() };
        let bytes = rows.text.as_bytes();
        let mut start = HEADER.len();
        for at in memchr::memchr2_iter(GS, b'\n', &bytes[start..]).map(|at| at + HEADER.len()) {
            if bytes[at] == GS {
                rows.search_ends.push(at as u32);
                continue;
            }
            if bytes[start] == EOT || rows.search_ends.len() > most {
                break;
            }
            start = at + 1;
            rows.starts.push(start as u32);
            if rows.search_ends.len() != rows.starts.len() - 1 {
                return Err(RowsError::Damaged);
            }
        }
        rows.search_ends.truncate(rows.starts.len() - 1);
        Ok((rows, start))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.search_ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.search_ends.is_empty()
    }

    /// The row at a place. Places beyond the last have none.
    pub fn get(&self, index: usize) -> Option<Row<'_>> {
        let (start, end) = (*self.starts.get(index)? as usize, *self.starts.get(index + 1)? as usize);
        let split = self.search_ends[index] as usize;
        Some(Row { search: &self.text[start..split], facts: &self.text[split + 1..end - 1] })
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// The row of an entity.
    pub fn find(&self, reference: &EntityRef) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.row(middle).reference().cmp(reference) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// What is searched of the row at a place that is known to be one.
    pub(super) fn search_of(&self, index: usize) -> &[u8] {
        &self.text.as_bytes()[self.starts[index] as usize..self.search_ends[index] as usize]
    }

    /// The row at a place that is known to be one.
    pub(super) fn row(&self, index: usize) -> Row<'_> {
        let (start, end) = (self.starts[index] as usize, self.starts[index + 1] as usize);
        let split = self.search_ends[index] as usize;
        Row { search: &self.text[start..split], facts: &self.text[split + 1..end - 1] }
    }
}

/// The count of the last line, where the text ends as it should.
fn count(trailer: &[u8]) -> Option<usize> {
    let digits = trailer.strip_prefix(&[EOT])?.strip_suffix(b"\n")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// One row. What it returns is foreign text, but for what callboard itself derived.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'a> {
    /// Name, title, aliases, tags and owner, folded, separated by control bytes.
    pub(super) search: &'a str,
    facts: &'a str,
}

impl<'a> Row<'a> {
    /// The identity.
    pub fn reference(&self) -> EntityRef {
        EntityRef::new(self.fact(0), self.fact(1), self.name().raw())
    }

    /// The kind, lower case.
    pub fn kind(&self) -> Untrusted<'a> {
        Untrusted::new(self.fact(0))
    }

    /// The namespace, lower case.
    pub fn namespace(&self) -> Untrusted<'a> {
        Untrusted::new(self.fact(1))
    }

    /// The name as written.
    pub fn name(&self) -> Untrusted<'a> {
        let written = self.fact(8);
        Untrusted::new(if written.is_empty() { self.searched(0) } else { written })
    }

    /// The title as written.
    pub fn title(&self) -> Option<Untrusted<'a>> {
        let written = self.fact(9);
        some(if written.is_empty() { self.searched(1) } else { written })
    }

    /// Other names, folded.
    pub fn aliases(&self) -> impl Iterator<Item = Untrusted<'a>> {
        items(self.searched(2))
    }

    /// The tags, folded.
    pub fn tags(&self) -> impl Iterator<Item = Untrusted<'a>> {
        items(self.searched(3))
    }

    /// The reference of the owner.
    pub fn owner(&self) -> Option<Untrusted<'a>> {
        some(self.fact(7))
    }

    /// What people call the owner, folded, where it differs from its name.
    pub fn owner_name(&self) -> Option<Untrusted<'a>> {
        items(self.searched(4)).nth(1)
    }

    /// The lifecycle.
    pub fn lifecycle(&self) -> Option<Untrusted<'a>> {
        some(self.fact(4))
    }

    /// `spec.type`.
    pub fn spec_type(&self) -> Option<Untrusted<'a>> {
        some(self.fact(5))
    }

    /// The reference of the system it is part of.
    pub fn system(&self) -> Option<Untrusted<'a>> {
        some(self.fact(6))
    }

    /// Yes-or-no facts.
    pub fn flags(&self) -> RowFlags {
        RowFlags(u32::from_str_radix(self.fact(2), 16).unwrap_or(0))
    }

    /// How many problems it has.
    pub fn problems(&self) -> u32 {
        self.fact(3).parse().unwrap_or(0)
    }

    fn fact(&self, at: usize) -> &'a str {
        self.facts.split(char::from(US)).nth(at).unwrap_or("")
    }

    fn searched(&self, at: usize) -> &'a str {
        self.search.split(char::from(US)).nth(at).unwrap_or("")
    }
}

fn some(text: &str) -> Option<Untrusted<'_>> {
    (!text.is_empty()).then(|| Untrusted::new(text))
}

fn items(list: &str) -> impl Iterator<Item = Untrusted<'_>> {
    list.split(char::from(RS)).filter(|item| !item.is_empty()).map(Untrusted::new)
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts;
    use super::super::{RowFacts, RowsWriter};
    use super::*;

    fn three() -> Vec<u8> {
        let mut writer = RowsWriter::new();
        for name in ["alpha", "beta", "gamma"] {
            writer.push(&facts(&EntityRef::new("component", "default", name), name));
        }
        writer.finish()
    }

    #[test]
    fn a_row_gives_back_its_facts() {
        let (reference, owner, system) = (
            EntityRef::new("Component", "eu", "Payments"),
            EntityRef::new("group", "default", "team-pay"),
            EntityRef::new("system", "default", "money"),
        );
        let mut writer = RowsWriter::new();
        writer.push(&RowFacts {
            title: Some("Zahlungen Köln"),
            aliases: vec!["acme/Payments"],
            tags: vec!["java", "pci"],
            owner: Some(&owner),
            owner_name: Some("Team Pay"),
            lifecycle: Some("production"),
            spec_type: Some("service"),
            system: Some(&system),
            flags: RowFlags::DOCS | RowFlags::OWNED,
            problems: 3,
            ..facts(&reference, "Payments")
        });
        let rows = Rows::from_bytes(writer.finish()).unwrap();
        let row = rows.get(0).unwrap();
        let text = |text: Option<Untrusted<'_>>| text.map(|text| text.raw().to_owned());
        assert_eq!(row.reference(), reference);
        assert_eq!(row.name().raw(), "Payments");
        assert_eq!(text(row.title()).unwrap(), "Zahlungen Köln");
        assert_eq!(row.aliases().collect::<Vec<_>>(), [Untrusted::new("acme/payments")]);
        assert_eq!(row.tags().collect::<Vec<_>>(), [Untrusted::new("java"), Untrusted::new("pci")]);
        assert_eq!(text(row.owner()).unwrap(), "group:default/team-pay");
        assert_eq!(text(row.owner_name()).unwrap(), "team pay");
        assert_eq!(text(row.lifecycle()).unwrap(), "production");
        assert_eq!(text(row.spec_type()).unwrap(), "service");
        assert_eq!(text(row.system()).unwrap(), "system:default/money");
        assert!(row.flags().contains(RowFlags::DOCS | RowFlags::OWNED));
        assert!(!row.flags().contains(RowFlags::ORPHAN));
        assert_eq!(row.problems(), 3);
        assert!(row.search.starts_with("payments\u{1f}zahlungen koln\u{1f}acme/payments"));
    }

    #[test]
    fn foreign_text_cannot_forge_a_row_or_a_field() {
        let reference = EntityRef::new("component", "default", "a");
        let mut writer = RowsWriter::new();
        writer.push(&RowFacts { title: Some("x\u{1f}y\n\u{1d}z\u{4}"), ..facts(&reference, "a") });
        let rows = Rows::from_bytes(writer.finish()).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows.get(0).unwrap().title().unwrap().raw(), "x y  z ");
    }

    #[test]
    fn every_cut_of_a_text_is_torn_and_still_a_prefix() {
        let whole = three();
        for cut in 0..whole.len() {
            let part = whole[..cut].to_vec();
            assert!(Rows::from_bytes(part.clone()).is_err(), "cut at {cut}");
            if cut >= HEADER.len() {
                let rows = Rows::from_prefix(part, usize::MAX).unwrap();
                assert!(rows.iter().zip(["alpha", "beta", "gamma"]).all(|(row, n)| row.name().raw() == n));
            }
        }
        assert_eq!(Rows::from_bytes(whole).unwrap().len(), 3);
    }

    #[test]
    fn a_prefix_holds_no_more_rows_than_asked_for() {
        assert_eq!(Rows::from_prefix(three(), 2).unwrap().len(), 2);
        assert_eq!(Rows::from_prefix(three(), 0).unwrap().len(), 0);
    }

    #[test]
    fn rows_are_found_by_reference() {
        let rows = Rows::from_bytes(three()).unwrap();
        assert_eq!(rows.find(&EntityRef::new("Component", "default", "BETA")), Some(1));
        assert_eq!(rows.find(&EntityRef::new("component", "default", "delta")), None);
    }

    #[test]
    fn a_text_of_another_version_is_foreign() {
        assert_eq!(Rows::from_bytes(b"callboard-rows 9\n".to_vec()).unwrap_err(), RowsError::Foreign);
    }

    #[test]
    fn a_row_without_its_separator_is_damaged() {
        let bytes = format!("{HEADER}abc\n\u{4}1\n").into_bytes();
        assert_eq!(Rows::from_bytes(bytes).unwrap_err(), RowsError::Damaged);
    }
}
