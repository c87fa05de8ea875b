//! How often frames may be drawn. Pure: the time comes in as a value.

use std::time::Duration;

/// Time between frames on this machine: 30 a second, more than an eye can tell in text.
const LOCAL: Duration = Duration::from_millis(33);
/// Time between frames over SSH: 10 a second keeps a slow link free for keys.
const REMOTE: Duration = Duration::from_millis(100);
/// A frame that took the terminal longer than this was too much for it.
const SLOW_FRAME: Duration = Duration::from_millis(50);
/// The longest time between frames, however slow the terminal.
const SLOWEST: Duration = Duration::from_millis(800);

/// The pace of drawing. Typing is answered at once, but only once between two regular frames.
#[derive(Debug)]
pub(super) struct Pace {
    usual: Duration,
    interval: Duration,
    last: Option<Duration>,
    was_early: bool,
}

impl Pace {
    /// The pace for a terminal on this machine or a remote one.
    pub(super) fn new(is_remote: bool) -> Self {
        let usual = if is_remote { REMOTE } else { LOCAL };
        Self { usual, interval: usual, last: None, was_early: false }
    }

    /// When the next frame may be drawn; not later than `now` means at once.
    pub(super) fn due(&self, now: Duration, was_typed: bool) -> Duration {
        match self.last {
            Some(last) if !was_typed || self.was_early => last + self.interval,
            _ => now,
        }
    }

    /// A frame was drawn at `now` and took the terminal so long.
    pub(super) fn drawn(&mut self, now: Duration, took: Duration) {
        self.was_early = self.last.is_some_and(|last| now < last + self.interval);
        self.last = Some(now);
        self.interval = if took > SLOW_FRAME { (self.interval * 2).min(SLOWEST) } else { self.usual };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_first_frame_is_drawn_at_once() {
        assert_eq!(Pace::new(true).due(ms(0), false), ms(0));
    }

    #[test]
    fn news_wait_for_the_next_frame() {
        let mut pace = Pace::new(false);
        pace.drawn(ms(100), ms(1));
        assert_eq!(pace.due(ms(110), false), ms(133));
    }

    #[test]
    fn typing_is_answered_at_once_but_only_once_between_frames() {
        let mut pace = Pace::new(true);
        pace.drawn(ms(100), ms(1));
        assert_eq!(pace.due(ms(110), true), ms(110));
        pace.drawn(ms(110), ms(1));
        assert_eq!(pace.due(ms(120), true), ms(210));
        pace.drawn(ms(210), ms(1));
        assert_eq!(pace.due(ms(220), true), ms(220));
    }

    #[test]
    fn a_slow_terminal_gets_fewer_frames_until_it_is_quick_again() {
        let mut pace = Pace::new(false);
        pace.drawn(ms(100), ms(60));
        assert_eq!(pace.due(ms(101), false), ms(166));
        pace.drawn(ms(166), ms(5));
        assert_eq!(pace.due(ms(167), false), ms(199));
        for frame in 0..20 {
            pace.drawn(ms(1000 * frame), ms(60));
        }
        assert_eq!(pace.due(ms(19_001), false), ms(19_000) + SLOWEST);
    }
}
