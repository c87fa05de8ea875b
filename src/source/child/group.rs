//! The process group of a child, which ends whole, at the latest with this process.
//!
//! The groups that run are known to the whole process, because a process that ends does not drop its values:
//! [`end_all`] is called where it ends.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::process::Child;

/// The leaders of the groups that run.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Ends every child with its group: for the moment before this process ends.
pub fn end_all() {
    let running = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    #[cfg(unix)]
    for leader in running.into_iter().filter_map(rustix::process::Pid::from_raw) {
        // The only failure is that nothing of the group is left.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    drop(running);
}

/// The process group of a child. Dropped, it is killed, with whatever the child left behind in it.
#[derive(Debug)]
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    /// The group that a child leads.
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(id) = id {
            RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
        Self { leader: id.and_then(rustix::process::Pid::from_raw) }
    }

    /// Asks all of it to end.
    pub(super) fn ask(&self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Ends all of it.
    pub(super) fn kill(&self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(leader) = self.leader {
            // The only failure is that nothing of the group is left.
            let _ = rustix::process::kill_process_group(leader, signal);
        }
    }
}

/// Where there are no groups the child alone is ended, by its handle.
#[cfg(not(unix))]
impl Group {
    pub(super) fn of(_child: &Child) -> Self {
        Self {}
    }

    pub(super) fn ask(&self) {}

    pub(super) fn kill(&self) {}
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&leader.as_raw_pid());
        }
    }
}
