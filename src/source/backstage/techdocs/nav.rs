//! The navigation of a built site, as `mkdocs.yml` would say it.

use serde_json::{Map, Value, json};

use super::link::{Pages, scheme};
use super::tree::Element;
use crate::catalog::yaml;

/// Sections inside of sections that are read.
const MAX_DEPTH: usize = 16;

/// The settings of a site.
pub(super) fn mkdocs(name: Option<&str>, nav: Vec<Value>) -> String {
    let mut settings = Map::new();
    if let Some(name) = name {
        settings.insert("site_name".to_owned(), name.into());
    }
    settings.insert("docs_dir".to_owned(), "docs".into());
    if !nav.is_empty() {
        settings.insert("nav".to_owned(), nav.into());
    }
    yaml::to_yaml(&Value::Object(settings))
}

/// The navigation that a page has.
pub(super) fn entries(page: &Element, html: &str, pages: &Pages) -> Vec<Value> {
    let nav = page.find(&|it| it.name == "nav" && it.has_class("md-nav--primary"));
    nav.map(|nav| Reader { html, pages }.entries(nav, 0)).unwrap_or_default()
}

struct Reader<'a> {
    html: &'a str,
    pages: &'a Pages,
}

impl Reader<'_> {
    fn entries(&self, nav: &Element, depth: usize) -> Vec<Value> {
        let Some(list) = nav.find(&|it| it.name == "ul").filter(|_| depth < MAX_DEPTH) else {
            return Vec::new();
        };
        list.elements().filter(|it| it.name == "li").filter_map(|item| self.entry(item, depth)).collect()
    }

    fn entry(&self, item: &Element, depth: usize) -> Option<Value> {
        let Some(nav) = item.elements().find(|it| it.name == "nav") else {
            return self.leaf(link(item)?);
        };
        // The page of a section stands beside its title, not among its pages.
        let own = item.find(&|it| it.name == "a" || it.name == "nav").filter(|it| it.name == "a");
        let mut entries: Vec<Value> = own.and_then(|link| self.leaf(link)).into_iter().collect();
        entries.extend(self.entries(nav, depth + 1));
        let title = item.find(&|it| it.has_class("md-nav__link") || it.has_class("md-nav__title"))?;
        (!entries.is_empty()).then(|| json!({ self::title(title): entries }))
    }

    fn leaf(&self, link: &Element) -> Option<Value> {
        let href = link.attribute("href")?;
        let target = match (self.pages.page(self.html, href), scheme(href)) {
            (Some((page, _)), None) => page,
            (_, Some("http" | "https")) => href,
            _ => return None,
        };
        Some(json!({ title(link): target }))
    }
}

fn link(item: &Element) -> Option<&Element> {
    item.find(&|it| it.name == "a" && it.has_class("md-nav__link"))
}

/// What an entry is called, without the marks of its state beside it.
fn title(element: &Element) -> String {
    let label = element.find(&|it| it.has_class("md-ellipsis")).unwrap_or(element).line();
    if label.is_empty() { "…".to_owned() } else { label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::backstage::techdocs::tree;

    #[test]
    fn sections_pages_and_links_are_read() {
        let html = "<nav class='md-nav md-nav--primary'><label class='md-nav__title'><a href='..' class='md-logo'></a>Site</label><ul class='md-nav__list'>
            <li class='md-nav__item'><a href='..' class='md-nav__link'><span class='md-ellipsis'> Home </span></a></li>
            <li class='md-nav__item md-nav__item--active'><input class='md-nav__toggle' type='checkbox'><label class='md-nav__link'><span class='md-ellipsis'>Run: it</span></label>
              <a href='./' class='md-nav__link'><span class='md-ellipsis'>Run: it</span></a><nav class='md-nav md-nav--secondary'><ul><li><a href='#x' class='md-nav__link'>x</a></li></ul></nav></li>
            <li class='md-nav__item md-nav__item--nested'><input type='checkbox'><label class='md-nav__link'><span class='md-ellipsis'>Ops</span></label>
              <nav class='md-nav'><label class='md-nav__title'>Ops</label><ul><li><a href='../ops/a/' class='md-nav__link'>A</a></li></ul></nav></li>
            <li class='md-nav__item md-nav__item--nested'><div class='md-nav__link md-nav__container'><a href='../ops/' class='md-nav__link'>More</a></div>
              <nav class='md-nav'><ul><li><a href='https://e.org/' class='md-nav__link'>Out</a></li><li><a href='javascript:x' class='md-nav__link'>Bad</a></li></ul></nav></li>
            <li><a href='../gone/' class='md-nav__link'>Gone</a></li></ul></nav>";
        let pages = Pages::new(
            ["index.html", "running/index.html", "ops/index.html", "ops/a/index.html"].into_iter(),
        );
        let text = mkdocs(Some("S"), entries(&tree::parse(html), "running/index.html", &pages));
        let read = yaml::parse(&text).unwrap();
        let nav = json!([
            {"Home": "index.md"},
            {"Run: it": "running.md"},
            {"Ops": [{"A": "ops/a.md"}]},
            {"More": [{"More": "ops/index.md"}, {"Out": "https://e.org/"}]}
        ]);
        assert_eq!(read, json!({"site_name": "S", "docs_dir": "docs", "nav": nav}));
    }

    #[test]
    fn a_page_without_a_navigation_leaves_it_to_the_folders() {
        let none = entries(&tree::parse("<p>x</p>"), "index.html", &Pages::default());
        assert_eq!(
            mkdocs(None, none),
            "docs_dir: docs
"
        );
    }
}
