//! The cache: immutable generations of snapshots, and the state of the user.

mod lock;
mod private;
