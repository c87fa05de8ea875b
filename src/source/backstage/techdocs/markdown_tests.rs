//! Pages of HTML as MkDocs writes them, and as nobody should.

use proptest::prelude::*;

use super::*;
use crate::source::backstage::techdocs::link::Pages;
use crate::source::backstage::techdocs::tree;

fn convert(html: &str) -> String {
    let pages = Pages::new(["index.html", "running/index.html"].into_iter());
    let links = Links { pages: &pages, html: "index.html", markdown: "index.md" };
    let page =
        tree::parse(&format!("<main><article class='md-content__inner md-typeset'>{html}</article></main>"));
    markdown(&page, &links).unwrap()
}

#[test]
fn headings_and_text_become_markdown() {
    let html = "<h1 id='running-it'>Running it<a class='headerlink' href='#x'>&para;</a></h1>
        <p>Some <strong>bold </strong><em>text</em> and <code>a `b`</code>,\n a <a href='running/#x'>link</a>.<br>Next</p><hr>";
    let wanted = "# Running it {#running-it}\n\nSome **bold** *text* and `` a `b` ``, a [link](running.md#x).\\\nNext\n\n***\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn lists_are_nested_and_have_boxes() {
    let html = "<ul><li>a<ul><li>b</li></ul></li><li class='task-list-item'><label class='task-list-control'><input type='checkbox' disabled checked><span class='task-list-indicator'></span></label> done</li></ul>
        <ol start='9'><li><p>x</p><pre><code>y\nz</code></pre></li><li><p>w</p></li></ol>";
    let wanted = "-   a\n    -   b\n-   [x] done\n\n9.  x\n\n    ```\n    y\n    z\n    ```\n\n10. w\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn code_keeps_its_language_and_loses_its_line_numbers() {
    let html = "<div class='language-bash highlight'><table class='highlighttable'><tr><th class='filename' colspan='2'><span class='filename'>a.sh</span></th></tr><tr>
        <td class='linenos'><div class='linenodiv'><pre><span>1</span></pre></div></td><td class='code'><div><pre><span></span><code><span class='nb'>echo</span> <span>\"a\"</span> &lt;b&gt;\n```\n</code></pre></div></td></tr></table></div>
        <pre class='mermaid'><code>graph</code></pre><pre><code class='language-rust'>fn</code></pre>";
    let wanted =
        "````bash title=\"a.sh\"\necho \"a\" <b>\n```\n````\n\n```mermaid\ngraph\n```\n\n```rust\nfn\n```\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn the_blocks_of_mkdocs_come_back() {
    let html = "<div class='admonition warning'><p class='admonition-title'>Be \"careful\"</p><p>a</p><p>b</p></div>
        <details class='tip' open><summary>More</summary><p>c</p></details><details><summary>Plain</summary>d</details>
        <div class='tabbed-set tabbed-alternate' data-tabs='1:2'><input type='radio' checked><input type='radio'>
        <div class='tabbed-labels'><label>One</label><label>Two</label></div>
        <div class='tabbed-content'><div class='tabbed-block'><p>e</p></div><div class='tabbed-block'><p>f</p></div></div></div>
        <p>x<sup id='fnref:n'><a class='footnote-ref' href='#fn:n'>1</a></sup></p>
        <div class='footnote'><hr><ol><li id='fn:n'><p>note&#160;<a class='footnote-backref' href='#fnref:n'>back</a></p></li></ol></div>";
    let wanted = "!!! warning \"Be 'careful'\"\n    a\n\n    b\n\n???+ tip \"More\"\n    c\n\n??? note \"Plain\"\n    d\n\n\
        === \"One\"\n\n    e\n\n=== \"Two\"\n\n    f\n\nx[^n]\n\n[^n]: note\u{a0}\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn tables_and_definitions_come_back() {
    let html = "<table><thead><tr><th>A</th><th>B|</th></tr></thead><tbody><tr><td><p>1</p><p>2</p></td></tr></tbody></table>
        <table><tr><td>x</td></tr></table><dl><dt>term</dt><dd>one</dd><dd><p>two</p><p>three</p></dd></dl>";
    let wanted = "| A | B\\| |\n| --- | --- |\n| 1 2 |\n\n|  |\n| --- |\n| x |\n\nterm\n:   one\n\n:   two\n\n    three\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn text_that_looks_like_markdown_is_text() {
    let html = "<p># a *b* [c](d) &lt;script&gt; &amp;lt;</p><p>!!! note</p><p>1. x<br>- y<br>=== \"z\"</p><p>[^1]: n</p>";
    let wanted = "\\# a \\*b\\* \\[c\\](d) \\<script> \\&lt;\n\n\\!!! note\n\n1\\. x\\\n\\- y\\\n\\=== \"z\"\n\n\\[\\^1\\]: n\n";
    assert_eq!(convert(html), wanted);
}

#[test]
fn what_could_run_is_gone() {
    let html = "<p onclick='x()'>a<script>alert(1)</script><a href='javascript:alert(1)'>b</a><img src='data:image/png;base64,xx' alt='c'>&#27;[31md</p>
        <iframe src='x'>e</iframe><a href='https://e.org/a)b'>f</a>";
    assert_eq!(convert(html), "abc\u{fffd}\\[31md\n\n[f](https://e.org/a%29b)\n");
}

#[test]
fn a_page_without_docs_has_no_text() {
    let pages = Pages::new(std::iter::empty());
    let links = Links { pages: &pages, html: "index.html", markdown: "index.md" };
    assert_eq!(markdown(&tree::parse("<p>Sign in</p>"), &links), None);
}

#[test]
fn nesting_without_an_end_stays_small() {
    for open in [
        "<blockquote>",
        "<ul><li>",
        "<div class='admonition x'>",
        "<dl><dd>",
        "<b>",
        "<a href=x>",
        "<sup>",
        "<details><summary>",
        "<table><tr><td>",
        "<div class='tabbed-set'><div class='tabbed-content'>",
    ] {
        let text = convert(&format!("{}x", open.repeat(20_000)));
        assert!(text.len() < 100_000, "{open}: {}", text.len());
    }
}

proptest! {
    #[test]
    fn any_page_becomes_text_without_controls(
        pieces in prop::collection::vec(
            prop_oneof![
                "[a-z &;#<>/='\"\\\\`*_|\u{1b}\u{0}\n-]{0,12}",
                prop::sample::select(vec![
                    "<ul>", "</ul>", "<ol start=4294967295>", "<li>", "<p>", "</p>", "<pre>", "</pre>", "<code>", "</code>", "<table>", "<tr>", "<td>",
                    "<th>", "</table>", "<div class='admonition note'>", "<p class=admonition-title>", "</div>", "<details open>", "<summary>", "<b>", "</b>",
                    "<a href='java&#10;script:x'>", "<a href='running/'>", "</a>", "<img alt=x src=y>", "<br>", "<h2 id='a b'>", "</h2>", "<dl>", "<dd>", "<dt>",
                    "<div class=tabbed-set>", "<label>", "<div class=tabbed-content>", "<div class=footnote>", "<sup><a class=footnote-ref>", "<script>", "</script>",
                    "<svg>", "</svg>", "&#27;", "&#x9b;", "<blockquote>", "<div class='highlight language-x'>", "<input checked>",
                ]).prop_map(str::to_owned),
            ],
            0..60,
        )
    ) {
        let html = pieces.concat();
        let text = convert(&html);
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
        prop_assert!(!text.to_ascii_lowercase().contains("](java"), "{text:?}");
        let document = crate::docs::Document::new(&text);
        document.layout(60).reach_end();
    }
}
