//! Colours: how a theme writes them, and what is left of them on a terminal with fewer.

use ratatui::style::Color;

use crate::config::Environment;

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: bold, underline and reverse have to do.
    None,
    /// The terminal's own 16.
    Sixteen,
    /// The fixed palette of 256.
    Indexed,
    /// All.
    True,
}

impl Depth {
    /// What the environment says about the terminal. `NO_COLOR` counts whatever its value.
    pub fn of(environment: &Environment) -> Self {
        let term = environment.text("TERM").unwrap_or_default();
        if environment.has("NO_COLOR") {
            Self::None
        } else if matches!(environment.text("COLORTERM"), Some("truecolor" | "24bit"))
            || term.ends_with("-direct")
        {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }

    /// The nearest colour that the terminal shows.
    pub(super) fn fit(self, colour: Color) -> Color {
        match (self, colour) {
            (Self::None, _) => Color::Reset,
            (Self::Indexed, Color::Rgb(r, g, b)) => Color::Indexed(nearest((r, g, b), 16..=255)),
            (Self::Sixteen, Color::Rgb(r, g, b)) => Color::Indexed(nearest((r, g, b), 0..=15)),
            (Self::Sixteen, Color::Indexed(index @ 16..)) => Color::Indexed(nearest(channels(index), 0..=15)),
            _ => colour,
        }
    }
}

/// A colour as a theme writes it: `red`, `bright-red`, `default`, a number of the palette, or `#rrggbb`.
pub(super) fn parse(word: &str) -> Option<Color> {
    const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    if word == "default" {
        return Some(Color::Reset);
    }
    if let Some(digits) = word.strip_prefix('#') {
        let is_whole = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_whole)?;
        let [_, r, g, b] = value.to_be_bytes();
        return Some(Color::Rgb(r, g, b));
    }
    let (name, first) = match word.strip_prefix("bright-") {
        Some(name) => (name, 8),
        None => (word, 0),
    };
    if let Some(index) = NAMES.iter().position(|known| *known == name) {
        return Some(Color::Indexed(first + index as u8));
    }
    word.parse().ok().map(Color::Indexed)
}

fn nearest(colour: (u8, u8, u8), palette: std::ops::RangeInclusive<u8>) -> u8 {
    let distance = |index: &u8| {
        let (r, g, b) = channels(*index);
        let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        // An eye sees green best and blue worst.
        2 * square(colour.0, r) + 4 * square(colour.1, g) + square(colour.2, b)
    };
    palette.min_by_key(distance).unwrap_or_default()
}

/// The channels of a colour of the palette, as xterm draws it.
fn channels(index: u8) -> (u8, u8, u8) {
    const OWN: [(u8, u8, u8); 16] = [
        (0, 0, 0),
        (205, 0, 0),
        (0, 205, 0),
        (205, 205, 0),
        (0, 0, 238),
        (205, 0, 205),
        (0, 205, 205),
        (229, 229, 229),
        (127, 127, 127),
        (255, 0, 0),
        (0, 255, 0),
        (255, 255, 0),
        (92, 92, 255),
        (255, 0, 255),
        (0, 255, 255),
        (255, 255, 255),
    ];
    match index {
        0..=15 => OWN[usize::from(index)],
        16..=231 => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let cube = index - 16;
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_as_names_numbers_or_channels() {
        assert_eq!(parse("red"), Some(Color::Indexed(1)));
        assert_eq!(parse("bright-black"), Some(Color::Indexed(8)));
        assert_eq!(parse("236"), Some(Color::Indexed(236)));
        assert_eq!(parse("#0a0B0c"), Some(Color::Rgb(10, 11, 12)));
        assert_eq!(parse("default"), Some(Color::Reset));
        for nonsense in ["", "#", "#12345", "#+12345", "256", "reddish", "bright-"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_colour_becomes_the_nearest_that_is_there() {
        assert_eq!(Depth::Indexed.fit(Color::Rgb(255, 0, 0)), Color::Indexed(196));
        assert_eq!(Depth::Indexed.fit(Color::Rgb(48, 48, 48)), Color::Indexed(236));
        assert_eq!(Depth::Sixteen.fit(Color::Rgb(250, 10, 10)), Color::Indexed(9));
        assert_eq!(Depth::Sixteen.fit(Color::Indexed(236)), Color::Indexed(0));
        assert_eq!(Depth::True.fit(Color::Rgb(1, 2, 3)), Color::Rgb(1, 2, 3));
        assert_eq!(Depth::None.fit(Color::Indexed(1)), Color::Reset);
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        let depth = |variables: &[(&str, &str)]| Depth::of(&Environment::new("/", variables.iter().copied()));
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth(&[("TERM", "screen-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Depth::None);
    }
}
