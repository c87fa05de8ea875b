//! What a user does, and what comes of it.

use callboard::catalog::SourceId;
use callboard::tui::app::{Effect, Event, Message, Syncing, update};
use callboard::tui::pane::Place;

use crate::Sample;

#[test]
fn typing_filters_at_once_and_enter_opens() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("paym owner:pay kind:comp");
    assert_eq!(sample.stage.selected().unwrap().as_str(), "component:default/payments-api");
    sample.stage.press("enter");
    assert!(
        matches!(&sample.stage.state.place, Place::Entity(page) if page.reference.name() == "payments-api")
    );
}

#[test]
fn what_can_follow_is_offered_and_the_right_arrow_takes_it() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("kind:api owner:team-pay");
    assert!(sample.stage.screen().contains("owner:team-payments "), "{}", sample.stage.screen());
    let typed = |sample: &Sample| sample.stage.state.catalog.input.value().to_owned();
    assert_eq!(typed(&sample), "kind:api owner:team-pay");
    sample.stage.press("right");
    assert_eq!(typed(&sample), "kind:api owner:team-payments");
    sample.stage.press("left").press("right").type_text("x");
    assert_eq!(typed(&sample), "kind:api owner:team-paymentsx", "with nothing to take it moves the cursor");
    sample.stage.press("ctrl-u").type_text("is:");
    assert!(sample.stage.screen().contains("is:mine  owned  orphan"), "{}", sample.stage.screen());
}

#[test]
fn esc_clears_the_query_then_leaves() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("paym").press("esc");
    assert_eq!(sample.stage.state.catalog.input.value(), "");
    assert_eq!(sample.stage.wanted, []);
    sample.stage.press("esc");
    assert_eq!(sample.stage.wanted, [Effect::Quit]);
}

#[test]
fn ctrl_c_leaves_from_everywhere() {
    for keys in ["", "enter", "alt-h", "alt-x"] {
        let mut sample = Sample::open(80, 24);
        sample.stage.press(keys).press("ctrl-c");
        assert_eq!(sample.stage.wanted, [Effect::Quit], "{keys}");
    }
}

#[test]
fn a_relation_leads_on_and_history_leads_back_and_forth() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("payments-api kind:component").press("enter");
    let shown = |sample: &Sample| match &sample.stage.state.place {
        Place::Entity(page) => Some(page.reference.to_string()),
        _ => None,
    };
    assert_eq!(shown(&sample).as_deref(), Some("component:default/payments-api"));
    sample.stage.press("tab tab enter");
    let second = shown(&sample).expect("another entity");
    assert_ne!(second, "component:default/payments-api");
    sample.stage.press("[");
    assert_eq!(shown(&sample).as_deref(), Some("component:default/payments-api"));
    sample.stage.press("]");
    assert_eq!(shown(&sample), Some(second));
    sample.stage.press("q q");
    assert_eq!(shown(&sample), None);
}

#[test]
fn a_typo_is_answered_with_near_names() {
    let mut sample = Sample::open(80, 24);
    sample.stage.type_text("paymnets-api");
    let screen = sample.stage.screen();
    assert!(screen.contains("Nothing matches \"paymnets-api\"."), "{screen}");
    assert!(screen.contains("Near:") && screen.contains("payments-api"), "{screen}");
}

#[test]
fn single_keys_are_text_in_the_box_and_commands_in_the_list() {
    let mut sample = Sample::open(80, 24);
    sample.stage.type_text("d");
    assert_eq!(sample.stage.state.catalog.input.value(), "d");
    sample.stage.press("ctrl-u tab ?");
    assert!(sample.stage.state.menu.is_some());
    sample.stage.press("esc");
    assert!(sample.stage.state.menu.is_none());
}

#[test]
fn the_help_runs_what_it_lists() {
    let mut sample = Sample::open(80, 24);
    sample.stage.press("?").type_text("leaves callboard").press("enter");
    assert_eq!(sample.stage.wanted, [Effect::Quit]);
}

#[test]
fn links_come_with_runbooks_first_and_open_or_copy() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("payments-api kind:component").press("alt-o");
    let menu = sample.stage.state.menu.as_ref().expect("a menu of links");
    assert_eq!(menu.selected().expect("a link").label, "runbook");
    sample.stage.press("enter");
    assert!(matches!(sample.stage.wanted.as_slice(), [Effect::OpenAddress(url)] if url.contains("runbook")));
}

#[test]
fn who_answers_with_owner_and_on_call() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("payments-api kind:component").press("alt-w");
    let screen = sample.stage.screen();
    assert!(screen.contains("team-payments") && screen.contains("P4YMNTS"), "{screen}");
}

#[test]
fn docs_open_follow_links_and_come_back_to_the_line() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("handbook").press("alt-d");
    let Place::Docs(_) = &sample.stage.state.place else { panic!("no docs: {}", sample.stage.screen()) };
    let first = sample.stage.state.place.path();
    sample.stage.press(">");
    assert_ne!(sample.stage.state.place.path(), first);
    sample.stage.press("[");
    assert_eq!(sample.stage.state.place.path(), first);
}

#[test]
fn text_is_found_on_a_page() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("payments-api kind:component").press("alt-d /").type_text("the");
    assert!(sample.stage.screen().contains("found"), "{}", sample.stage.screen());
    sample.stage.press("enter esc");
    assert!(matches!(sample.stage.state.place, Place::Docs(_)));
}

#[test]
fn a_template_asks_plans_and_writes() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("decision kind:template").press("alt-c");
    assert!(matches!(sample.stage.state.place, Place::Create(_)), "{}", sample.stage.screen());
    let target = out.path().join("made");
    sample.stage.type_text("Use queues").press("tab").type_text(target.to_str().expect("a path"));
    sample.stage.press("ctrl-g");
    let screen = sample.stage.screen();
    assert!(screen.contains("docs/decisions/0001-use-queues.md"), "{screen}");
    assert!(!target.exists(), "a plan writes nothing");
    sample.stage.press("enter");
    assert!(target.exists(), "{}", sample.stage.screen());
}

#[test]
fn a_form_that_lacks_an_answer_says_so_and_writes_nothing() {
    let mut sample = Sample::open(80, 24);
    sample.stage.type_text("new-service kind:template").press("alt-c ctrl-g");
    assert!(matches!(sample.stage.state.place, Place::Create(_)));
    assert!(sample.stage.screen().contains("still need an answer"), "{}", sample.stage.screen());
}

#[test]
fn every_size_is_survived_in_every_place() {
    for keys in ["", "enter", "alt-h", "alt-o", "alt-d", "alt-w"] {
        let mut sample = Sample::open(120, 40);
        sample.stage.type_text("payments-api").press(keys);
        for (width, height) in
            [(1, 1), (2, 40), (200, 1), (40, 12), (39, 9), (40, 9), (60, 15), (500, 200), (3, 3)]
        {
            sample.stage.resize(width, height);
            sample.stage.screen();
            sample.stage.press("down up pagedown pageup");
        }
    }
}

#[test]
fn a_notice_goes_with_the_next_key() {
    let mut sample = Sample::open(80, 24);
    sample.stage.press("alt-left");
    assert!(sample.stage.screen().contains("This is where you started."));
    sample.stage.type_text("p");
    assert!(!sample.stage.screen().contains("This is where you started."));
}

#[test]
fn changes_while_the_sources_are_read_lead_to_one_more_reading() {
    let mut sample = Sample::open(80, 24);
    let state = &mut sample.stage.state;
    let refreshes = |effects: Vec<Effect>| -> Vec<(u64, Syncing)> {
        let refresh = |effect| match effect {
            Effect::Refresh { generation, which } => Some((generation, which)),
            _ => None,
        };
        effects.into_iter().filter_map(refresh).collect()
    };
    let [(first, Syncing::Due)] = refreshes(update(state, Event::Begin))[..] else { panic!("no refresh") };
    for _ in 0..3 {
        assert_eq!(update(state, Event::Message(Message::FoldersChanged)), []);
    }
    let settled = update(state, Event::Message(Message::Settled { generation: first }));
    assert_eq!(refreshes(settled), [(first + 1, Syncing::Changed)]);
    assert_eq!(update(state, Event::Message(Message::Settled { generation: first + 1 })), []);
    let changed = update(state, Event::Message(Message::FoldersChanged));
    assert_eq!(refreshes(changed), [(first + 2, Syncing::Changed)]);
}

#[test]
fn a_row_stays_selected_when_another_comes_before_it() {
    let mut sample = Sample::open(120, 40);
    sample.stage.type_text("kind:component").press("down down down");
    let selected = sample.stage.selected();
    let generation = {
        let Effect::Search { generation, .. } = sample.stage.state.catalog.search_again() else {
            panic!("no search")
        };
        generation
    };
    let mut found = sample.stage.state.catalog.found.clone();
    found.hits.remove(0);
    sample.stage.happen(Event::Message(Message::Found { generation, found, is_last: true }));
    assert_eq!(sample.stage.selected(), selected);
}

#[test]
fn the_sources_pane_knows_what_began_before_it_was_opened() {
    let mut sample = Sample::open(80, 24);
    let syncing = |words: Option<&str>| {
        let (source, words) = (SourceId::new("sample"), words.map(str::to_owned));
        Event::Message(Message::Syncing { source, words })
    };
    sample.stage.happen(syncing(Some("12 of 40 repositories")));
    sample.stage.press("alt-s");
    let screen = sample.stage.screen();
    assert!(screen.contains("12 of 40 repositories") && screen.contains("x stop"), "{screen}");
    sample.stage.happen(syncing(None));
    let screen = sample.stage.screen();
    assert!(!screen.contains("x stop") && screen.contains("enter sync now"), "{screen}");
}

#[test]
fn stale_sources_leave_room_for_the_keys() {
    let mut sample = Sample::open(80, 24);
    sample.stage.state.portal.stale = 2;
    let screen = sample.stage.screen();
    let footer = screen.lines().last().unwrap_or_default();
    assert!(footer.starts_with(" enter open") && footer.ends_with("2 sources stale (alt-s)"), "{footer}");
}

const GOOD: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: good}\nspec: {type: service, lifecycle: x, owner: nobody, dependsOn: [component:gone]}\n";

#[test]
fn a_file_that_cannot_be_read_is_found_by_the_key_that_counts_it_and_opens_at_its_line() {
    let files =
        [("a/catalog-info.yaml", GOOD), ("b/catalog-info.yaml", "kind: Component\nspec: {owner: [}\n")];
    let mut sample = Sample::of_files(&files, (80, 24));
    assert!(sample.stage.screen().contains("2 problems (alt-e)"), "{}", sample.stage.screen());
    sample.stage.press("alt-e");
    let screen = sample.stage.screen();
    for word in ["2 problems, 1 error", "b/catalog-info.yaml", "2:16", "CB0101", "CB0402", "no entity"] {
        assert!(screen.contains(word), "{word}: {screen}");
    }
    sample.stage.press("enter");
    let wanted = std::mem::take(&mut sample.stage.wanted);
    assert!(
        matches!(&wanted[..], [Effect::EditFile { file, line: Some(2) }] if file.ends_with("b/catalog-info.yaml")),
        "{wanted:?}"
    );
    sample.stage.press("y");
    assert!(
        matches!(&sample.stage.wanted[..], [Effect::Copy(place)] if place.ends_with("b/catalog-info.yaml:2:16"))
    );
    sample.stage.press("down enter");
    assert!(matches!(&sample.stage.state.place, Place::Entity(page) if page.reference.name() == "good"));
}

#[test]
fn a_source_leads_to_its_problems_and_the_palette_to_all() {
    let mut sample = Sample::of_files(&[("catalog-info.yaml", "a: [}\n")], (120, 40));
    sample.stage.press("alt-s e");
    let path = sample.stage.state.place.path();
    assert_eq!(path, ["callboard", "problems", "src"]);
    assert!(sample.stage.screen().contains("CB0101"), "{}", sample.stage.screen());
    sample.stage.press("q q alt-x").type_text("problems file by file").press("enter");
    assert_eq!(sample.stage.state.place.path(), ["callboard", "problems"]);
}
