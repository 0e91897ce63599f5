//! YAML 1.2 (core schema), of which JSON is a part, into a tree with places.

mod scalar;

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use crate::diag::{Code, Finding, Findings};
use crate::origin::{StepId, Steps};
use crate::source::repair::Repaired;
use crate::source::tree::{Member, Node, Object, Value};
use crate::source::{File, Origin};
pub(super) use scalar::number_range;
use scalar::{oversized, resolve};

/// Deepest nesting.
pub(super) const MAX_DEPTH: usize = 96;
/// Most values of one file.
const MAX_NODES: usize = 2_000_000;
/// Most values that aliases repeat.
const MAX_REPEATED: usize = 400_000;

/// Reads a file's text. What could be read is returned even where there are findings.
pub(crate) fn parse(file: &Arc<File>) -> (Option<Node>, Findings) {
    let mut reader = Reader::new(file, None);
    let mut node = reader.document();
    if node.is_none()
        && let Some(repaired) = crate::source::repair::repair(file.text())
    {
        // Common parsers take more than YAML 1.2 allows.
        let mut second = Reader::new(file, Some(repaired));
        let again = second.document();
        if again.is_some() {
            (reader, node) = (second, again);
        }
    }
    file.keep(reader.steps);
    (node, reader.findings)
}

struct Reader<'a> {
    file: &'a Arc<File>,
    /// Byte of each character; empty where all are ASCII.
    bytes: Vec<usize>,
    findings: Findings,
    /// The text that is read in place of the file's.
    repaired: Option<String>,
    nodes: usize,
    repeated: usize,
    anchors: HashMap<usize, Node>,
    steps: Steps,
}

/// A collection that is being read.
enum Frame {
    List {
        items: Vec<Node>,
        start: Span,
        anchor: usize,
        step: StepId,
    },
    Map {
        object: Object,
        merges: Vec<Node>,
        key: Option<Key>,
        start: Span,
        anchor: usize,
        step: StepId,
    },
}

struct Key {
    text: String,
    origin: Origin,
    merge: bool,
    step: StepId,
}

/// Reading cannot go on; the reason is among the findings.
struct Stop;

impl<'a> Reader<'a> {
    fn new(file: &'a Arc<File>, repaired: Option<Repaired>) -> Self {
        let text = file.text();
        let (bytes, repaired) = match repaired {
            Some(repaired) => (repaired.bytes, Some(repaired.text)),
            None if text.is_ascii() => (Vec::new(), None),
            None => (text.char_indices().map(|(at, _)| at).collect(), None),
        };
        Self {
            file,
            bytes,
            findings: Findings::new(),
            repaired,
            nodes: 0,
            repeated: 0,
            anchors: HashMap::new(),
            steps: Steps::new(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            character
        } else {
            self.bytes
                .get(character)
                .copied()
                .unwrap_or(self.file.text().len())
        }
    }

    fn origin(&self, span: Span) -> Origin {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        Origin::new(self.file, start, end.max(start))
    }

    /// The step of the value that comes next.
    fn step(&mut self, stack: &[Frame]) -> StepId {
        match stack.last() {
            Some(Frame::List { items, step, .. }) => {
                let (parent, index) = (*step, items.len());
                self.steps.item(parent, index)
            }
            Some(Frame::Map { key: Some(key), .. }) => key.step,
            _ => StepId::default(),
        }
    }

    fn report(&mut self, code: Code, origin: &Origin, message: impl Into<String>) {
        self.findings.report(code, origin, message);
    }

    fn document(&mut self) -> Option<Node> {
        let file = Arc::clone(self.file);
        let repaired = self.repaired.take();
        let text = repaired.as_deref().unwrap_or(file.text());
        let mut stack: Vec<Frame> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    let at = self.byte(error.marker().index());
                    let origin = Origin::new(self.file, at, at);
                    self.findings.push(syntax(&origin, error.info()));
                    return None;
                }
            };
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let origin = self.origin(span);
                    self.report(
                        Code::NotOneDocument,
                        &origin,
                        "a second YAML document starts here; a spec file holds one",
                    );
                    return root;
                }
            }
            match self.event(event, span, &mut stack) {
                Ok(Some(node)) => root = Some(node),
                Ok(None) => {}
                Err(Stop) => return None,
            }
        }
        if root.is_none() && self.findings.is_empty() {
            let origin = Origin::new(self.file, 0, 0);
            self.report(Code::NotOneDocument, &origin, "the file is empty");
        }
        root
    }

    /// Takes one event; gives the root when it is complete.
    fn event(
        &mut self,
        event: Event<'_>,
        span: Span,
        stack: &mut Vec<Frame>,
    ) -> Result<Option<Node>, Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(Frame::Map {
                    key: key @ None,
                    step: parent,
                    ..
                }) = stack.last_mut()
                {
                    let made = self.key(&text, style, tag.as_deref(), (span, *parent));
                    if anchor != 0 {
                        let node = Node::string(made.text.clone(), made.origin.clone());
                        self.anchors.insert(anchor, node);
                    }
                    *key = Some(made);
                    return Ok(None);
                }
                let step = self.step(stack);
                let origin = self.origin(span).at(step);
                let value = self.scalar(&text, style, tag.as_deref(), &origin);
                let node = Node::new(value, origin);
                self.complete(node, anchor, stack)
            }
            Event::Alias(anchor) => self.alias(anchor, span, stack),
            Event::SequenceStart(anchor, tag) => {
                self.open(stack, span, tag.as_deref(), "seq")?;
                let step = self.step(stack);
                stack.push(Frame::List {
                    items: Vec::new(),
                    start: span,
                    anchor,
                    step,
                });
                Ok(None)
            }
            Event::MappingStart(anchor, tag) => {
                self.open(stack, span, tag.as_deref(), "map")?;
                let step = self.step(stack);
                stack.push(Frame::Map {
                    object: Object::new(),
                    merges: Vec::new(),
                    key: None,
                    start: span,
                    anchor,
                    step,
                });
                Ok(None)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span, stack),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(None),
        }
    }

    /// A key of a mapping. One that YAML reads as another type is taken as it is written.
    fn key(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        (span, parent): (Span, StepId),
    ) -> Key {
        let plain = style == ScalarStyle::Plain;
        let tagged = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
        let merge = plain && text == "<<";
        // A status without quotes is what most documents write.
        let other = || match resolve(text) {
            Some(Value::String(_)) => false,
            Some(Value::Number(number)) => number.is_f64(),
            _ => true,
        };
        let origin = self.origin(span);
        if plain && !tagged && !merge && other() {
            let message = format!("the key `{text}` is not a string");
            let finding = Finding::new(Code::KeyNotString, &origin, message);
            self.findings
                .push(finding.help(format!("write it in quotes: '{text}'")));
        }
        let step = self.steps.key(parent, text);
        Key {
            text: text.to_owned(),
            origin: origin.at(step),
            merge,
            step,
        }
    }

    fn alias(
        &mut self,
        anchor: usize,
        span: Span,
        stack: &mut [Frame],
    ) -> Result<Option<Node>, Stop> {
        let origin = self.origin(span);
        if let Some(Frame::Map { key: None, .. }) = stack.last() {
            self.report(Code::KeyNotString, &origin, "an alias cannot be a key");
            return Err(Stop);
        }
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            let message = "the alias refers to a node that contains it";
            self.report(Code::Syntax, &origin, message);
            return Err(Stop);
        };
        self.repeated = self.repeated.saturating_add(count(&node));
        self.bound(stack.len() + depth(&node), &origin)?;
        self.complete(node, 0, stack)
    }

    fn open(
        &mut self,
        stack: &[Frame],
        span: Span,
        tag: Option<&Tag>,
        expected: &str,
    ) -> Result<(), Stop> {
        let origin = self.origin(span);
        if matches!(stack.last(), Some(Frame::Map { key: None, .. })) {
            self.report(
                Code::KeyNotString,
                &origin,
                "a key is a list or an object; only strings can be keys",
            );
            return Err(Stop);
        }
        if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && tag.suffix == expected))
        {
            self.report(
                Code::Tag,
                &origin,
                format!("the tag `{tag}` is not supported here"),
            );
        }
        self.nodes += 1;
        self.bound(stack.len() + 1, &origin)
    }

    fn bound(&mut self, depth: usize, origin: &Origin) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            self.report(
                Code::TooLarge,
                origin,
                format!("nested deeper than {MAX_DEPTH} levels"),
            );
            return Err(Stop);
        }
        for (count, limit, what) in [
            (self.nodes, MAX_NODES, ""),
            (self.repeated, MAX_REPEATED, " that aliases repeat"),
        ] {
            if count > limit {
                let message = format!("more than {limit} values{what}");
                self.report(Code::TooLarge, origin, message);
                return Err(Stop);
            }
        }
        Ok(())
    }

    fn close(&mut self, end: Span, stack: &mut Vec<Frame>) -> Result<Option<Node>, Stop> {
        let (value, start, anchor, step) = match stack.pop() {
            Some(Frame::List {
                items,
                start,
                anchor,
                step,
            }) => (Value::Array(items), start, anchor, step),
            Some(Frame::Map {
                mut object,
                merges,
                start,
                anchor,
                step,
                ..
            }) => {
                for merged in merges {
                    if let Value::Object(members) = merged.value {
                        for (key, member) in members.into_inner() {
                            object.entry(key).or_insert(member);
                        }
                    }
                }
                (object.into(), start, anchor, step)
            }
            None => return Ok(None),
        };
        let from = self.byte(start.start.index());
        let text = self.file.text();
        // A block's end event is at the next token: what counts is the text before it.
        let to = self.byte(end.end.index()).max(from);
        let to = from
            + text
                .get(from..to)
                .map_or(0, |inside| inside.trim_end().len());
        let origin = Origin::new(self.file, from, to).at(step);
        self.complete(Node::new(value, origin), anchor, stack)
    }

    /// Puts a complete value into the collection that is being read; gives it back if it is the root.
    fn complete(
        &mut self,
        node: Node,
        anchor: usize,
        stack: &mut [Frame],
    ) -> Result<Option<Node>, Stop> {
        self.nodes += 1;
        self.bound(stack.len(), &node.origin)?;
        if anchor != 0 {
            self.repeated = self.repeated.saturating_add(count(&node));
            self.anchors.insert(anchor, node.clone());
        }
        match stack.last_mut() {
            None => Ok(Some(node)),
            Some(Frame::List { items, .. }) => {
                items.push(node);
                Ok(None)
            }
            Some(Frame::Map {
                object,
                merges,
                key,
                ..
            }) => {
                let Some(key) = key.take() else {
                    return Ok(None);
                };
                if key.merge {
                    self.merge(node, merges);
                    return Ok(None);
                }
                if let Some(first) = object.get(&key.text) {
                    let finding = Finding::new(
                        Code::DuplicateKey,
                        &key.origin,
                        format!("duplicate key `{}`", key.text),
                    )
                    .note(&first.key, "first here");
                    self.findings.push(finding);
                }
                // Of two, the last counts, as in other parsers.
                object.insert(
                    key.text,
                    Member {
                        key: key.origin,
                        node,
                    },
                );
                Ok(None)
            }
        }
    }

    fn merge(&mut self, node: Node, merges: &mut Vec<Node>) {
        match node.value {
            Value::Object(_) => merges.push(node),
            Value::Array(items) => {
                for item in items {
                    if item.as_object().is_some() {
                        merges.push(item);
                    } else {
                        let message = format!("`<<` merges objects; this is {}", item.kind());
                        self.report(Code::MergeKey, &item.origin, message);
                    }
                }
            }
            _ => {
                let message = format!(
                    "`<<` merges an object or a list of objects; this is {}",
                    node.kind()
                );
                self.report(Code::MergeKey, &node.origin, message);
            }
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        origin: &Origin,
    ) -> Value {
        if let Some(tag) = tag {
            if tag.is_yaml_core_schema() && tag.suffix == "str" {
                return Value::String(text.to_owned());
            }
            let fits = tag.is_yaml_core_schema()
                && match (tag.suffix.as_str(), resolve(text)) {
                    ("null", Some(Value::Null)) | ("bool", Some(Value::Bool(_))) => true,
                    ("int", Some(Value::Number(number))) => !number.is_f64(),
                    ("float", Some(Value::Number(_))) => true,
                    _ => false,
                };
            if !fits {
                self.report(
                    Code::Tag,
                    origin,
                    format!("the tag `{tag}` is not supported here"),
                );
                return Value::String(text.to_owned());
            }
        } else if style != ScalarStyle::Plain {
            return Value::String(text.to_owned());
        }
        let value = resolve(text);
        if value.is_none() || oversized(text) {
            self.findings.push(number_range(origin, text));
        }
        value.unwrap_or_else(|| Value::String(text.to_owned()))
    }
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(object) => object.values().map(|member| count(&member.node)).sum(),
        _ => 0,
    }
}

fn depth(node: &Node) -> usize {
    1 + match &node.value {
        Value::Array(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => object
            .values()
            .map(|member| depth(&member.node))
            .max()
            .unwrap_or(0),
        _ => 0,
    }
}

/// The parser's words, with help for what people meet most.
fn syntax(origin: &Origin, info: &str) -> Finding {
    let finding = Finding::new(Code::Syntax, origin, format!("not YAML: {info}"));
    let lower = info.to_lowercase();
    let line = origin.file().map_or("", |file| file.line(origin.line()));
    if lower.contains("unprintable") {
        finding.help("the file is not text, or has control characters: remove them")
    } else if lower.contains("tab") || line.starts_with('\t') {
        finding.help("indent with spaces, not with tabs")
    } else if lower.contains("mapping values are not allowed") {
        finding.help(
            "a value with `: ` in it needs quotes; or the indentation differs from the line above",
        )
    } else if lower.contains("anchor") {
        finding.help("an alias `*name` needs an anchor `&name` before it")
    } else if lower.contains("quoted scalar") || lower.contains("unclosed") {
        finding.help("a quote or bracket is not closed")
    } else {
        finding.help("check indentation, quotes and brackets here and on the line above")
    }
}
