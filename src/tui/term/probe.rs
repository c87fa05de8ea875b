//! What the terminal is asked when it is taken, and how long an answer is waited for when it is given back.
//! Nothing waits for an answer in between: the first frame is drawn at once, and an answer that comes late,
//! or a terminal that never answers, changes nothing but colours.

use std::time::Duration;

use super::program::Background;
use crate::config::Environment;

/// All questions in one write: background colour, keyboard protocol, synchronized updates; the device
/// attributes come last, because every terminal knows them and answers in order.
pub(super) const QUESTIONS: &str = "\x1b]11;?\x1b\\\x1b[?u\x1b[?2026$p\x1b[c";

/// How long after the questions an answer may still be on its way. A link slower than this can leave its
/// answer in the shell's prompt; a mute terminal must not make quitting slow.
const LAST_ANSWER: Duration = Duration::from_millis(600);

/// How much longer it is worth to wait for the answers before the terminal is given back.
pub(super) fn wait_before_leaving(are_answers_complete: bool, since_questions: Duration) -> Option<Duration> {
    if are_answers_complete { None } else { LAST_ANSWER.checked_sub(since_questions) }
}

/// Whether the background is dark or light as far as the environment knows: `COLORFGBG`, set by rxvt,
/// Konsole and others, ends with the colour number of the background.
pub fn background_of(environment: &Environment) -> Option<Background> {
    match environment.text("COLORFGBG")?.rsplit(';').next()?.parse::<u8>().ok()? {
        7 | 9..=15 => Some(Background::Light),
        0..=6 | 8 => Some(Background::Dark),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_knows_some_backgrounds() {
        let background = |value| background_of(&Environment::new("/", [("COLORFGBG", value)]));
        assert_eq!(background("15;0"), Some(Background::Dark));
        assert_eq!(background("0;default;15"), Some(Background::Light));
        assert_eq!(background("0;default"), None);
    }

    #[test]
    fn quitting_waits_only_for_answers_that_can_still_come() {
        assert_eq!(wait_before_leaving(true, Duration::ZERO), None);
        assert_eq!(wait_before_leaving(false, Duration::ZERO), Some(LAST_ANSWER));
        assert_eq!(wait_before_leaving(false, Duration::from_secs(61)), None);
    }
}
