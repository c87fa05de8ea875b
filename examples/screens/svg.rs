//! A screen as an SVG picture: one rectangle a run of background, one text a run of style.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// Size of a cell in pixels.
const CELL: (usize, usize) = (9, 19);

/// Space around the screen in pixels.
const MARGIN: usize = 12;

/// The colours of the pictured terminal: background, text, then the sixteen.
const BACKGROUND: &str = "#14171c";
const FOREGROUND: &str = "#d5dae2";
const SIXTEEN: [&str; 16] = [
    "#14171c", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#abb2bf", "#5c6370",
    "#ff7b86", "#b5e08e", "#ffd68a", "#7cc4ff", "#d898f0", "#6fd3df", "#ffffff",
];

/// The picture of a screen, with the cursor where it stands.
pub(crate) fn svg(buffer: &Buffer, cursor: Option<(u16, u16)>, title: &str) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" xml:space=\"preserve\">\n",
        escape(title)
    );
    for y in 0..buffer.area.height {
        row(&mut svg, buffer, y);
    }
    if let Some((x, y)) = cursor {
        let (x, y) = place(x, y);
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{}\" fill=\"{FOREGROUND}\"/>",
            CELL.1
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The look of a cell: text, background, weight.
#[derive(PartialEq, Clone)]
struct Look {
    text: String,
    background: Option<String>,
    modifier: Modifier,
}

fn row(svg: &mut String, buffer: &Buffer, y: u16) {
    let mut runs: Vec<(u16, u16, Look, String)> = Vec::new();
    for x in 0..buffer.area.width {
        let cell = &buffer[(x, y)];
        let look = look(cell.fg, cell.bg, cell.modifier);
        match runs.last_mut() {
            Some((_, end, last, text)) if *last == look => {
                *end = x + 1;
                text.push_str(cell.symbol());
            }
            _ => runs.push((x, x + 1, look, cell.symbol().to_owned())),
        }
    }
    for (from, to, look, text) in runs {
        let (x, top) = place(from, y);
        let width = usize::from(to - from) * CELL.0;
        if let Some(background) = &look.background {
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{background}\"/>",
                CELL.1
            );
        }
        if text.trim().is_empty() {
            continue;
        }
        if text.chars().all(|c| lines_of(c).is_some()) {
            // Fonts leave gaps between the rows; a line drawn as a line has none.
            for (at, sign) in text.chars().enumerate() {
                line(svg, (x + at * CELL.0, top), lines_of(sign).unwrap_or_default(), &look.text);
            }
            continue;
        }
        let weight = if look.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
        let slant = if look.modifier.contains(Modifier::ITALIC) { " font-style=\"italic\"" } else { "" };
        let line =
            if look.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
        let dim = if look.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" textLength=\"{width}\" fill=\"{}\"{weight}{slant}{line}{dim}>{}</text>",
            top + CELL.1 - 5,
            look.text,
            escape(&text)
        );
    }
}

/// To which sides of its cell a sign of the border leads: left, right, up, down.
fn lines_of(sign: char) -> Option<[bool; 4]> {
    Some(match sign {
        '─' => [true, true, false, false],
        '│' => [false, false, true, true],
        '┬' => [true, true, false, true],
        '┴' => [true, true, true, false],
        '┌' => [false, true, false, true],
        '┐' => [true, false, false, true],
        '└' => [false, true, true, false],
        '┘' => [true, false, true, false],
        _ => return None,
    })
}

fn line(svg: &mut String, (x, y): (usize, usize), sides: [bool; 4], colour: &str) {
    let (middle_x, middle_y) = (x + CELL.0 / 2, y + CELL.1 / 2);
    let ends = [(x, middle_y), (x + CELL.0, middle_y), (middle_x, y), (middle_x, y + CELL.1)];
    for ((end_x, end_y), _) in ends.into_iter().zip(sides).filter(|(_, is_there)| *is_there) {
        let _ = writeln!(
            svg,
            "<path d=\"M{middle_x} {middle_y}L{end_x} {end_y}\" stroke=\"{colour}\" opacity=\"0.5\"/>"
        );
    }
}

fn look(fg: Color, bg: Color, modifier: Modifier) -> Look {
    let (mut text, mut background) = (color(fg).unwrap_or_else(|| FOREGROUND.to_owned()), color(bg));
    if modifier.contains(Modifier::REVERSED) {
        let under = background.unwrap_or_else(|| BACKGROUND.to_owned());
        background = Some(std::mem::replace(&mut text, under));
    }
    Look { text, background, modifier }
}

fn place(x: u16, y: u16) -> (usize, usize) {
    (MARGIN + usize::from(x) * CELL.0, MARGIN + usize::from(y) * CELL.1)
}

fn color(color: Color) -> Option<String> {
    let index = match color {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => return Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) if index < 16 => usize::from(index),
        Color::Indexed(index) => return Some(cube(index)),
    };
    Some(SIXTEEN[index].to_owned())
}

/// The 6x6x6 cube and the greys of a terminal of 256 colours.
fn cube(index: u8) -> String {
    if index >= 232 {
        let grey = 8 + 10 * u32::from(index - 232);
        return format!("#{grey:02x}{grey:02x}{grey:02x}");
    }
    let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * u32::from(n) };
    let n = index - 16;
    format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
