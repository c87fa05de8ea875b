//! The terminal as a pair of file descriptors: raw mode, size, bytes in and out. Knows no escape sequence.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios};

use crate::error::{Error, ErrorKind, Result};

/// The size to assume of a terminal that does not know its own, as a serial line does not.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// What stands for no key among the keys that a terminal acts on.
const NO_KEY: u8 = if cfg!(target_os = "linux") { 0 } else { 0xff };

/// An open terminal and the modes it had.
pub(super) struct Tty {
    input: OwnedFd,
    output: OwnedFd,
    original: Termios,
}

impl Tty {
    /// Opens the terminal: standard output draws, and standard input, or the controlling terminal if that is
    /// a pipe, is read.
    pub(super) fn open() -> Result<Self> {
        let (stdin, stdout) = (std::io::stdin(), std::io::stdout());
        if !rustix::termios::isatty(&stdout) {
            return Err(no_terminal("standard output is not one"));
        }
        let input = if rustix::termios::isatty(&stdin) {
            stdin.as_fd().try_clone_to_owned()
        } else {
            std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty").map(OwnedFd::from)
        };
        let input = input.map_err(|_| no_terminal("there is none to read keys from"))?;
        let output = stdout.as_fd().try_clone_to_owned();
        let tty = output.and_then(|output| Self::new(input, output));
        tty.map_err(|error| Error::io("The terminal", &error))
    }

    /// The terminal of a command that prints: standard input and standard error, where both are one.
    pub(super) fn beside() -> io::Result<Option<Self>> {
        let (stdin, stderr) = (std::io::stdin(), std::io::stderr());
        if !(rustix::termios::isatty(&stdin) && rustix::termios::isatty(&stderr)) {
            return Ok(None);
        }
        Self::new(stdin.as_fd().try_clone_to_owned()?, stderr.as_fd().try_clone_to_owned()?).map(Some)
    }

    fn new(input: OwnedFd, output: OwnedFd) -> io::Result<Self> {
        let original = rustix::termios::tcgetattr(&input)?;
        Ok(Self { input, output, original })
    }

    /// Whether what is typed is for this program. To read or change a terminal from the background stops.
    pub(super) fn is_in_foreground(&self) -> bool {
        rustix::termios::tcgetpgrp(&self.input).is_ok_and(|group| group == rustix::process::getpgrp())
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        match rustix::termios::tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => USUAL_SIZE,
        }
    }

    /// Keys come one by one and unchanged; reading and writing wait.
    pub(super) fn make_raw(&self) -> io::Result<()> {
        // Another program may have left the terminal non-blocking, for all who share it.
        for fd in [&self.input, &self.output] {
            let flags = rustix::fs::fcntl_getfl(fd)?;
            if flags.contains(OFlags::NONBLOCK) {
                rustix::fs::fcntl_setfl(fd, flags - OFlags::NONBLOCK)?;
            }
        }
        let mut raw = self.original.clone();
        raw.make_raw();
        self.set(&raw)
    }

    /// Keys come one by one and are not shown; all else is as it was, so Ctrl-C is what it was, and so are the
    /// lines that are printed. Ctrl-Z comes as a key: the terminal would stop a child as well that is just
    /// being started, and who starts it would wait for it and never stop.
    pub(super) fn make_quiet(&self) -> io::Result<()> {
        let mut quiet = self.original.clone();
        quiet.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        quiet.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
        self.set(&quiet)
    }

    /// Gives the terminal the modes it had when it was opened.
    pub(super) fn make_original(&self) -> io::Result<()> {
        self.set(&self.original)
    }

    fn set(&self, modes: &Termios) -> io::Result<()> {
        Ok(rustix::termios::tcsetattr(&self.input, OptionalActions::Now, modes)?)
    }

    /// Forgets what was typed or answered and not yet read.
    pub(super) fn discard_input(&self) -> io::Result<()> {
        Ok(rustix::termios::tcflush(&self.input, QueueSelector::IFlush)?)
    }

    /// Writes everything, in one call unless the terminal takes less. With a limit, gives up when the
    /// terminal takes nothing for so long; without one, waits.
    pub(super) fn write(&self, mut bytes: &[u8], limit: Option<Duration>) -> io::Result<()> {
        while !bytes.is_empty() {
            if limit.is_some() && !wait_for(self.output.as_fd(), PollFlags::OUT, limit)? {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match rustix::io::write(&self.output, bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    wait_for(self.output.as_fd(), PollFlags::OUT, limit)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads what has come; nothing means that the terminal is gone.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(&self.input, buffer)?)
    }

    /// Waits, for ever and at no cost, until the terminal is gone.
    pub(super) fn wait_for_hang_up(&self) -> io::Result<()> {
        // A hang-up is reported whether or not it is asked for.
        wait_for(self.input.as_fd(), PollFlags::empty(), None).map(|_| ())
    }

    /// The descriptor that keys come from.
    pub(super) fn input(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }

    /// The descriptor that frames go to.
    pub(super) fn output(&self) -> BorrowedFd<'_> {
        self.output.as_fd()
    }
}

/// Waits until a descriptor is ready or hung up. Says whether it is.
fn wait_for(fd: BorrowedFd<'_>, flags: PollFlags, limit: Option<Duration>) -> io::Result<bool> {
    let limit = limit.map(timespec);
    loop {
        match rustix::event::poll(&mut [PollFd::from_borrowed_fd(fd, flags)], limit.as_ref()) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A duration as the system calls want it.
pub(super) fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs() as i64, tv_nsec: i64::from(duration.subsec_nanos()) }
}

fn no_terminal(why: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("The portal needs a terminal, and {why}.")).with_hint(
        "Use the commands instead, they print to anything: callboard list, search, show, who, docs.",
    )
}
