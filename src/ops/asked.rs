//! One question to a server or a program, asked from a place that cannot wait by itself.

use std::future::Future;

use crate::error::{Error, Result};

/// Waits for the answer to a question on this thread.
pub(super) fn asked<T>(question: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::io("Nothing can be asked of others", &error))?;
    let answer = runtime.block_on(question);
    // Dropped, it would wait for threads of its own, such as one that waits for the lock of another callboard.
    runtime.shutdown_background();
    answer
}
