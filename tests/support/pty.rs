//! A pretend terminal for the real program: it answers what a terminal is asked, or keeps silent, or answers
//! late; and it remembers every byte. Waits for conditions, never for time: [`LIMIT`] only ends a wait for
//! something that will not come.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal};

/// How long a busy machine may take for anything.
const LIMIT: Duration = Duration::from_secs(30);

/// How long nothing must come before a screen counts as settled.
const QUIET: Duration = Duration::from_millis(150);

/// What the terminal does with questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// Answers at once, as a modern terminal does.
    Answering,
    /// Never answers, as a dumb pipe or a broken multiplexer.
    Silent,
    /// Keeps its answers until [`Session::answer`], as a slow link does.
    Late,
}

/// Each question that is answered, and its answer.
const ANSWERS: [(&[u8], &[u8]); 4] = [
    (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    (b"\x1b[?u", b"\x1b[?0u"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[c", b"\x1b[?62;22c"),
];

/// The program in its terminal. Ends with the test, whatever state the program is in.
pub(crate) struct Session {
    shared: Arc<Shared>,
    master: Option<Box<dyn MasterPty + Send>>,
    reader: Option<JoinHandle<()>>,
    exit: mpsc::Receiver<ExitStatus>,
    pid: Pid,
    modes: String,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    writer: Option<Box<dyn Write + Send>>,
    terminal: Terminal,
    asked: usize,
    hangs_up: bool,
    has_ended: bool,
}

impl Session {
    /// Starts a program in a terminal of a size, columns and rows, with nothing in its environment but what
    /// is given and the home folder.
    pub(crate) fn start(
        size: (u16, u16),
        terminal: Terminal,
        command: &[&str],
        home: &Path,
        environment: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let mut builder = CommandBuilder::new(command[0]);
        builder.args(&command[1..]);
        builder.cwd(home);
        builder.env_clear();
        builder.env("HOME", home);
        builder.env("PATH", "/usr/bin:/bin");
        builder.env("TERM", "xterm-256color");
        for (name, value) in environment {
            builder.env(name, value);
        }
        let modes = modes(pair.master.as_ref());
        let mut child = pair.slave.spawn_command(builder).unwrap();
        let pid = Pid::from_raw(child.process_id().unwrap().cast_signed()).unwrap();
        let (sender, exit) = mpsc::channel();
        // The receiver is gone when the test is over and nobody asks any more.
        std::thread::spawn(move || child.wait().map(|status| sender.send(status)));
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                parser: vt100::Parser::new(cells(size.1), cells(size.0), 0),
                bytes: Vec::new(),
                writer: Some(pair.master.take_writer().unwrap()),
                terminal,
                asked: 0,
                hangs_up: false,
                has_ended: false,
            }),
            changed: Condvar::new(),
        });
        let (from, to) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&shared));
        let reader = std::thread::spawn(move || to.read(from));
        Self { shared, master: Some(pair.master), reader: Some(reader), exit, pid, modes }
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |state| state.parser.screen().contents().contains(text));
    }

    /// Waits until the program has written a sequence.
    pub(crate) fn wait_for_bytes(&self, bytes: &str) {
        self.wait_until(&format!("{bytes:?}"), |state| contains(&state.bytes, bytes.as_bytes()));
    }

    /// Waits until the terminal shows nothing of what is typed.
    pub(crate) fn wait_for_quiet_keys(&self) {
        let master = self.master.as_ref().unwrap().as_ref();
        // No byte tells of it: the modes are looked at again after each pause of the screen.
        while modes(master) == self.modes {
            self.settle();
        }
    }

    /// Waits until nothing has come for a moment.
    pub(crate) fn settle(&self) {
        while !self.is_quiet_for(QUIET) {}
    }

    /// Whether the program writes nothing for so long.
    pub(crate) fn is_quiet_for(&self, time: Duration) -> bool {
        let state = self.shared.state();
        let before = state.bytes.len();
        let waited = self.shared.changed.wait_timeout_while(state, time, |state| state.bytes.len() == before);
        waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Sends keys, as the bytes a terminal sends for them.
    pub(crate) fn press(&self, keys: &str) {
        self.shared.state().send(keys.as_bytes());
    }

    /// Gives the answers that a late terminal owes.
    pub(crate) fn answer(&self) {
        self.shared.state().answer();
    }

    /// What is on the screen, line by line.
    pub(crate) fn screen(&self) -> String {
        self.shared.state().parser.screen().contents()
    }

    /// How many bytes the program has written so far.
    pub(crate) fn bytes(&self) -> usize {
        self.shared.state().bytes.len()
    }

    /// What the program has written since it had written so many bytes.
    pub(crate) fn bytes_since(&self, mark: usize) -> Vec<u8> {
        self.shared.state().bytes[mark..].to_vec()
    }

    /// Gives the terminal another size, columns and rows.
    pub(crate) fn resize(&self, size: (u16, u16)) {
        self.shared.state().parser.screen_mut().set_size(cells(size.1), cells(size.0));
        self.master.as_ref().unwrap().resize(pty_size(size)).unwrap();
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid, signal).unwrap();
    }

    /// Drops the connection, as sshd does: the terminal is gone.
    pub(crate) fn hang_up(&mut self) {
        self.shared.state().hangs_up = true;
        // The reader sits in a read that only a byte can end; a new size makes the program draw.
        self.resize((60, 15));
        self.reader.take().unwrap().join().unwrap();
        self.shared.state().writer = None;
        self.master = None;
    }

    /// Waits until the program has ended and its last byte has come.
    pub(crate) fn wait_for_exit(&self) -> ExitStatus {
        self.wait_until("the end", |state| state.has_ended);
        self.exit.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("still runs; its screen:\n{}", self.screen()))
    }

    /// What the program has left wrong in its terminal.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let mut left = Vec::new();
        let state = self.shared.state();
        let screen = state.parser.screen();
        let mut check = |is_wrong: bool, what: &str| is_wrong.then(|| left.push(what.to_owned()));
        check(screen.alternate_screen(), "alternate screen");
        check(screen.hide_cursor(), "hidden cursor");
        check(screen.bracketed_paste(), "bracketed paste");
        check(screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "mouse");
        check(screen.bold() || screen.inverse() || screen.fgcolor() != vt100::Color::Default, "attributes");
        let pushed = count(&state.bytes, b"\x1b[>1u") != count(&state.bytes, b"\x1b[<u");
        check(pushed, "keyboard protocol");
        check(self.master.as_ref().is_some_and(|master| modes(master.as_ref()) != self.modes), "modes");
        left
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut(&State) -> bool) {
        let state = self.shared.state();
        let waited = self.shared.changed.wait_timeout_while(state, LIMIT, |state| !is_so(state));
        let (state, outcome) = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(
            !outcome.timed_out(),
            "never came: {what}; the screen:\n{}",
            state.parser.screen().contents()
        );
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It has usually ended by now.
        let _ = rustix::process::kill_process(self.pid, Signal::KILL);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, mut from: Box<dyn Read + Send>) {
        let mut buffer = [0; 4096];
        while let Ok(len @ 1..) = from.read(&mut buffer) {
            let mut state = self.state();
            if state.hangs_up {
                break;
            }
            state.parser.process(&buffer[..len]);
            state.bytes.extend_from_slice(&buffer[..len]);
            if state.terminal == Terminal::Answering {
                state.answer();
            }
            self.changed.notify_all();
        }
        self.state().has_ended = true;
        self.changed.notify_all();
    }
}

impl State {
    fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }

    /// Answers the questions that were asked since the last answers.
    fn answer(&mut self) {
        let asked = self.bytes[self.asked..].to_vec();
        let mut answered = 0;
        for (question, answer) in ANSWERS {
            if let Some(at) = find(&asked, question) {
                answered = answered.max(at + question.len());
                self.send(answer);
            }
        }
        self.asked += answered;
    }
}

/// The modes of the terminal's line, in a form that can be compared.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part).count()
}
