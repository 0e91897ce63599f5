//! The reader beside roxmltree and quick-xml: what is accepted, and what texts say.
//!
//! Known differences, each on purpose:
//! - namespaces are looked at only where a type has one, so undeclared and
//!   misused prefixes are not errors (roxmltree: errors);
//! - a DOCTYPE without a subset is skipped (roxmltree refuses all);
//! - quick-xml's tokenizer alone accepts much that is not XML: it is asked
//!   only to accept what the reader accepts.

use lavka_runtime::xml::{Dialect, FromXml, Limits, Reader, Tag, decode, tag};
use lavka_runtime::{CodecError, CodecErrorKind};

/// `<r>`, and any other root.
pub static ROOTS: [Tag; 2] = [tag!("r"), tag!("*")];

/// The inner source of the root, which takes the whole reader through the document.
fn inner(text: &str) -> Result<String, CodecError> {
    struct Inner(String);
    impl FromXml for Inner {
        fn from_xml(r: &mut Reader<'_>) -> Result<Self, CodecError> {
            r.string().map(Self)
        }
    }
    decode::<Inner>(
        text.as_bytes(),
        None,
        &ROOTS,
        Dialect::Plain,
        &Limits::DEFAULT,
    )
    .map(|i| i.0)
}

fn tokenizes(text: &str) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(e) => return Err(e.to_string()),
        }
    }
}

/// What roxmltree makes of the root: its text, or its inner source where it has children.
fn judge(text: &str) -> Result<String, roxmltree::Error> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: text.contains("<!DOCTYPE a>"),
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(text, options)?;
    let root = document.root_element();
    if root.children().any(|c| c.is_element()) {
        let range = root.range();
        return Ok(text[range].to_owned());
    }
    Ok(root
        .children()
        .filter(roxmltree::Node::is_text)
        .filter_map(|c| c.text())
        .collect())
}

/// Whether the error lies in the XML declaration.
fn in_declaration(text: &str, error: &CodecError) -> bool {
    let declaration = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"));
    declaration.is_some_and(|(inside, _)| error.line() <= Some(1 + inside.lines().count() as u64))
}

/// `true`: both accept.
pub fn compare(text: &str) -> bool {
    use roxmltree::Error as E;
    let ours = inner(text);
    if matches!(&ours, Err(e) if matches!(e.kind(), CodecErrorKind::Root | CodecErrorKind::Limit | CodecErrorKind::Html))
    {
        return false;
    }
    match (ours, judge(text)) {
        (Ok(ours), Ok(theirs)) => {
            if theirs.starts_with('<')
                && theirs.ends_with('>')
                && text.contains(&theirs)
                && theirs.contains(&ours)
            {
                // children: the inner source
            } else if text.contains("CDATA[") {
                let squeeze =
                    |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                assert_eq!(squeeze(&ours), squeeze(&theirs), "{text:?}");
            } else if !(text.contains('\r') && text.contains('&')) {
                // (roxmltree leaves some carriage returns beside references as they are)
                assert_eq!(ours, theirs, "{text:?}");
            }
            if let Err(e) = tokenizes(text) {
                panic!("quick-xml refuses what is accepted: {e}\n{text:?}");
            }
            true
        }
        (Err(_), Err(_)) => false,
        (
            Ok(_),
            Err(
                E::UnknownNamespace(..)
                | E::InvalidXmlPrefixUri(..)
                | E::UnexpectedXmlUri(..)
                | E::UnexpectedXmlnsUri(..)
                | E::DuplicatedNamespace(..)
                | E::InvalidElementNamePrefix(..)
                | E::NamespacesLimitReached,
            ),
        ) => true,
        // a name with a colon in an odd place is a name all the same
        (Ok(_), Err(_)) if text.contains(':') => true,
        (Ok(ours), Err(e)) => panic!("accepted {ours:?}, roxmltree: {e}\n{text:?}"),
        // roxmltree takes references to characters that XML does not allow
        (Err(e), Ok(_))
            if e.message().starts_with("expected a character reference")
                && e.message().contains("found \"&#") =>
        {
            false
        }
        // and instructions without the white space that XML asks for
        (Err(e), Ok(_))
            if e.message()
                .starts_with("expected white space behind an instruction") =>
        {
            false
        }
        // and does not look at what the XML declaration says
        (Err(e), Ok(_))
            if e.kind() == CodecErrorKind::Encoding
                || ["a known value of", "`version`, `enc"]
                    .iter()
                    .any(|x| e.message().starts_with(&format!("expected {x}"))) =>
        {
            false
        }
        // and takes `<?xml&…?>` for an instruction
        (Err(e), Ok(_))
            if e.message()
                .starts_with("expected an XML declaration at the very start") =>
        {
            false
        }
        // and takes a broken declaration for an instruction
        (Err(e), Ok(_)) if in_declaration(text, &e) => false,
        (Err(e), Ok(theirs)) => panic!("refused: {e}; roxmltree: {theirs:?}\n{text:?}"),
    }
}
