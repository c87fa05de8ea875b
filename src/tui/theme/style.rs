//! The style of an entry as a theme writes it: `bold underline cyan on 236`.

use ratatui::style::{Modifier, Style};

use super::colour::{self, Depth};

/// Reads a style. Says which word it does not know.
pub(super) fn parse(text: &str) -> Result<Style, &str> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "strike" => style.add_modifier(Modifier::CROSSED_OUT),
            "on" => {
                let word = words.next().unwrap_or("on");
                style.bg(colour::parse(word).ok_or(word)?)
            }
            _ => style.fg(colour::parse(word).ok_or(word)?),
        };
    }
    Ok(style)
}

/// The same style with the colours that a terminal shows.
pub(super) fn fit(style: Style, depth: Depth) -> Style {
    Style { fg: style.fg.map(|c| depth.fit(c)), bg: style.bg.map(|c| depth.fit(c)), ..style }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Color;

    #[test]
    fn a_style_is_words() {
        assert_eq!(parse(""), Ok(Style::new()));
        assert_eq!(
            parse("bold underline cyan on 236"),
            Ok(Style::new().fg(Color::Indexed(6)).bg(Color::Indexed(236)).bold().underlined())
        );
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert_eq!(parse("bold cyann"), Err("cyann"));
        assert_eq!(parse("red on"), Err("on"));
        assert_eq!(parse("on bold"), Err("bold"));
    }

    #[test]
    fn without_colours_the_rest_of_a_style_stays() {
        let style = fit(parse("bold red on blue").unwrap(), Depth::None);
        assert_eq!(style, Style::new().fg(Color::Reset).bg(Color::Reset).bold());
    }
}
