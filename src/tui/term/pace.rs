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

/// Frames that may follow each other at once: a key, what its search found, and the preview of that. Without
/// them each answer would be shown a whole interval late.
const BURST: u32 = 3;

/// The pace of drawing: on the average a frame in each interval, of which a few may come early.
#[derive(Debug)]
pub(super) struct Pace {
    usual: Duration,
    /// Early frames that a key earns.
    earned: u32,
    interval: Duration,
    /// When the frames drawn so far would be through, one in each interval.
    through: Duration,
}

impl Pace {
    /// The pace for a terminal on this machine or a remote one.
    pub(super) fn new(is_remote: bool) -> Self {
        // Here a key earns all that follows from it; a slow link draws the key and keeps the rest for later.
        let (usual, earned) = if is_remote { (REMOTE, 1) } else { (LOCAL, BURST) };
        Self { usual, earned, interval: usual, through: Duration::ZERO }
    }

    /// When the next frame may be drawn; what lies in the past means at once.
    pub(super) fn due(&self) -> Duration {
        self.through.saturating_sub(self.usual * (BURST - 1))
    }

    /// A key was pressed at `now`: whoever types must not wait for what the keys before it used up.
    pub(super) fn typed(&mut self, now: Duration) {
        self.through = self.through.min(now + self.usual * (BURST - self.earned));
    }

    /// A frame was drawn at `now` and took the terminal so long.
    pub(super) fn drawn(&mut self, now: Duration, took: Duration) {
        self.interval = if took > SLOW_FRAME { (self.interval * 2).min(SLOWEST) } else { self.usual };
        self.through = self.through.max(now) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn after(frames: &[Duration], is_remote: bool) -> Duration {
        let mut pace = Pace::new(is_remote);
        for frame in frames {
            pace.drawn(*frame, ms(1));
        }
        pace.due()
    }

    #[test]
    fn a_key_and_its_answers_are_drawn_at_once() {
        assert!(after(&[], true) <= ms(0));
        assert!(after(&[ms(100)], true) <= ms(100));
        assert!(after(&[ms(100), ms(101)], true) <= ms(101));
    }

    #[test]
    fn a_flood_gets_a_frame_in_each_interval() {
        assert_eq!(after(&[ms(100), ms(101), ms(102)], true), ms(200));
        assert_eq!(after(&[ms(100), ms(101), ms(102), ms(200)], true), ms(300));
        assert_eq!(after(&[ms(100), ms(101), ms(102)], false), ms(133));
    }

    #[test]
    fn a_key_is_drawn_at_once_however_many_came_before() {
        for (is_remote, at_once) in [(false, 3), (true, 1)] {
            let mut pace = Pace::new(is_remote);
            (0..20).for_each(|at| pace.drawn(ms(100 + at), ms(1)));
            assert!(pace.due() > ms(120));
            pace.typed(ms(120));
            for _ in 0..at_once {
                assert!(pace.due() <= ms(120));
                pace.drawn(ms(120), ms(1));
            }
            assert!(pace.due() > ms(120));
        }
    }

    #[test]
    fn early_frames_come_back_with_time() {
        assert!(after(&[ms(100), ms(101), ms(102), ms(400), ms(401)], true) <= ms(401));
    }

    #[test]
    fn a_slow_terminal_gets_fewer_frames_until_it_is_quick_again() {
        let mut pace = Pace::new(false);
        (0..3).for_each(|_| pace.drawn(ms(100), ms(60)));
        let slow = pace.due();
        assert!(slow > ms(300), "{slow:?}");
        pace.drawn(ms(5_000), ms(5));
        assert!(pace.due() <= ms(5_000));
        for _ in 0..20 {
            pace.drawn(ms(6_000), ms(60));
        }
        assert!(pace.interval == SLOWEST);
    }
}
