//! The run loop: waits for something to happen, takes in all that is pending, lets the program change its
//! state, carries out its requests, and draws once if something changed. It has no tick; while nothing
//! happens it sleeps, and writes nothing.
#![expect(clippy::disallowed_methods, reason = "the one clock of the portal, passed on as a value")]

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::layout::Rect;
use signal_hook::consts::SIGHUP;
use tokio::sync::mpsc;

use super::guard::{Guard, Lease};
use super::input::{Answer, Decoded, Reader};
use super::pace::Pace;
use super::program::{Done, Input, Program, Request};
use super::screen::Screen;
use super::setup::Setup;
use super::signals::{self, Ending, News};
use super::tty::Tty;
use super::{clipboard, handoff, open_url, probe};
use crate::error::{Error, Result};

/// Messages that are taken in before the screen is drawn: a flood must not keep it from showing.
const MAX_MESSAGES_PER_TURN: usize = 1024;

/// Browsers whose start may be under way at once.
const MAX_OPENING: usize = 8;

const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Runs a program on the terminal until it quits. `messages` is what its background work sends; an end of
/// it ends nothing. The terminal is whole again when this returns, and also if it never does.
pub fn run<P: Program>(program: &mut P, messages: mpsc::Receiver<P::Message>, setup: &Setup) -> Result<()> {
    setup.check()?;
    let tty = Tty::open()?;
    // Colours are the theme's business: crossterm's own NO_COLOR would take bold and reverse with them.
    crossterm::style::force_color_output(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
    let lease = Lease::take(tty, setup.mouse).map_err(failed)?;
    let guard = Guard::new(Arc::clone(&lease));
    let outcome = runtime.block_on(async {
        let news = signals::watch(&lease, Ending::AtOnce).map_err(failed)?;
        RunLoop::new(program, messages, setup, lease, news)?.run().await
    });
    // A job that still runs has nothing more to say; waiting for it would keep the user.
    runtime.shutdown_background();
    drop(guard);
    outcome
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn failed(error: std::io::Error) -> Error {
    Error::io("The terminal", &error)
}

struct RunLoop<'a, P: Program> {
    program: &'a mut P,
    setup: &'a Setup,
    lease: Arc<Lease>,
    news: Arc<News>,
    reader: Reader,
    messages: Option<mpsc::Receiver<P::Message>>,
    opened: (mpsc::Sender<Done>, mpsc::Receiver<Done>),
    terminal: Terminal<Screen>,
    started: Instant,
    pace: Pace,
    is_dirty: bool,
    answers: Answers,
}

/// What the terminal has answered so far.
#[derive(Default)]
struct Answers {
    are_complete: bool,
    can_synchronize: bool,
}

/// What ended a wait.
enum Event<M> {
    Decoded(Vec<Decoded>),
    Message(M),
    NoMoreMessages,
    Done(Done),
    Resized,
    Resumed,
    Time,
    HungUp,
}

/// Whether the program goes on.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Quit,
}

impl<'a, P: Program> RunLoop<'a, P> {
    fn new(
        program: &'a mut P,
        messages: mpsc::Receiver<P::Message>,
        setup: &'a Setup,
        lease: Arc<Lease>,
        news: Arc<News>,
    ) -> Result<Self> {
        let terminal = Terminal::new(Screen::new(lease.tty().size())).map_err(failed)?;
        let reader = Reader::start(Arc::clone(&lease)).map_err(failed)?;
        Ok(Self {
            program,
            setup,
            lease,
            news,
            reader,
            messages: Some(messages),
            opened: mpsc::channel(MAX_OPENING),
            terminal,
            started: Instant::now(),
            pace: Pace::new(setup.is_remote),
            is_dirty: true,
            answers: Answers::default(),
        })
    }

    async fn run(mut self) -> Result<()> {
        self.program.on_time(self.now());
        let (width, height) = self.lease.tty().size();
        self.program.on_input(Input::Resize(width, height));
        while self.turn()? == Next::GoOn {
            let event = self.wait().await;
            self.program.on_time(self.now());
            self.take(event)?;
            self.take_pending()?;
        }
        self.wait_for_answers().await;
        Ok(())
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Carries out what the program wants and draws if it is time to.
    fn turn(&mut self) -> Result<Next> {
        loop {
            let requests = self.program.take_requests();
            if requests.is_empty() {
                break;
            }
            for request in requests {
                if self.carry_out(request)? == Next::Quit {
                    return Ok(Next::Quit);
                }
            }
        }
        self.is_dirty |= self.program.take_dirty();
        let now = self.now();
        if self.is_dirty && self.pace.due() <= now {
            self.draw()?;
        }
        Ok(Next::GoOn)
    }

    async fn wait(&mut self) -> Event<P::Message> {
        let frame = self.is_dirty.then(|| self.pace.due());
        let alarm = [frame, self.program.deadline()].into_iter().flatten().min();
        let alarm = alarm.map(|at| tokio::time::Instant::from_std(self.started + at));
        tokio::select! {
            biased;
            decoded = self.reader.next() => decoded.map_or(Event::HungUp, Event::Decoded),
            () = self.news.resumed.notified() => Event::Resumed,
            () = self.news.resized.notified() => Event::Resized,
            message = next_message(&mut self.messages) => {
                message.map_or(Event::NoMoreMessages, Event::Message)
            }
            Some(done) = self.opened.1.recv() => Event::Done(done),
            () = until(alarm) => Event::Time,
        }
    }

    fn take(&mut self, event: Event<P::Message>) -> Result<()> {
        match event {
            Event::Decoded(batch) => self.take_decoded(batch)?,
            Event::Message(message) => self.program.on_message(message),
            Event::NoMoreMessages => self.messages = None,
            Event::Done(done) => self.program.on_input(Input::Done(done)),
            Event::Resized => self.repaint(None)?,
            Event::Resumed => self.repaint(Some(Input::Resumed))?,
            Event::Time => {}
            Event::HungUp => signals::end(&self.lease, SIGHUP),
        }
        Ok(())
    }

    /// Takes in what else has come, so that many things at once are one frame.
    fn take_pending(&mut self) -> Result<()> {
        while let Some(batch) = self.reader.try_next() {
            self.take_decoded(batch)?;
        }
        for _ in 0..MAX_MESSAGES_PER_TURN {
            let Some(message) = self.messages.as_mut().and_then(|messages| messages.try_recv().ok()) else {
                break;
            };
            self.program.on_message(message);
        }
        Ok(())
    }

    fn take_decoded(&mut self, batch: Vec<Decoded>) -> Result<()> {
        for decoded in batch {
            let input = match decoded {
                Decoded::Key(key) => {
                    self.pace.typed(self.now());
                    Input::Key(key)
                }
                Decoded::Paste(text) => Input::Paste(text),
                Decoded::Mouse(mouse) => Input::Mouse(mouse),
                Decoded::Answer(Answer::Background(background)) => Input::ThemeHint(background),
                Decoded::Answer(answer) => {
                    self.take_answer(answer)?;
                    continue;
                }
            };
            self.program.on_input(input);
        }
        Ok(())
    }

    fn take_answer(&mut self, answer: Answer) -> Result<()> {
        match answer {
            Answer::KeyboardFlags => self.lease.use_keyboard().map_err(failed)?,
            Answer::SynchronizedUpdates => self.answers.can_synchronize = true,
            Answer::Everything => {
                self.answers.are_complete = true;
                self.lease.has_answered();
            }
            Answer::Background(_) => {}
        }
        Ok(())
    }

    fn carry_out(&mut self, request: Request) -> Result<Next> {
        match request {
            Request::Quit => return Ok(Next::Quit),
            Request::Suspend => {
                if signals::can_resume() {
                    // The whole job stops, as if the terminal had sent it; the signal thread does the rest.
                    let stopped = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
                    stopped.map_err(|error| failed(error.into()))?;
                }
            }
            Request::Copy(text) => {
                let sequence = clipboard::sequence(&text, self.setup.multiplexer);
                let copied = match sequence {
                    Ok(sequence) => self.lease.write(sequence.as_bytes()).map_err(|error| error.to_string()),
                    Err(why) => Err(why),
                };
                self.program.on_input(Input::Done(Done::Copied(copied)));
            }
            Request::Edit { file, line } => {
                let command = handoff::edit(&self.setup.editor, &file, line);
                let returned = self.lend(|lease| handoff::run(lease, &command))?;
                self.program.on_input(Input::Done(Done::Returned(returned)));
            }
            Request::Redraw => self.repaint(None)?,
            Request::Mouse(mouse) => self.lease.use_mouse(mouse).map_err(failed)?,
            Request::OpenUrl(url) => self.open(url),
        }
        Ok(Next::GoOn)
    }

    /// Lets somebody else have the terminal. What was typed before belongs to the portal and is taken in.
    fn lend<T>(&mut self, user: impl FnOnce(&Lease) -> T) -> Result<T> {
        self.reader.stop();
        self.take_pending()?;
        let result = user(&self.lease);
        self.reader = Reader::start(Arc::clone(&self.lease)).map_err(failed)?;
        self.repaint(Some(Input::Resumed))?;
        Ok(result)
    }

    fn open(&mut self, url: String) {
        if let Some(why) = open_url::refusal(&url, self.setup) {
            self.program.on_input(Input::Done(Done::Opened { url, outcome: Err(why) }));
            return;
        }
        let sender = self.opened.0.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = open_url::open(&url);
            // The loop may have ended: then nobody is there to be told.
            let _ = sender.blocking_send(Done::Opened { url, outcome });
        });
    }

    /// What the terminal shows is not known any more: everything is drawn with the next frame.
    fn repaint(&mut self, input: Option<Input>) -> Result<()> {
        let (width, height) = self.lease.tty().size();
        self.terminal.backend_mut().reset((width, height));
        self.terminal.resize(Rect::new(0, 0, width, height)).map_err(failed)?;
        self.is_dirty = true;
        self.program.on_input(Input::Resize(width, height));
        if let Some(input) = input {
            self.program.on_input(input);
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<()> {
        let now = self.now();
        let program = &mut *self.program;
        self.terminal.draw(|frame| program.draw(frame)).map_err(failed)?;
        let (lease, can_synchronize) = (&self.lease, self.answers.can_synchronize);
        let written = self.terminal.backend_mut().with_frame(|bytes| match bytes {
            [] => Ok(()),
            _ if can_synchronize => lease.write(&[BEGIN_FRAME, bytes, END_FRAME].concat()),
            _ => lease.write(bytes),
        });
        written.map_err(failed)?;
        self.pace.drawn(now, self.now().saturating_sub(now));
        self.is_dirty = false;
        Ok(())
    }

    /// An answer that is still on its way would be typed into the shell.
    async fn wait_for_answers(&mut self) {
        let Some(limit) = probe::wait_before_leaving(self.answers.are_complete, self.now()) else { return };
        let all = async {
            while let Some(batch) = self.reader.next().await {
                if batch.contains(&Decoded::Answer(Answer::Everything)) {
                    return true;
                }
            }
            false
        };
        if tokio::time::timeout(limit, all).await == Ok(true) {
            self.lease.has_answered();
        }
    }
}

async fn next_message<M>(messages: &mut Option<mpsc::Receiver<M>>) -> Option<M> {
    match messages {
        Some(messages) => messages.recv().await,
        None => pending().await,
    }
}

async fn until(alarm: Option<tokio::time::Instant>) {
    match alarm {
        Some(at) => tokio::time::sleep_until(at).await,
        None => pending().await,
    }
}
