//! Whatever is pressed, typed, pasted and clicked, at whatever size and however late the answers come:
//! nothing panics and no cell of the screen holds a control character.

use callboard::text;
use callboard::tui::app::{Action, Event, Message};
use crossterm::event::{KeyCode, KeyEvent};
use proptest::prelude::*;

use crate::Sample;
use crate::stage::named;

/// Sequences that are tried. Each opens the sample of its own.
const CASES: u32 = 24;

/// Something that happens to the portal.
#[derive(Debug, Clone)]
enum Step {
    Press(&'static str),
    Text(String),
    Do(Action),
    /// One of the answers that were not heard yet arrives.
    Hear(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [
        "enter",
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "backspace",
        "space",
        "alt-h",
        "alt-x",
        "alt-o",
        "alt-d",
        "alt-w",
        "alt-c",
        "ctrl-g",
        "ctrl-u",
        "ctrl-n",
        "ctrl-p",
        "ctrl-t",
        "ctrl-r",
        "?",
        ":",
        "[",
        "]",
        "g",
        "G",
        "/",
        "n",
        ">",
        "<",
        "q",
        "y",
        "t",
        "f",
        "1",
    ];
    let words = [
        "kind:template ",
        "payments-api",
        "handbook",
        "new-service",
        "owner:",
        "漢字👩\u{200d}👧",
        "é\u{301}",
    ];
    prop_oneof![
        8 => prop::sample::select(keys.to_vec()).prop_map(Step::Press),
        3 => prop::sample::select(words.to_vec()).prop_map(|word| Step::Text(word.to_owned())),
        1 => "\\PC{0,6}".prop_map(Step::Text),
        1 => "[a\u{1b}\u{9b}\u{202e}\u{7}\n\t\r漢]{0,12}".prop_map(|text| Step::Do(Action::Paste(text))),
        1 => (-40i16..40).prop_map(|lines| Step::Do(Action::Wheel(lines))),
        2 => (0u16..130, 0u16..50).prop_map(|(x, y)| Step::Do(Action::Click(x, y))),
        2 => (1u16..130, 1u16..50).prop_map(|(width, height)| Step::Do(Action::Resize(width, height))),
        1 => (1u16..5, 1u16..5).prop_map(|(width, height)| Step::Do(Action::Resize(width, height))),
        8 => (0usize..4).prop_map(Step::Hear),
    ]
}

/// The steps, with the answers that arrive in between in any order.
fn play(sample: &mut Sample, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut unheard: Vec<Message> = Vec::new();
    for step in steps {
        let stage = &mut sample.stage;
        let actions = match step {
            Step::Press(key) => stage.action(named(key)).into_iter().collect(),
            Step::Text(text) => {
                text.chars().filter_map(|c| stage.action(KeyEvent::from(KeyCode::Char(c)))).collect()
            }
            Step::Do(action) => vec![action],
            Step::Hear(at) if unheard.is_empty() => vec![Action::Wheel(at as i16)],
            Step::Hear(at) => {
                let message = unheard.remove(at % unheard.len());
                unheard.extend(stage.begin(Event::Message(message)));
                Vec::new()
            }
        };
        for action in actions {
            unheard.extend(stage.begin(Event::Action(action)));
        }
        is_sound(sample)?;
    }
    Ok(())
}

fn is_sound(sample: &Sample) -> Result<(), TestCaseError> {
    let (buffer, cursor) = sample.stage.draw();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            prop_assert_eq!(text::sanitize(symbol), symbol, "at {}, {}", x, y);
            prop_assert!(usize::from(x) + text::width(symbol) <= usize::from(buffer.area.width));
        }
    }
    let is_inside = |(x, y)| x < buffer.area.width && y < buffer.area.height;
    prop_assert!(cursor.is_none_or(is_inside), "the cursor is at {:?}", cursor);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_is_survived_and_shows_no_control_character(
        steps in prop::collection::vec(step(), 1..60),
        (width, height) in (1u16..130, 1u16..50),
    ) {
        let mut sample = Sample::open(width, height).dry();
        is_sound(&sample)?;
        play(&mut sample, steps)?;
    }
}
