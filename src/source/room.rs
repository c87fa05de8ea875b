//! Room in memory that all sources of a sync share: what is large waits until what is large elsewhere is done.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of lists of files that are held in memory at once. A list takes about as much.
const ALL: u32 = 64 << 20;

/// Room in memory. Clones share it.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ALL as usize)))
    }
}

impl Room {
    /// Waits for room for so many bytes, in the order in which it was asked for, and has it until what comes back is
    /// dropped. Whoever asks for more than all of it gets all of it.
    pub async fn take(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).unwrap_or(ALL).min(ALL);
        Arc::clone(&self.0).acquire_many_owned(bytes).await.ok() // it is never closed
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn what_finds_no_room_waits_until_there_is_some() {
        let room = Room::default();
        let all = room.take(u64::MAX).await;
        let mut waiting = pin!(room.take(1));
        let mut nobody = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut nobody).is_pending());
        drop(all);
        assert!(matches!(waiting.poll(&mut nobody), Poll::Ready(Some(_))));
        assert!(room.take(0).await.is_some());
    }
}
