//! The SQLite file of a generation, opened for reading: no lock, no journal, any number of threads.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::schema;

/// Connections that are kept for the next reader; a portal has about as many threads.
const MAX_IDLE: usize = 4;

/// A generation's tables.
#[derive(Debug)]
pub(super) enum Database {
    /// A file, which any number of connections read at once.
    File(Pool),
    /// Tables in memory, which live as long as their one connection.
    Memory(Mutex<Connection>),
}

impl Database {
    /// Opens a file; nothing where it is none of ours.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Option<Self>> {
        let connection = connect(path)?;
        let ours = schema::is_ours(&connection)?;
        let idle = Mutex::new(vec![connection]);
        Ok(ours.then(|| Self::File(Pool { path: path.to_owned(), idle, returned: Condvar::new() })))
    }

    /// Lets a query run.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        match self {
            // A reader that panicked leaves a connection that only reads: it stays usable.
            Self::Memory(connection) => query(&connection.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::File(pool) => query(pool.take().connection()),
        }
    }
}

/// Connections to one file. There is always at least one, which keeps the file alive on the disk even when
/// newer generations have taken its place and its name is gone.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Pool {
    fn take(&self) -> Taken<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Taken { pool: self, connection: Some(connection) };
            }
            if let Ok(connection) = connect(&self.path) {
                return Taken { pool: self, connection: Some(connection) };
            }
            // The name is gone: wait for a connection that somebody else has.
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A connection in use; goes back to its pool when dropped, also by a panic.
struct Taken<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Taken<'_> {
    #[expect(clippy::expect_used, reason = "only drop takes the connection out")]
    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("a taken connection is there until it is dropped")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.extend(self.connection.take());
        }
        self.pool.returned.notify_one();
    }
}

/// Opens a file that nobody will ever write to again.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(path), flags)
}

fn uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02x}"); // writing into a String cannot fail
            }
        }
    }
    uri + "?mode=ro&immutable=1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_any_sign_is_opened_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a?b#c%41 d.sqlite");
        let connection = Connection::open(&path).unwrap();
        schema::prepare_to_write(&connection).unwrap();
        drop(connection);
        assert!(Database::open(&path).unwrap().is_some());
    }

    #[test]
    fn a_foreign_database_and_garbage_are_not_ours() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        assert!(Database::open(&path).unwrap().is_none());
        let garbage = dir.path().join("y");
        crate::private::replace_file(&garbage, &[7; 5000]).unwrap();
        assert!(Database::open(&garbage).is_err());
    }
}
