//! Reading an object by its keys, with what is wrong as findings: wrong types, missing and unknown keys.

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding, Findings, nearest};
use crate::normalized::{Extensions, Spanned, Version};
use crate::source::{Member, Node, Object, Origin, Value};

use super::{Named, RefOr, Reference};

/// What reads typed objects.
pub(crate) struct Reader<'f> {
    pub(crate) version: Version,
    /// The document's root, which has the `components.mediaTypes` that references name.
    pub(crate) root: Option<&'f Node>,
    pub(crate) findings: &'f mut Findings,
}

impl Reader<'_> {
    /// Reports a warning.
    pub(super) fn warn(&mut self, code: Code, origin: &Origin, message: impl Into<String>) {
        self.findings.warn(code, origin, message);
    }

    /// A value of a wrong type.
    pub(super) fn wrong(&mut self, node: &Node, expected: &str) {
        let mut finding = Finding::new(
            Code::WrongType,
            &node.origin,
            format!("{} is {}; expected {expected}", last(node), node.kind()),
        )
        .costs(Cost::Nothing);
        if node.is_null() {
            finding = finding.help("give it a value, or leave the key out");
        }
        self.findings.push(finding);
    }

    /// A string; a number or boolean is taken as it is written.
    pub(super) fn text(&mut self, node: &Node) -> Option<Spanned<String>> {
        let text = match &node.value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => {
                self.findings.push(
                    Finding::new(
                        Code::WrongType,
                        &node.origin,
                        format!("{} is {}; expected a string", last(node), node.kind()),
                    )
                    .costs(Cost::Nothing)
                    .help("write it in quotes"),
                );
                node.written()
            }
            _ => {
                self.wrong(node, "a string");
                return None;
            }
        };
        Some(Spanned::new(text, &node.origin))
    }

    /// A boolean; the strings `true` and `false` are taken too.
    pub(super) fn flag(&mut self, node: &Node) -> Option<Spanned<bool>> {
        let flag = match &node.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => {
                self.wrong(node, "a boolean");
                match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "yes" | "on" => Some(true),
                    "false" | "no" | "off" => Some(false),
                    _ => None,
                }
            }
            _ => {
                self.wrong(node, "a boolean");
                None
            }
        };
        flag.map(|flag| Spanned::new(flag, &node.origin))
    }

    /// An integer that is not negative. What is too large for 64 bits, or is written as text or with a fraction of zero, is taken.
    pub(super) fn count(&mut self, node: &Node) -> Option<Spanned<u64>> {
        let count = match &node.value {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if count.is_none() || node.as_u64().is_none() {
            let mut finding = Finding::new(
                Code::WrongType,
                &node.origin,
                match &node.value {
                    Value::Number(number) => format!(
                        "{} is {number}; expected a non-negative integer",
                        last(node)
                    ),
                    _ => format!(
                        "{} is {}; expected a non-negative integer",
                        last(node),
                        node.kind()
                    ),
                },
            )
            .costs(Cost::Nothing);
            if node.is_null() {
                finding = finding.help("give it a value, or leave the key out");
            }
            self.findings.push(finding);
        }
        count.map(|count| Spanned::new(count, &node.origin))
    }

    /// A number; one that is written as text is taken.
    pub(super) fn number(&mut self, node: &Node) -> Option<Spanned<serde_json::Number>> {
        let number = match &node.value {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => {
                self.wrong(node, "a number");
                serde_json::from_str(text.trim()).ok()
            }
            _ => {
                self.wrong(node, "a number");
                None
            }
        };
        number.map(|number| Spanned::new(number, &node.origin))
    }

    /// The members of an object.
    pub(super) fn object<'n>(&mut self, node: &'n Node) -> Option<&'n Object> {
        if node.as_object().is_none() {
            self.wrong(node, "an object");
        }
        node.as_object()
    }

    /// The items of a list; a single value is taken as a list of one where `single` says so.
    pub(super) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        if node.as_array().is_none() {
            self.wrong(node, "a list");
        }
        node.as_array().unwrap_or_default()
    }

    /// A list of strings.
    pub(super) fn texts(&mut self, node: &Node) -> Vec<Spanned<String>> {
        if let Value::String(text) = &node.value {
            self.wrong(node, "a list");
            return vec![Spanned::new(text.clone(), &node.origin)];
        }
        let items = self.list(node);
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    /// One of these words.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        self.needed_word(node, words, Cost::Nothing)
    }

    /// One of these words, with what it costs where it is none.
    pub(super) fn needed_word<T: Copy>(
        &mut self,
        node: &Node,
        words: &[(&'static str, T)],
        cost: Cost,
    ) -> Option<Spanned<T>> {
        let text = self.text(node)?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text.value)
            .or_else(|| {
                words
                    .iter()
                    .find(|(word, _)| word.eq_ignore_ascii_case(text.value.trim()))
            });
        if found.is_none_or(|(word, _)| *word != text.value) {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.findings.push(
                Finding::new(
                    Code::BadValue,
                    &node.origin,
                    format!(
                        "{} is `{}`; expected {}",
                        last(node),
                        text.value,
                        one_of(&names)
                    ),
                )
                .costs(if found.is_some() { Cost::Nothing } else { cost })
                .suggest(&text.value, names.iter().copied()),
            );
        }
        found.map(|(_, value)| Spanned::new(*value, &node.origin))
    }

    /// Names of an object's members, of which nothing else is read.
    pub(super) fn names(&mut self, node: &Node) -> Vec<Spanned<String>> {
        let members = self.object(node).into_iter().flatten();
        members
            .map(|(name, member)| Spanned::new(name.clone(), &member.key))
            .collect()
    }

    /// An object by name, each read in the same way.
    pub(super) fn map<T>(
        &mut self,
        node: &Node,
        mut read: impl FnMut(&mut Self, &str, &Member) -> Option<T>,
    ) -> IndexMap<String, T> {
        let mut made = IndexMap::new();
        for (name, member) in self.object(node).into_iter().flatten() {
            if let Some(value) = read(self, name, member) {
                made.insert(name.clone(), value);
            }
        }
        made
    }

    /// The same, with where each name is written.
    pub(super) fn named<T>(
        &mut self,
        node: &Node,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> IndexMap<String, Named<T>> {
        self.map(node, |reader, _, member| {
            Some(Named {
                key: member.key.clone(),
                value: read(reader, &member.node)?,
            })
        })
    }

    /// An object, or a reference to one.
    pub(super) fn ref_or<T>(
        &mut self,
        node: &Node,
        read: impl FnOnce(&mut Self, &Node) -> Option<T>,
    ) -> Option<RefOr<T>> {
        match self.reference(node) {
            Some(reference) => Some(RefOr::Ref(reference)),
            None => read(self, node).map(RefOr::Item),
        }
    }

    /// The reference that an object is. Keys beside it are ignored, apart from 3.1's `summary` and `description`.
    pub(super) fn reference(&mut self, node: &Node) -> Option<Reference> {
        let object = node.as_object()?;
        let target = self.text(&object.get("$ref")?.node)?;
        let mut description = None;
        for (name, member) in object {
            match name.as_str() {
                "$ref" => {}
                "summary" | "description" if self.version > Version::V3_0 => {
                    if name == "description" {
                        description = self.text(&member.node);
                    }
                }
                name if name.starts_with("x-") => {}
                name => self.sibling(name, member),
            }
        }
        Some(Reference {
            target,
            description,
        })
    }

    /// A keyword beside a schema's `$ref` that is read, though OpenAPI 3.0 says otherwise.
    pub(super) fn read_sibling(&mut self, name: &str, member: &Member) {
        self.findings.push(
            Finding::new(
                Code::RefSiblings,
                &member.key,
                format!("`{name}` beside `$ref` is read; by OpenAPI 3.0 it is ignored"),
            )
            .costs(Cost::Nothing)
            .help("write `allOf: [{$ref: …}]` with the other keys beside it, or use OpenAPI 3.1"),
        );
    }

    /// A key beside `$ref` that has no effect.
    pub(super) fn sibling(&mut self, name: &str, member: &Member) {
        self.findings.push(
            Finding::new(
                Code::RefSiblings,
                &member.key,
                format!("`{name}` beside `$ref` is ignored"),
            )
            .costs(Cost::Nothing)
            .help("write `allOf: [{$ref: …}]` with the other keys beside it, or use OpenAPI 3.1"),
        );
    }

    /// A key that the object does not know. `x-` keys are kept, and those near to one of Lavka's are reported.
    pub(super) fn unknown(
        &mut self,
        title: &str,
        name: &str,
        member: &Member,
        keys: &[&str],
        extensions: &mut Extensions,
    ) {
        if name.starts_with("x-") {
            let own = keys.iter().copied().filter(|key| key.starts_with("x-"));
            // Others have extensions too: only a slip of one letter is reported.
            let slip =
                nearest(name, own).filter(|meant| strsim::damerau_levenshtein(name, meant) == 1);
            if let Some(meant) = slip {
                self.findings.push(
                    Finding::new(
                        Code::UnknownExtension,
                        &member.key,
                        format!("`{name}` of {title} is not known to Lavka"),
                    )
                    .help(format!("did you mean `{meant}`?")),
                );
            } else if super::extension_keys::KEYS.contains(&name) {
                self.findings.report(
                    Code::UnknownExtension,
                    &member.key,
                    format!("`{name}` has no effect in {title}"),
                );
            }
            extensions.insert(name.to_owned(), member.node.clone());
            return;
        }
        let mut finding = Finding::new(
            Code::UnknownKey,
            &member.key,
            format!("unknown key `{name}` in {title}"),
        )
        .costs(Cost::Nothing)
        .suggest(name, keys.iter().copied());
        if finding.help.is_none() {
            let extension = format!("x-{name}");
            finding = if keys.contains(&extension.as_str()) {
                finding.help(format!("did you mean `{extension}`?"))
            } else {
                finding.help("it is ignored; use an `x-` prefix for extensions")
            };
        }
        self.findings.push(finding);
    }
}

/// An object that is being read: remembers which keys were asked for, so that the others can be reported.
pub(super) struct Fields<'n> {
    pub(super) node: &'n Node,
    object: &'n Object,
    title: &'static str,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// Begins to read an object.
    pub(super) fn new(
        reader: &mut Reader<'_>,
        node: &'n Node,
        title: &'static str,
    ) -> Option<Self> {
        let Some(object) = node.as_object() else {
            reader.findings.warn(
                Code::WrongType,
                &node.origin,
                format!("{title} is {}; expected an object", node.kind()),
            );
            return None;
        };
        Some(Self {
            node,
            object,
            title,
            asked: Vec::new(),
        })
    }

    /// A member.
    pub(super) fn member(&mut self, key: &'static str) -> Option<&'n Member> {
        self.asked.push(key);
        self.object.get(key)
    }

    /// A member's value; null counts as absent, with a warning.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.member(key).map(|member| &member.node)
    }

    /// A string.
    pub(super) fn text(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Spanned<String>> {
        self.get(key).and_then(|node| reader.text(node))
    }

    /// A string that must be there. Where it is missing, it is empty, and a warning says so.
    pub(super) fn required(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Spanned<String> {
        let node = self.get(key);
        if node.is_none() {
            self.missing(reader, key, Cost::Nothing);
        }
        node.and_then(|node| reader.text(node))
            .unwrap_or_else(|| Spanned::new(String::new(), &self.node.origin))
    }

    /// A boolean.
    pub(super) fn flag(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Spanned<bool>> {
        self.get(key).and_then(|node| reader.flag(node))
    }

    /// A non-negative integer.
    pub(super) fn count(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Spanned<u64>> {
        self.get(key).and_then(|node| reader.count(node))
    }

    /// A list of strings.
    pub(super) fn texts(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Vec<Spanned<String>> {
        self.get(key)
            .map_or_else(Vec::new, |node| reader.texts(node))
    }

    /// Reports a required key that is missing.
    pub(super) fn missing(&mut self, reader: &mut Reader<'_>, key: &'static str, cost: Cost) {
        let near = self
            .object
            .keys()
            .map(String::as_str)
            .filter(|name| !self.asked.contains(name));
        let mut finding = Finding::new(
            Code::MissingKey,
            &self.node.origin.head(),
            format!("`{key}` of {} is missing", self.title),
        )
        .costs(cost);
        if let Some(meant) = nearest(key, near) {
            finding = finding.help(format!("is `{meant}` meant to be `{key}`?"));
        }
        reader.findings.push(finding);
    }

    /// Reports the keys that were not asked for, and gives those that begin with `x-`.
    pub(super) fn finish(self, reader: &mut Reader<'_>) -> Extensions {
        let mut extensions = Extensions::new();
        for (name, member) in self.object {
            if !self.asked.contains(&name.as_str()) {
                reader.unknown(self.title, name, member, &self.asked, &mut extensions);
            }
        }
        extensions
    }
}

/// The value's key, for messages.
pub(super) fn last(node: &Node) -> String {
    node.origin
        .key_name()
        .map_or_else(|| "the value".to_owned(), |key| format!("`{key}`"))
}

/// ``` `a`, `b` or `c` ```
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [rest @ .., end] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{end}`", rest.join(", "))
        }
    }
}

/// A float that is a whole number, as the integer nearest to it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number.fract() == 0.0).then_some(number as u64)
}
