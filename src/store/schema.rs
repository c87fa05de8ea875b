//! The tables of a generation. One file, written once, then only read.

use rusqlite::Connection;

/// Marks a SQLite file as ours ("call" in ASCII).
pub(super) const APPLICATION: i32 = 0x6361_6c6c;

/// The version of tables and rows. A generation of another version is built again.
pub(super) const VERSION: i32 = 5;

/// Tables, before the first row. Rows come in any order and only at the end of a table; the indexes that need
/// an order are made by one sort each in [`INDEXES`], which a million rows in random order would not survive.
pub(super) const TABLES: &str = "
    CREATE TABLE repositories (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE files (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, validator TEXT NOT NULL,
        repository INTEGER);
    -- Lines that name the owners of paths, by the root of the repository that they are of.
    CREATE TABLE code_owners (file INTEGER PRIMARY KEY, root TEXT NOT NULL, body TEXT NOT NULL);
    -- Every document that claims a name, with the place it stands at.
    CREATE TABLE claims (
        id INTEGER PRIMARY KEY, name INTEGER NOT NULL, file INTEGER NOT NULL,
        line INTEGER NOT NULL, column INTEGER NOT NULL, checksum INTEGER NOT NULL, body TEXT NOT NULL);
    -- Every reference that is claimed or pointed to, with the claim that won; without a claim it dangles.
    CREATE TABLE names (id INTEGER PRIMARY KEY, ref TEXT NOT NULL, claim INTEGER);
    CREATE TABLE rivals (claim INTEGER PRIMARY KEY, name INTEGER NOT NULL);
    CREATE TABLE relation_types (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE relations (name INTEGER PRIMARY KEY, edges BLOB NOT NULL);
    CREATE TABLE problems (
        id INTEGER PRIMARY KEY, name INTEGER, file INTEGER, stage INTEGER NOT NULL, body TEXT NOT NULL);
    -- Entities that vanished from their source, as they were last seen.
    CREATE TABLE tombstones (
        ref TEXT PRIMARY KEY, gone INTEGER NOT NULL, owners TEXT NOT NULL, source TEXT NOT NULL,
        path TEXT NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL, repository TEXT,
        checksum INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
";

/// Indexes, after the last row.
pub(super) const INDEXES: &str = "
    CREATE UNIQUE INDEX names_by_ref ON names (ref);
    CREATE INDEX claims_by_file ON claims (file);
    CREATE INDEX rivals_by_name ON rivals (name);
    CREATE INDEX problems_by_name ON problems (name) WHERE name IS NOT NULL;
    CREATE INDEX problems_by_file ON problems (file) WHERE file IS NOT NULL;
";

/// Settings of a connection that writes: no journal, for a torn file is never pointed to. Rows are written one
/// after the other, so that pages that are full need not be held.
pub(super) fn prepare_to_write(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch(TABLES)
}

/// Whether an opened file is a generation of this version.
pub(super) fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")?;
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    Ok(number("application_id")? == APPLICATION && number("user_version")? == VERSION)
}
