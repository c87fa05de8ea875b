//! The process group of a child, which ends whole, at the latest with this process.
//!
//! The groups that run are known to the whole process, because a process that ends does not drop its values:
//! [`end_all`] is called where it ends.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::process::{Child, Command};

/// The groups of this process.
static ALL: Groups = Groups::new();

/// Ends every child with its group, and lets none start any more: for the moment before this process ends.
pub fn end_all() {
    ALL.end();
}

/// Groups that run, by their leaders.
#[derive(Debug)]
struct Groups(Mutex<Running>);

#[derive(Debug)]
struct Running {
    leaders: BTreeSet<i32>,
    is_over: bool,
}

impl Groups {
    const fn new() -> Self {
        Self(Mutex::new(Running { leaders: BTreeSet::new(), is_over: false }))
    }

    /// Starts a child that leads a group. None starts while all are ended: it would be known too late.
    fn start(&'static self, command: &mut Command) -> io::Result<(Child, Group)> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_over {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "callboard is about to end"));
        }
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        let leader = child.id().and_then(|id| i32::try_from(id).ok());
        running.leaders.extend(leader);
        Ok((child, Group { among: self, leader }))
    }

    fn end(&self) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.is_over = true;
        for leader in std::mem::take(&mut running.leaders) {
            signal(leader, Signal::Kill);
        }
    }

    fn forget(&self, leader: i32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).leaders.remove(&leader);
    }
}

/// The process group of a child. Dropped, it is killed, with whatever the child left behind in it.
#[derive(Debug)]
pub(super) struct Group {
    among: &'static Groups,
    leader: Option<i32>,
}

impl Group {
    /// Starts a child that leads a group.
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        ALL.start(command)
    }

    /// Asks all of it to end.
    pub(super) fn ask(&self) {
        self.leader.into_iter().for_each(|leader| signal(leader, Signal::Terminate));
    }

    /// Ends all of it.
    pub(super) fn kill(&self) {
        self.leader.into_iter().for_each(|leader| signal(leader, Signal::Kill));
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        if let Some(leader) = self.leader {
            self.among.forget(leader);
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

#[cfg(unix)]
fn signal(leader: i32, signal: Signal) {
    use rustix::process::{Pid, Signal as System, kill_process_group};
    let signal = match signal {
        Signal::Terminate => System::TERM,
        Signal::Kill => System::KILL,
    };
    if let Some(leader) = Pid::from_raw(leader) {
        // The only failure is that nothing of the group is left.
        let _ = kill_process_group(leader, signal);
    }
}

/// Where there are no groups the child alone is ended, by its handle.
#[cfg(not(unix))]
fn signal(_leader: i32, _signal: Signal) {}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn none_starts_once_all_are_ended() {
        static GROUPS: Groups = Groups::new();
        let mut sleep = Command::new("sleep");
        let (mut child, _group) = GROUPS.start(sleep.arg("600")).unwrap();
        GROUPS.end();
        assert!(!child.wait().await.unwrap().success());
        assert_eq!(GROUPS.start(&mut sleep).unwrap_err().kind(), io::ErrorKind::Interrupted);
    }
}
