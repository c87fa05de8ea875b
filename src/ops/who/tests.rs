//! What targets mean, and what the answer says.

use std::path::{Path, PathBuf};

use super::*;
use crate::catalog::{ContactKind, SourceId};
use crate::ops::testing;

fn asked(target: &str) -> WhoOutcome {
    let roots = [(SourceId::new("src"), PathBuf::from("/home/me/src"))];
    let places = WhoPlaces { current: Some(Path::new("/home/me/src/acme")), roots: &roots };
    who(&testing::snapshot(), target, &places).unwrap()
}

fn refs(target: &str) -> Vec<String> {
    asked(target).answers.iter().map(|answer| answer.subject().to_owned()).collect()
}

#[test]
fn the_answer_names_owner_evidence_contacts_people_and_whom_to_ask_next() {
    let answer = asked("component:payments").answers.remove(0);
    let owner = &answer.owners[0];
    assert_eq!(owner.name.raw(), "Team Pay");
    assert_eq!(owner.because.origin.as_ref().unwrap().location(), "acme/catalog-info.yaml:1:1");
    let contacts = answer.contacts.iter().map(|it| (it.contact.kind, it.contact.label.raw(), it.of.kind()));
    assert_eq!(
        contacts.collect::<Vec<_>>(),
        [
            (ContactKind::Runbook, "Runbook", "component"),
            (ContactKind::OnCall, "PagerDuty service P4Y", "component"),
            (ContactKind::Chat, "#pay", "group"),
            (ContactKind::Mail, "pay@acme.dev", "group"),
        ]
    );
    assert_eq!(answer.people[0].name.raw(), "Alima Sarr");
    assert_eq!(answer.people_total, 1);
    assert_eq!(answer.escalation[0].group.reference, testing::reference("group:commerce"));
    assert_eq!(answer.escalation[0].contacts[0].label.raw(), "#commerce");
}

#[test]
fn a_name_is_looked_up_in_every_kind_and_ambiguity_is_listed() {
    assert_eq!(refs("payments"), ["component:default/payments", "api:default/payments"]);
    assert_eq!(refs("Default/DB"), ["resource:default/db"]);
}

#[test]
fn a_group_owns_itself() {
    let answer = asked("team-pay").answers.remove(0);
    assert_eq!(answer.owners[0].reference.as_str(), answer.subject());
    assert_eq!(answer.contacts.len(), 2);
}

#[test]
fn other_names_files_and_addresses_lead_to_their_entity() {
    assert_eq!(refs("acme/payments"), ["component:default/payments"]);
    assert_eq!(refs("https://runbooks.acme.dev/payments"), ["component:default/payments"]);
    assert_eq!(refs("https://runbooks.acme.dev/payments/refunds?x=1#top"), ["component:default/payments"]);
    assert_eq!(refs("https://runbooks.acme.dev/paymentsandmore"), [""; 0]);
    assert_eq!(refs("git@github.com:acme/payments.git"), ["component:default/payments"]);
    assert_eq!(refs("https://github.com/acme/payments/blob/main/src/lib.rs"), ["component:default/payments"]);
    assert_eq!(refs("./catalog-info.yaml").len(), testing::ENTITIES);
    assert_eq!(refs("../acme/src/main.rs").len(), testing::ENTITIES);
    assert_eq!(refs("../elsewhere/x"), [""; 0]);
}

#[test]
fn a_title_leads_to_its_entity_whatever_its_words_name() {
    assert_eq!(refs("payments api"), ["component:default/payments"]);
    assert_eq!(refs("Payments  API"), ["component:default/payments", "api:default/payments"], "a text");
    assert_eq!(refs("Alima Sarr"), ["user:default/alima"]);
}

#[test]
fn a_text_names_entities_in_its_order() {
    let log = "ERROR calling resource:default/db from worker: see https://runbooks.acme.dev/payments.";
    assert_eq!(refs(log), ["resource:default/db", "component:default/worker", "component:default/payments"]);
}

#[test]
fn what_nobody_owns_and_what_is_not_there_is_not_found() {
    assert!(asked("payments").require_owner().is_ok());
    let nobody = asked("lonely").require_owner().unwrap_err();
    assert_eq!(
        (nobody.kind(), nobody.message()),
        (ErrorKind::NotFound, "Nobody owns component:default/lonely.")
    );
    let outcome = asked("chekcout");
    assert_eq!(outcome.near, [testing::reference("component:checkout")]);
    let missing = outcome.require_owner().unwrap_err();
    assert_eq!((missing.kind(), missing.hint()), (ErrorKind::NotFound, Some("Near: component:checkout.")));
}

#[test]
fn an_inherited_owner_says_where_from() {
    let answer = asked("worker").answers.remove(0);
    assert!(answer.owners[0].because.is_inherited);
    assert_eq!(answer.owners[0].because.entity, Some(testing::reference("system:money")));
}
