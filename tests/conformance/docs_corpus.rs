//! Docs pages of other people: real sites and hostile ones, at the widths that screens have.
//!
//! The files are not a part of the project. `CALLBOARD_SHARED` names the folder that holds them; without it
//! the tests say that they were left out.

#![expect(clippy::print_stderr, reason = "says what it left out")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use callboard::docs::{Document, Page, Site, Target};
use callboard::text;

const WIDTHS: [usize; 3] = [20, 60, 100];

fn shared(folder: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("CALLBOARD_SHARED").map(|shared| PathBuf::from(shared).join(folder));
    let found = shared.filter(|shared| shared.is_dir());
    if found.is_none() {
        eprintln!("left out: CALLBOARD_SHARED names no folder with {folder}");
    }
    found
}

/// All files below a folder, without following links.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn read(file: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned()
}

fn check(page: &Page, width: usize, file: &Path) {
    for (number, line) in page.lines.iter().enumerate() {
        let place = || format!("{}, line {number} at {width}: {:?}", file.display(), line.text());
        assert!(line.width() <= width, "too wide: {}", place());
        let is_safe = line.spans.iter().all(|span| text::sanitize(span.text()) == span.text());
        assert!(is_safe, "not safe: {}", place());
    }
    assert!(page.links.iter().all(|link| link.line < page.lines.len()), "{}", file.display());
    assert!(page.outline.iter().all(|heading| heading.line.is_some()), "{}", file.display());
}

#[test]
fn every_page_of_real_sites_fits_its_width_and_is_safe() {
    let Some(corpus) = shared("corpus/techdocs") else { return };
    let mut pages = 0;
    for file in files(&corpus).iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")) {
        let document = Document::new(&read(file));
        for width in WIDTHS {
            check(&document.page(width), width, file);
        }
        pages += 1;
    }
    assert!(pages > 0, "no pages below {}", corpus.display());
}

#[test]
fn every_real_site_has_a_navigation_whose_pages_exist() {
    let Some(corpus) = shared("corpus/techdocs") else { return };
    let mut sites = 0;
    for file in files(&corpus) {
        if !matches!(file.file_name().and_then(|name| name.to_str()), Some("mkdocs.yml" | "mkdocs.yaml")) {
            continue;
        }
        let folder = file.parent().unwrap();
        let below = files(folder).into_iter().map(|file| {
            let path = file.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (path, read(&file))
        });
        let site = Site::new(Some(&read(&file)), &below.collect::<BTreeMap<_, _>>());
        for page in site.nav.pages() {
            assert!(folder.join(site.file(page)).is_file(), "{}: {page}", file.display());
        }
        sites += 1;
    }
    assert!(sites > 0, "no sites below {}", corpus.display());
}

#[test]
fn links_of_real_pages_never_leave_their_site() {
    let Some(corpus) = shared("corpus/techdocs") else { return };
    for file in files(&corpus).iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")) {
        for link in Document::new(&read(file)).page(100).links {
            match callboard::docs::resolve("a/b.md", &link.target, |_| true) {
                Target::Page { path, .. } | Target::File(path) => {
                    let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
                    assert!(!leaves, "{}: {}", file.display(), link.target);
                }
                Target::Anchor(_) | Target::External(_) | Target::Refused => {}
            }
        }
    }
}

/// The hostile pages are made by a program: `CALLBOARD_BADINPUT` names the folder where it wrote them.
#[test]
fn hostile_pages_are_shown_safely() {
    let Some(folder) = std::env::var_os("CALLBOARD_BADINPUT").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_BADINPUT is not set");
        return;
    };
    let pages = files(&folder.join("markdown"));
    for file in pages.iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")) {
        let document = Document::new(&read(file));
        for width in [1, 20, 100] {
            check(&document.page(width), width, file);
        }
    }
    assert!(!pages.is_empty(), "no pages below {}", folder.display());
}
