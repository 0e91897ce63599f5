//! Methods that give parts of a reply while they arrive: items of a list, events, lines, bytes.

use lavka_model::model::{Api, Codec, Content, Operation as Fact, TypeRef};

use crate::plan::docs::Docs;
use crate::plan::media::Formats;
use crate::plan::names::Name;
use crate::plan::replies::{StreamForm, is_bytes};
use crate::plan::rust_type::{Runtime, RustType};
use crate::plan::spelling::Case;

/// A method that gives items while they arrive.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name.
    pub name: Name,
    /// Name of the method that takes the options too, where the operation has some.
    pub with: Name,
    /// Documentation of both; empty in an outline.
    pub docs: Docs,
    /// What it gives.
    pub output: RustType,
    /// What the items are.
    pub form: StreamForm,
    /// The operation that asks for this form; `None` where the operation itself does.
    pub asks: Option<Asked>,
}

/// An operation that asks for another media type.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of its constant.
    pub constant: Name,
    /// Documentation of the constant; empty in an outline.
    pub docs: Docs,
    /// The media type.
    pub media_type: String,
}

/// What can be streamed of a reply, before it has names.
pub(super) struct Streamed {
    /// What is put behind the names of the operation's methods, without and with options.
    pub(super) behind: (&'static str, &'static str),
    output: RustType,
    form: StreamForm,
    /// The media type to ask for, where the operation itself asks for another one.
    asks: Option<String>,
}

/// What can be streamed of an operation's reply.
pub(super) fn streamed(api: &Api, fact: &Fact) -> Vec<Streamed> {
    let all = fact.successes();
    let own = |output: RustType, form: StreamForm| Streamed {
        behind: ("_stream", "_stream_with"),
        output,
        form,
        asks: None,
    };
    let mut found = Vec::new();
    if let [response] = all.as_slice() {
        let contents = &response.contents;
        if fact.safe {
            found.extend(list(contents).map(|(item, form)| own(item.items(), form)));
        }
        found.extend(beside(contents));
    }
    if !all.is_empty() && all.iter().all(|response| is_bytes(api, response)) {
        found.insert(
            0,
            own(RustType::Runtime(Runtime::Download), StreamForm::Bytes),
        );
    }
    found
}

/// The items of a list in one format.
fn list(contents: &[Content]) -> Option<(RustType, StreamForm)> {
    let content = Content::asked(contents)?;
    let TypeRef::List(item) = &content.ty else {
        return None;
    };
    let form = match Formats::among(contents, content) {
        _ if content.nullable => return None,
        Formats::Json if matches!(content.codec, Codec::Json { .. }) => StreamForm::Json,
        Formats::Xml => StreamForm::Xml,
        _ => return None,
    };
    Some((RustType::of(item, false), form))
}

/// Events and lines beside a reply that is not a stream.
fn beside(contents: &[Content]) -> Vec<Streamed> {
    let is_stream =
        |content: &Content| matches!(content.codec, Codec::EventStream | Codec::JsonLines);
    if Content::asked(contents).is_none_or(is_stream) {
        return Vec::new();
    }
    let mut found: Vec<Streamed> = Vec::new();
    for content in contents.iter().filter(|content| is_stream(content)) {
        let behind = match content.codec {
            Codec::JsonLines => ("_lines", "_lines_with"),
            _ => ("_events", "_events_with"),
        };
        if found.iter().any(|known| known.behind == behind) {
            continue;
        }
        let item = RustType::of(&content.ty, false);
        found.push(Streamed {
            behind,
            form: StreamForm::of(&content.codec, &item),
            output: item.items(),
            asks: Some(content.media_type.clone()),
        });
    }
    found
}

impl Streamed {
    /// The method of an operation with this name and constant.
    pub(super) fn method(&self, name: &Name, constant: &Name) -> Stream {
        let (behind, with) = self.behind;
        Stream {
            name: name.affixed("", behind),
            with: name.affixed("", with),
            docs: Docs::default(),
            output: self.output.clone(),
            form: self.form,
            asks: self.asks.clone().map(|media_type| Asked {
                constant: constant.in_case(Case::Shouty, &behind.to_ascii_uppercase()),
                docs: Docs::default(),
                media_type,
            }),
        }
    }
}
