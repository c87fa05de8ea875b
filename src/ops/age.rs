//! How long ago, in words: rounded to minutes, so that a clock never repaints a screen.

use jiff::Timestamp;

/// The time between two moments in words.
pub fn words(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.as_second().saturating_sub(then.as_second()) / 60;
    match minutes {
        i64::MIN..=-2 => "in the future: check the clock".to_owned(),
        -1..=0 => "just now".to_owned(),
        1..=59 => format!("{minutes} min ago"),
        60..=1439 => format!("{} h ago", minutes / 60),
        1440..=2879 => "1 day ago".to_owned(),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// The time until a moment ahead, in words.
pub fn until(now: Timestamp, then: Timestamp) -> String {
    let minutes = then.as_second().saturating_sub(now.as_second()).saturating_add(59) / 60;
    match minutes {
        i64::MIN..=0 => "now".to_owned(),
        1..=59 => format!("in {minutes} min"),
        60..=2879 => format!("in {} h", minutes / 60),
        _ => format!("in {} days", minutes / 1440),
    }
}

/// A moment to the minute, the same wherever it is read.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_ahead_are_rounded_up_to_minutes() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let ahead = |seconds: i64| until(now, Timestamp::from_second(1_000_000 + seconds).unwrap());
        assert_eq!(ahead(-5), "now");
        assert_eq!(ahead(61), "in 2 min");
        assert_eq!(ahead(7_300), "in 2 h");
        assert_eq!(ahead(900_000), "in 10 days");
    }

    #[test]
    fn ages_are_rounded_down_to_words() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let ago = |seconds: i64| words(Timestamp::from_second(1_000_000 - seconds).unwrap(), now);
        assert_eq!(ago(0), "just now");
        assert_eq!(ago(250), "4 min ago");
        assert_eq!(ago(7_300), "2 h ago");
        assert_eq!(ago(90_000), "1 day ago");
        assert_eq!(ago(900_000), "10 days ago");
        assert_eq!(ago(-3600), "in the future: check the clock");
    }
}
