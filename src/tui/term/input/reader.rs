//! The one thread that reads the terminal. It sleeps until something comes, wakes once more only when an
//! `Esc` may turn out to be a key, and ends when the reader is dropped: then a child may read instead.

use std::io::{self, PipeReader, PipeWriter};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use tokio::sync::mpsc;

use super::decoder::{Decoded, Decoder};
use crate::tui::term::guard::Lease;
use crate::tui::term::tty;

/// How long the bytes of one key may be apart. Long enough for a mobile link, short enough to feel at once.
const ESCAPE_WAIT: Duration = Duration::from_millis(50);

/// Batches that may wait for the loop; then the terminal itself holds back what is typed.
const MAX_BATCHES: usize = 64;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 4096;

/// Reads the terminal until it is dropped.
pub(in crate::tui::term) struct Reader {
    batches: mpsc::Receiver<Vec<Decoded>>,
    listener: Listener,
}

impl Reader {
    /// Starts to read.
    pub(in crate::tui::term) fn start(lease: Arc<Lease>) -> io::Result<Self> {
        let (sender, batches) = mpsc::channel(MAX_BATCHES);
        let listener = Listener::start(lease, move |heard| match sender.blocking_send(heard) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })?;
        Ok(Self { batches, listener })
    }

    /// The next things that came; `None` when the terminal is gone.
    pub(in crate::tui::term) async fn next(&mut self) -> Option<Vec<Decoded>> {
        self.batches.recv().await
    }

    /// What has come already.
    pub(in crate::tui::term) fn try_next(&mut self) -> Option<Vec<Decoded>> {
        self.batches.try_recv().ok()
    }

    /// Stops reading; what has come already can still be taken.
    pub(in crate::tui::term) fn stop(&mut self) {
        // A thread that waits for room must find the channel closed before it is waited for.
        self.batches.close();
        self.listener.stop();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The thread that reads. Ends when it is dropped.
pub(in crate::tui::term) struct Listener {
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Starts to read, and hands on what comes for as long as it is wanted.
    pub(in crate::tui::term) fn start(
        lease: Arc<Lease>,
        mut hear: impl FnMut(Vec<Decoded>) -> ControlFlow<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let thread = std::thread::Builder::new()
            .name("terminal-input".to_owned())
            .spawn(move || read(&lease, &stopped, &mut hear))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }

    fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}

fn read(lease: &Lease, stopped: &PipeReader, hear: &mut dyn FnMut(Vec<Decoded>) -> ControlFlow<()>) {
    let mut decoder = Decoder::default();
    let mut buffer = [0; CHUNK_BYTES];
    loop {
        let limit = decoder.is_ambiguous().then(|| tty::timespec(ESCAPE_WAIT));
        let mut fds = [
            PollFd::from_borrowed_fd(lease.tty().input(), PollFlags::IN),
            PollFd::from_borrowed_fd(stopped.as_fd(), PollFlags::IN),
        ];
        let ready = match rustix::event::poll(&mut fds, limit.as_ref()) {
            Ok(ready) => ready,
            Err(Errno::INTR) => continue,
            Err(_) => return,
        };
        if !fds[1].revents().is_empty() {
            return;
        }
        let mut heard = Vec::new();
        if ready == 0 {
            heard.extend(decoder.resolve().map(Decoded::Key));
        } else if !lease.may_read() {
            return;
        } else {
            match lease.tty().read(&mut buffer) {
                Ok(0) => return,
                Ok(len) => decoder.feed(&buffer[..len], &mut heard),
                Err(e) if matches!(e.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
                Err(_) => return,
            }
        }
        if !heard.is_empty() && hear(heard).is_break() {
            return;
        }
    }
}
