//! The limits of reading YAML. Each bounds memory or time before it is spent; all are in the manual.

/// Bytes of one file. The largest real descriptor seen has 2.8 MB; 40,000 generated entities have 26 MB.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;

/// Characters of one document that can start a token. The YAML crate keeps about 130 bytes for each event of
/// a document, and an event needs one such character: this holds a document below about 130 MB.
pub const MAX_DOCUMENT_TOKENS: usize = 500_000;

/// Values of one document after aliases were expanded. A real document of 74 KB has some thousands.
pub const MAX_DOCUMENT_NODES: usize = 200_000;

/// Bytes of text in one document after aliases were expanded.
pub const MAX_DOCUMENT_TEXT_BYTES: usize = MAX_FILE_BYTES;

/// Levels of nesting. The YAML crate stops at 128, and a tree this deep is safe to walk recursively.
pub const MAX_DEPTH: usize = 100;

/// Brackets and braces of one document that are open at once, counted without regard to quotes. The YAML
/// crate needs time in the square of it: 50,000 take a minute.
pub const MAX_FLOW_OPENERS: usize = 1_000;

/// Bytes read again, in total, to find the places of one document's problems; the places of those beyond it
/// are that of the document.
pub const MAX_LOCATE_BYTES: usize = 64 * 1024 * 1024;

/// Repairs of one document, such as of stray tabs; each costs a reading of it.
pub(super) const MAX_REPAIRS: usize = 64;

/// Numbers and quotes of one document that are read a second time, since npm's `yaml` may take them otherwise;
/// each costs a reading of it, and all together at most [`MAX_LOCATE_BYTES`].
pub(super) const MAX_SUSPECTS: usize = 64;

/// Uses of one anchor, times the most uses of an anchor within it: the `maxAliasCount` of npm's `yaml`, which
/// refuses a document with more.
pub const MAX_ALIAS_COUNT: usize = 100;
