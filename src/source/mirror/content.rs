//! Bytes in a pack, finished or in the making: where they lie, and their sum.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

/// Bytes that lie in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    pub(super) at: u64,
    pub(super) size: u64,
    pub(super) crc: u32,
}

impl Content {
    /// How many bytes there are.
    pub fn size(self) -> u64 {
        self.size
    }
}

/// The contents of a pack, read from its file when somebody asks for them.
#[derive(Debug)]
pub struct Contents(Mutex<File>);

impl Contents {
    pub(super) fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }

    /// The bytes of a content, checked against their sum.
    pub fn read(&self, content: Content) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; content.size as usize];
        {
            // A reader that panicked leaves at worst another offset, and each reader goes to its own.
            let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            open.seek(SeekFrom::Start(content.at))?;
            open.read_exact(&mut bytes)?;
        }
        if crc32fast::hash(&bytes) == content.crc {
            return Ok(bytes);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "what was fetched of it is damaged"))
    }
}
