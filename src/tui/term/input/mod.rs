//! What a terminal sends, from bytes to keys. The decoder and its tables are pure; the reader is the only
//! thread that reads the terminal.
//!
//! Why not crossterm's reader: it takes the answers to our questions for keys, keeps a thread on the
//! terminal that cannot be told from a lost one (it spins at a full core when the terminal is gone), and it
//! cannot say when the terminal has answered everything. Its key types are used as they are.

mod decoder;
mod keys;
mod reader;
mod sequence;

pub(super) use decoder::{Answer, Decoded};
pub(super) use reader::{Listener, Reader};
