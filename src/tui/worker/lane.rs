//! A lane: one thread that does the newest job of a kind. A job that has not begun is replaced by the next
//! one, and the one that is running is told to stop: typing always wins over computing.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::ops::Cancel;

/// Jobs of one kind, one at a time, the newest first.
#[derive(Debug)]
pub(super) struct Lane<J> {
    shared: Arc<Shared<J>>,
}

#[derive(Debug)]
struct Shared<J> {
    slot: Mutex<Slot<J>>,
    wake: Condvar,
}

#[derive(Debug)]
struct Slot<J> {
    next: Option<J>,
    running: Cancel,
    is_closed: bool,
}

impl<J> Shared<J> {
    /// A panic of a job cannot leave the slot half changed, so a poisoned lock is as good as a whole one.
    fn slot(&self) -> MutexGuard<'_, Slot<J>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(J, Cancel)> {
        let mut slot = self.slot();
        loop {
            if slot.is_closed {
                return None;
            }
            if let Some(job) = slot.next.take() {
                slot.running = Cancel::new();
                return Some((job, slot.running.clone()));
            }
            slot = self.wake.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<J: Send + 'static> Lane<J> {
    /// Starts the thread. `work` looks at its flag often and returns soon after it is set.
    pub(super) fn start(
        name: &str,
        mut work: impl FnMut(J, &Cancel) + Send + 'static,
    ) -> std::io::Result<Self> {
        let slot = Slot { next: None, running: Cancel::new(), is_closed: false };
        let shared = Arc::new(Shared { slot: Mutex::new(slot), wake: Condvar::new() });
        let own = Arc::clone(&shared);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some((job, cancel)) = own.next() {
                work(job, &cancel);
            }
        })?;
        Ok(Self { shared })
    }

    /// Makes a job the next one and stops the one before it.
    pub(super) fn submit(&self, job: J) {
        let mut slot = self.shared.slot();
        slot.next = Some(job);
        slot.running.cancel();
        self.shared.wake.notify_one();
    }
}

impl<J> Drop for Lane<J> {
    /// Lets the thread end by itself: leaving the portal never waits for a job.
    fn drop(&mut self) {
        let mut slot = self.shared.slot();
        slot.is_closed = true;
        slot.running.cancel();
        self.shared.wake.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_newer_job_stops_the_running_one_and_replaces_the_waiting_one() {
        let (started, has_started) = mpsc::channel();
        let (done, outcome) = mpsc::channel();
        let lane = Lane::start("test", move |job: u32, cancel| {
            started.send(job).unwrap();
            if job == 1 {
                while !cancel.is_cancelled() {
                    thread::yield_now();
                }
            }
            done.send(job).unwrap();
        })
        .unwrap();
        lane.submit(1);
        assert_eq!(has_started.recv(), Ok(1));
        lane.submit(3);
        assert_eq!(outcome.recv(), Ok(1));
        assert_eq!(outcome.recv(), Ok(3));
    }

    #[test]
    fn a_dropped_lane_ends_its_thread() {
        let (done, outcome) = mpsc::channel::<()>();
        let lane = Lane::start("test", move |(): (), _| done.send(()).unwrap()).unwrap();
        drop(lane);
        assert_eq!(outcome.recv(), Err(mpsc::RecvError));
    }
}
