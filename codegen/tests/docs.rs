//! Text of a spec never becomes code: judged by the Markdown parser that rustdoc uses.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs)]

use std::path::{Path, PathBuf};

use lavka_codegen::options::Options;
use lavka_codegen::pipeline;
use lavka_codegen::plan::markdown;
use lavka_random::Random;
use pulldown_cmark::{CodeBlockKind, Event, Options as Markdown, Parser, Tag, TagEnd};

/// What is left of a comment: the text, and each block of code with what it says about itself.
struct Read {
    text: String,
    blocks: Vec<(String, String)>,
}

/// Reads a comment as rustdoc does. Fails on code that rustdoc would take for Rust, HTML, and links that it would resolve.
fn read(comment: &str) -> Read {
    // What follows must be a paragraph: nothing is left open.
    let whole = format!("{comment}\n\nAFTER");
    let options = Markdown::ENABLE_TABLES
        | Markdown::ENABLE_FOOTNOTES
        | Markdown::ENABLE_STRIKETHROUGH
        | Markdown::ENABLE_TASKLISTS;
    let mut found = Read {
        text: String::new(),
        blocks: Vec::new(),
    };
    let mut depth = 0_usize;
    let mut after = false;
    let mut code: Option<(String, String)> = None;
    for event in Parser::new_ext(&whole, options) {
        match &event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                code = Some((info.to_string(), String::new()));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                panic!("indented code in {comment:?}")
            }
            Event::End(TagEnd::CodeBlock) => found.blocks.extend(code.take()),
            Event::Html(_) | Event::InlineHtml(_) => panic!("HTML in {comment:?}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(
                    dest_url.starts_with("http") || !dest_url.contains(' ') && !dest_url.is_empty(),
                    "a link to {dest_url} in {comment:?}"
                );
            }
            Event::Start(Tag::Image { .. }) => panic!("an image in {comment:?}"),
            Event::Text(text) | Event::Code(text) => match &mut code {
                Some((_, body)) => body.push_str(text),
                None => {
                    after = depth == 1 && &**text == "AFTER";
                    found.text.push_str(text);
                }
            },
            _ => {}
        }
        match event {
            Event::Start(Tag::Link { .. } | Tag::Emphasis | Tag::Strong) => {}
            Event::End(TagEnd::Link | TagEnd::Emphasis | TagEnd::Strong) => {}
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    assert!(after, "something is left open in {comment:?}");
    found
}

fn judge(comment: &str) {
    for (info, body) in read(comment).blocks {
        let own = body.contains("async fn example(client: Client)");
        assert!(
            info == "text" || own && (info == "no_run" || info == "ignore"),
            "```{info} in {comment:?}"
        );
    }
}

/// The comments of a file of Rust.
fn comments(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    let mut block: Option<String> = None;
    for line in source.lines() {
        let line_text = line.trim_start();
        if let Some(text) = &mut block {
            match line.split_once("*/") {
                Some((last, _)) => {
                    text.push_str(last);
                    found.extend(block.take());
                }
                None => {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            continue;
        }
        if let Some(first) = line_text.strip_prefix("/**") {
            match first.split_once("*/") {
                Some((whole, _)) => found.push(whole.to_owned()),
                None => block = Some(format!("{first}\n")),
            }
            continue;
        }
        assert!(!line_text.starts_with("#[doc ="), "an attribute: {line}");
        let comment = line_text
            .strip_prefix("///")
            .or_else(|| line_text.strip_prefix("//!"));
        if let Some(text) = comment {
            if !open {
                found.push(String::new());
            }
            let last = found.last_mut().unwrap();
            last.push_str(text.strip_prefix(' ').unwrap_or(text));
            last.push('\n');
        }
        open = comment.is_some();
    }
    found
}

fn specs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml" || e == "json"))
        .collect();
    found.sort();
    found
}

#[test]
fn emitted_docs_hold_no_code_but_our_examples() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = specs(&here.join("tests/docs"));
    for folder in ["../specs", "../tests/specs/cases", "../tests/specs/wire"] {
        all.extend(specs(&here.join(folder)));
    }
    let mut count = 0;
    for spec in all {
        let generated = pipeline::generate(&spec, &[], &Options::default())
            .unwrap_or_else(|e| panic!("{}: {e}", spec.display()));
        let source = String::from_utf8(generated.single_file()).unwrap();
        assert!(
            !source.contains(['\r', '\u{202e}', '\u{202b}']),
            "{}",
            spec.display()
        );
        syn::parse_file(&source).unwrap();
        for pair in source.lines().collect::<Vec<_>>().windows(2) {
            let cut = pair[0].trim_start().starts_with("///") && pair[1].is_empty();
            assert!(!cut, "{}: an empty line after {}", spec.display(), pair[0]);
        }
        for comment in comments(&source) {
            judge(&comment);
            count += 1;
        }
    }
    // Setters, constructors and the trait of operations are documented by the runtime's macros.
    assert!(count > 800, "{count}");
}

/// kube-rs/kopium#264, KittyCAD/kittycad.rs#154, google-apis-rs/generator#9: fences, indented lines, list markers and attributes
/// in descriptions are kept as text.
#[test]
fn what_descriptions_of_bug_reports_hold_is_kept_as_text() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/descriptions.yaml");
    let generated = pipeline::generate(&spec, &[], &Options::default()).unwrap();
    let source = String::from_utf8(generated.single_file()).unwrap();
    let solid = |text: &str| -> String { text.split_whitespace().collect() };
    let mut all = String::new();
    for comment in comments(&source) {
        judge(&comment);
        let read = read(&comment);
        all.push_str(&solid(&read.text));
        for (_, body) in read.blocks {
            all.push_str(&solid(&body));
        }
    }
    for kept in [
        "panic!()",
        "{@link C} #[doc = \"x\"]",
        "http://example.invalid",
        "Pass a = None.",
        "[b] wins over Vec<T>",
        "path: value: \"/foo\"",
        "$ keytool -printcert | grep SHA256:",
        "let x: i32 = no;",
        "compile_error!(\"x\");",
    ] {
        assert!(all.contains(&solid(kept)), "{kept}: {all}");
    }
}

#[test]
fn which_fields_are_required_alternatively_is_said() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/alternatives.yaml");
    let generated = pipeline::generate(&spec, &[], &Options::default()).unwrap();
    let source = String::from_utf8(generated.single_file()).unwrap();
    let docs = |name: &str| {
        let comments = comments(&source);
        let found = comments.iter().find(|comment| comment.contains(name));
        found.unwrap_or_else(|| panic!("{name}")).trim().to_owned()
    };
    assert_eq!(
        docs("A place."),
        "A place.\n\nExactly one of these is required: `address`, `lat` with `longitude`."
    );
    assert_eq!(
        docs("A person."),
        "A person.\n\nAt least one of these is required: `email`, `phone`.\n\n\
         Exactly one of these is required: `first`, `last`."
    );
    // A choice that requires nothing asks for nothing.
    assert_eq!(docs("A note."), "A note.");
}

/// What no text describes is called by where it is; a sentence that goes over several lines is written once.
#[test]
fn what_is_not_described_is_called_by_its_place() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/undescribed.yaml");
    let generated = pipeline::generate(&spec, &[], &Options::default()).unwrap();
    let source = String::from_utf8(generated.single_file()).unwrap();
    let all: Vec<String> = comments(&source)
        .iter()
        .map(|comment| read(comment).text.replace("AFTER", ""))
        .collect();
    for wanted in [
        "The body of a request of changeNote.",
        "A reply of changeNote.",
        "The value of owner.",
        "An item of tags.",
        "Where kind is shot.",
    ] {
        assert!(all.iter().any(|text| text == wanted), "{wanted}: {all:#?}");
    }
    assert!(
        source.contains(
            "    /// Changes a note of\n        /// the shop. See `get`.\n        ///\n        /// `POST"
        ),
        "{source}"
    );
    assert!(
        source.contains("- `id`: The id of a note. Not its number.\n"),
        "{source}"
    );
}

/// What texts are made of that Markdown or rustc take for more than text.
const PIECES: &[&str] = &[
    "A",
    "B",
    "C D",
    " ",
    "  ",
    "   ",
    "    ",
    "     ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "-",
    "- ",
    "-\t",
    "* ",
    "+ ",
    "1. ",
    "1) ",
    "12.\t",
    "999999999. ",
    "> ",
    ">",
    "```",
    "```\n",
    "````",
    "```rust\n",
    "~~~",
    "~~~\n",
    "~~~~x\n",
    "`",
    "``",
    "# ",
    "#",
    "#[doc = \"x\"]",
    "#![no_std]",
    "*/",
    "/*",
    "/**",
    "//",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<",
    "\\",
    "\\`",
    "\\<",
    "\\[",
    "[X]",
    "[X](Y)",
    "[X][Y]",
    "[X](https://a.example/b)",
    "](https://a.example/b_(c))",
    "](<https://a.example> \"t\")",
    "[",
    "[X]: Y",
    "[^1]",
    "[^1]: ",
    "![X](Y)",
    "http://A.B",
    "https://",
    "<http://A>",
    "|",
    "|--|",
    "|X|\n|--|\n|",
    "--|--",
    ":-:",
    "---",
    "===",
    "***",
    "___",
    "_",
    "**",
    "~",
    "~~",
    "&lt;",
    "&#60;",
    "$$",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\0",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "•",
    "• ",
    "é",
    "{@link A}",
    "{{",
    "%",
    "= ",
    ": ",
    "- [ ] ",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<p>",
    "</p>",
    "<br/>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<h1>",
    "</h1>",
    "<a href='https://a.example'>",
    "</a>",
    "<script>",
    "&nbsp;",
];

/// The letters that must arrive: nothing of a text is lost but what names a block's language.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_uppercase).collect()
}

/// Characters that direct text and are never written.
const DIRECTING: [char; 3] = ['\u{202e}', '\u{2066}', '\u{2028}'];

fn check(text: &str) {
    let seen = text.replace(
        |c: char| DIRECTING.contains(&c) || (c != '\n' && c.is_control()),
        "",
    );
    let block = markdown::block(text).join("\n");
    let inline = format!("- `x`: {}", markdown::inline(text));
    let code = format!("See {}.", markdown::code(text));
    for form in [&block, &inline, &code] {
        assert!(
            !form.contains(|c: char| c != '\n' && c.is_control()),
            "{form:?}"
        );
        assert!(!form.contains(DIRECTING), "{form:?}");
        let read = read(form);
        let mut all = read.text;
        for (info, body) in &read.blocks {
            assert_eq!(info, "text", "{text:?} became {form:?}");
            all.push_str(body);
        }
        // A block of code loses its language, a row of a table what its head has no column for.
        if form == &code || ["```", "~~~", "|"].iter().any(|mark| seen.contains(mark)) {
            continue;
        }
        let (mut given, mut found) = (letters(text), letters(&all));
        given.push_str("AFTER");
        let sort = |text: &mut String| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            *text = letters.into_iter().collect();
        };
        sort(&mut given);
        sort(&mut found);
        assert_eq!(given, found, "{text:?} became {form:?}, read as {all:?}");
    }
    assert!(inline.lines().count() == 1 && code.lines().count() == 1);
}

#[test]
fn whatever_the_text_it_stays_text() {
    let mut random = Random::new(7);
    for round in 0..60_000 {
        let length = 1 + random.below(if round % 2 == 0 { 6 } else { 24 });
        let text: String = (0..length)
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect();
        check(&text);
    }
}

#[test]
fn known_texts() {
    for (text, wanted) in [
        (
            "[ Products ]: <b> `a[0]`",
            "\\[ Products \\]: \\<b\\> `a[0]`",
        ),
        (
            "See http://a.example/b, or not.",
            "See <http://a.example/b>, or not.",
        ),
        ("an `open tick", "an \\`open tick"),
        (
            "The [guide, `a[0]`](https://a.example/b?c=(d)), [`B`](<https://b.example> \"B\") and [https://c.example](https://c.example).",
            "The \\[guide, `a[0]`\\](<https://a.example/b?c=(d>)), [`B`](<https://b.example>) and <https://c.example>.",
        ),
        (
            "A [guide](https://a.example/b_(c)): [https://x or <y>](https://d.example), ![icon](https://e.example), [x](#y), ![](https://f.example), [Vec], [z](w)",
            "A [guide](<https://a.example/b_(c)>): [https://x or \\<y\\>](<https://d.example>), [icon](<https://e.example>), x, <https://f.example>, \\[Vec\\], \\[z\\](w)",
        ),
        (
            "The [list of `a\\b`](/docs/list?a=b#c), a [page](ref:page) and [one] (/above).",
            "The list of `a\\b`, a page and \\[one\\] (/above).",
        ),
        ("a\n        b", "a\nb"),
        (
            "So:\n```rust\nlet a = b[0];\n```\nand [that]",
            "So:\n\n```text\nlet a = b[0];\n```\n\nand \\[that\\]",
        ),
        ("~~~\n```\nopen", "````text\n```\nopen\n````"),
        (
            "Adds.\n\n- ```\n  panic!()\n  ```\n",
            "Adds.\n\n```text\npanic!()\n```",
        ),
        ("-               panic!()", "- panic!()"),
        (
            "Run:\n\n\tmake\n\t  all\n\nthen",
            "Run:\n\n```text\nmake\n  all\n```\n\nthen",
        ),
        (
            "One of:\n* a\n  more\n* b\n  1. c\nEnd.\n\nLast.",
            "One of:\n\n- a\n  more\n- b\n  1. c\n     End.\n\nLast.",
        ),
        ("Line one.\rLine two.", "Line one.\nLine two."),
        ("# Title\ntext\n-----", "#### Title\n\ntext"),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "| a | b |\n|---|---|\n| 1 | 2 |",
        ),
        ("1.5 is more than 1. Or not", "1.5 is more than 1. Or not"),
        (
            "<p>Makes a <b>book</b>.</p><p>See <a href=\"https://a.example/b\">the guide</a>, and <code>GET &lt;id&gt;</code>.</p>",
            "Makes a book.\n\nSee the guide (<https://a.example/b>), and `GET <id>`.",
        ),
        (
            "One of:<ul>\n    <li>a <br/>more</li>\n    <li><i>b</i><ol><li>c</ol></ul>\n    Last.",
            "One of:\n\n- a more\n- b\n  1. c\n\nLast.",
        ),
        (
            "<H2>Title</H2>text<pre><code>let a;\n  b[0]</code></pre>end",
            "#### Title\n\ntext\n\n```text\nlet a;\n  b[0]\n```\n\nend",
        ),
        (
            "<id> of <Book>, a <b of c, `<b>x</b>`, <script>x</script>",
            "\\<id\\> of \\<Book\\>, a \\<b of c, `<b>x</b>`, \\<script\\>x\\</script\\>",
        ),
        ("a<br>b<hr>c</p>", "a\n\nb\n\nc"),
        ("<details><summary>More</summary>a</details>", "More\n\na"),
    ] {
        assert_eq!(markdown::block(text).join("\n"), wanted, "{text:?}");
    }
    assert_eq!(markdown::code("a`b"), "`` a`b ``");
    assert_eq!(markdown::inline("a\n  - b"), "a - b");
}
