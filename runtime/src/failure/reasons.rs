//! What a body says about a failure, read piece by piece: a part of another shape than documented costs no other part.

use super::names::*;
use super::pieces::{
    Map, add, fill, found, found_scalar, inner_text, is_json, is_one_of, localized, same,
};
use super::tree::Tree;
use super::{Failure, FailureItem, FailureShape};

/// The most errors that are kept.
const MOST: usize = 100;
/// How deep a reason is looked for in a body whose top says nothing.
const SEARCHED: usize = 6;

/// What a body says. `None` where nothing is recognized.
pub(super) fn read(tree: &Tree, shapes: &[&FailureShape]) -> Option<Failure> {
    let reader = Reader { shapes };
    let failure = match tree {
        Tree::Map(map) if reader.is_field_map(map) => {
            let mut failure = Failure::default();
            reader.errors(tree, None, &mut failure.errors);
            failure
        }
        Tree::Map(map) => {
            let mut failure = reader.map(map);
            if is_empty(&failure) {
                failure = reader.deeper(map, SEARCHED).unwrap_or(failure);
            }
            failure
        }
        Tree::List(_) => {
            let mut failure = Failure::default();
            reader.errors(tree, None, &mut failure.errors);
            failure
        }
        other => Failure {
            message: other.scalar().map(str::to_owned),
            ..Failure::default()
        },
    };
    (!is_empty(&failure) || failure.code.is_some()).then_some(failure)
}

/// The same for the root element of an XML body, which may be the list of errors itself.
pub(super) fn read_root(name: &str, content: &Tree, shapes: &[&FailureShape]) -> Option<Failure> {
    let reader = Reader { shapes };
    if reader.is_errors(name) {
        let mut failure = match content {
            Tree::Map(map) if reader.is_item(map, false) => reader.map(map),
            _ => Failure::default(),
        };
        if is_empty(&failure) {
            reader.errors(content, None, &mut failure.errors);
        }
        return (!is_empty(&failure)).then_some(failure);
    }
    read(content, shapes)
}

fn is_empty(failure: &Failure) -> bool {
    failure.message.is_none() && failure.errors.is_empty()
}

/// Whether a name is a code: PayPal's `UNPROCESSABLE_ENTITY`.
fn is_constant(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.contains('_') && name.bytes().all(is_part)
}

/// RFC 9457 repeats the HTTP status in the body, where another API has its own.
fn is_http_status(text: &str) -> bool {
    text.len() == 3 && matches!(text.parse(), Ok(100_u16..=599))
}

struct Reader<'s> {
    shapes: &'s [&'s FailureShape],
}

impl Reader<'_> {
    /// The API's own names, then the usual ones.
    fn names(
        &self,
        own: fn(&FailureShape) -> &'static [&'static str],
        usual: &[&'static str],
    ) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        let mut add = |more: &[&'static str]| {
            for name in more {
                if !is_one_of(name, &names) {
                    names.push(name);
                }
            }
        };
        for shape in self.shapes {
            add(own(shape));
        }
        add(usual);
        names
    }

    fn is_errors(&self, name: &str) -> bool {
        is_one_of(name, &self.names(|shape| shape.errors, ERRORS))
    }

    /// A map of fields to what is wrong with them: nothing but lists of texts, also of fields of fields, and under names that
    /// explain elsewhere (`title`).
    fn is_field_map(&self, map: &Map) -> bool {
        fn texts(tree: &Tree) -> bool {
            match tree {
                // Of a list of things, those that are right have an empty map.
                Tree::List(items) => {
                    let is_right = |item: &Tree| matches!(item, Tree::Map(map) if map.is_empty());
                    let is_wrong = |item: &Tree| match item {
                        Tree::Map(_) => texts(item),
                        item => matches!(item, Tree::Text(_)),
                    };
                    items.iter().any(is_wrong)
                        && items.iter().all(|item| is_right(item) || is_wrong(item))
                }
                Tree::Map(map) => !map.is_empty() && map.iter().all(|(_, tree)| texts(tree)),
                _ => false,
            }
        }
        let explains = |name: &str| {
            self.is_errors(name) && !same(name, OF_THE_WHOLE)
                || is_one_of(name, &["message", "msg", "retdesc"])
        };
        let own = |name: &str| self.shapes.iter().any(|s| is_one_of(name, s.messages));
        !map.is_empty()
            && map
                .iter()
                .all(|(name, tree)| texts(tree) && !explains(name) && !own(name))
    }

    /// An object that explains a failure.
    fn map(&self, map: &Map) -> Failure {
        let mut failure = Failure {
            code: self.code(map),
            ..Failure::default()
        };
        self.message(map, &mut failure);
        for (name, tree) in found(map, &self.names(|shape| shape.errors, ERRORS)) {
            match tree {
                // Some frameworks write lists as texts.
                Tree::Text(text) if is_json(text) => {
                    self.errors(&tree.clone().unwrapped(), None, &mut failure.errors);
                }
                // `{"error": "invalid_grant", "error_description": "…"}`
                Tree::Text(text) if same(name, "error") && failure.message.is_some() => {
                    let text = text.trim();
                    if !text.contains(char::is_whitespace) && failure.code.is_none() {
                        failure.code = Some(text.to_owned()).filter(|text| !text.is_empty());
                    } else {
                        add(&mut failure, FailureItem::from(text.to_owned()));
                    }
                }
                Tree::Text(text) if failure.message.is_none() => {
                    failure.message = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                }
                // Often the message again.
                Tree::Text(text) if !text.trim().is_empty() => {
                    add(&mut failure, text.trim().to_owned().into());
                }
                // `{"error": {"code": 7, "message": "…", "errors": […]}}`
                Tree::Map(inner) if is_one_of(name, &["error", "fault", "err"]) => {
                    let inner_failure = self.map(inner);
                    if is_empty(&inner_failure) && inner_failure.code.is_none() {
                        self.errors(tree, None, &mut failure.errors);
                        continue;
                    }
                    failure.code = failure.code.or(inner_failure.code);
                    match (inner_failure.message, &failure.message) {
                        (Some(message), Some(_)) => add(&mut failure, message.into()),
                        (Some(message), None) => failure.message = Some(message),
                        (None, _) => {}
                    }
                    failure.errors.extend(inner_failure.errors);
                }
                // Kubernetes: `{"name": "x", "kind": "orders", "causes": […]}`
                Tree::Map(inner) if found(inner, &["kind"]).next().is_some() => {
                    for (_, causes) in found(inner, &["causes"]) {
                        self.errors(causes, None, &mut failure.errors);
                    }
                }
                // Whatever it is about: `"detail": [{"Type": "repository", "Name": "x"}]`
                Tree::List(items) if is_one_of(name, &["detail", "details"]) => {
                    for item in items.iter().filter(|item| !self.is_no_reason(item)) {
                        let item = std::slice::from_ref(item).to_vec();
                        self.errors(&Tree::List(item), None, &mut failure.errors);
                    }
                }
                other => self.errors(other, None, &mut failure.errors),
            }
        }
        self.inside(map, &mut failure);
        // Rails: `"exception": "#<NoMethodError: undefined method>"`; elsewhere it is the name of a class.
        if let Some(exception) = found_scalar(map, &["exception"]).filter(|text| text.contains(' '))
            && failure.message.is_some()
        {
            add(&mut failure, exception.to_owned().into());
        }
        if let Some(message) = &mut failure.message
            && message.contains('%')
        {
            for (_, parameters) in found(map, &["parameters"]) {
                fill(message, parameters);
            }
        }
        failure.errors.truncate(MOST);
        // One property may be both.
        if failure.code == failure.message {
            failure.code = None;
        }
        failure
    }

    /// What is wrong in detail, where that is a level deeper.
    fn inside(&self, map: &Map, failure: &mut Failure) {
        // `{"message": "…", "fields": {"price": "…"}}`, and HAL: `"_embedded": {"errors": […]}`
        // A text in several languages is an item, but says no more than a message.
        let is_text = |item: &FailureItem| !item.localized.is_empty();
        if failure.errors.iter().all(is_text) {
            for (name, tree) in found(
                map,
                &["fields", "embedded", "data", "extensions", "innererror"],
            ) {
                match tree {
                    Tree::Map(inner) if inner.iter().any(|(name, _)| self.is_errors(name)) => {
                        failure.errors.extend(self.map(inner).errors);
                    }
                    Tree::Map(_) if is_one_of(name, &["fields", "embedded"]) => {
                        self.errors(tree, None, &mut failure.errors);
                    }
                    // WordPress, and GraphQL of Laravel.
                    Tree::Map(inner) => {
                        for (_, tree) in found(inner, &["params", "validation"]) {
                            self.errors(tree, None, &mut failure.errors);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether an item of details has values only, and none that explains.
    fn is_no_reason(&self, item: &Tree) -> bool {
        let Tree::Map(map) = item else { return false };
        !self.is_item(map, true)
            && map
                .iter()
                .all(|(_, tree)| !matches!(tree, Tree::List(_) | Tree::Map(_)))
    }

    fn code(&self, map: &Map) -> Option<String> {
        // The status is the code of the whole, as the envelope has it.
        for shape in self.shapes {
            let status = found(map, shape.status).next();
            if let Some(text) = status.and_then(|(_, tree)| tree.scalar())
                && !shape.is_success(text)
                && !is_http_status(text)
            {
                return Some(text.to_owned());
            }
        }
        // AWS: `{"__type": "com.amazon.coral#ThrottlingException"}`
        let of_type = || {
            let (_, tree) = map.iter().find(|(name, _)| name == "__type")?;
            tree.scalar()?.rsplit('#').next()
        };
        found(map, &self.names(|shape| shape.codes, CODES))
            .find_map(|(_, tree)| tree.scalar().or_else(|| inner_text(tree)))
            .filter(|code| *code != "0")
            .or_else(of_type)
            .or_else(|| found_scalar(map, &["name"]).filter(|name| is_constant(name)))
            .map(str::to_owned)
    }

    fn message(&self, map: &Map, failure: &mut Failure) {
        let names = self.names(|shape| shape.messages, MESSAGES);
        let mut taken = "";
        for (name, tree) in found(map, &names) {
            match tree {
                Tree::List(_) | Tree::Map(_) if self.is_errors(name) => continue,
                Tree::Map(map) if map.len() == 1 && inner_text(tree).is_some() => {
                    failure.message = inner_text(tree).map(str::to_owned);
                }
                Tree::List(_) | Tree::Map(_) => match localized(tree) {
                    Some(localized) => failure.errors.push(FailureItem {
                        localized,
                        ..FailureItem::default()
                    }),
                    None => self.errors(tree, None, &mut failure.errors),
                },
                _ => failure.message = tree.scalar().map(str::to_owned),
            }
            if !is_empty(failure) {
                taken = name;
                break;
            }
        }
        let text = |name: &str| found_scalar(map, &[name]);
        // RFC 9457: the title says what kind of failure it is.
        if same(taken, "detail")
            && let (Some(title), Some(detail)) = (text("title"), &failure.message)
        {
            let separator = if title.ends_with(['.', '!', '?', ':']) {
                ""
            } else {
                ":"
            };
            failure.message = Some(format!("{title}{separator} {detail}"));
        }
        for name in FURTHER.iter().filter(|name| !same(taken, name)) {
            let Some(text) = text(name).filter(|_| failure.message.is_some()) else {
                continue;
            };
            // `{"message": "Quota exceeded", "reason": "quotaExceeded"}`
            let is_code = same("reason", name) && !text.contains(char::is_whitespace);
            match is_code && failure.code.is_none() {
                true => failure.code = Some(text.to_owned()),
                false => add(failure, text.to_owned().into()),
            }
        }
    }

    /// Whatever lists errors: texts, objects, a map of fields, one of these alone.
    fn errors(&self, tree: &Tree, field: Option<&str>, out: &mut Vec<FailureItem>) {
        if out.len() >= MOST {
            return;
        }
        match tree {
            Tree::Null | Tree::Bool(_) => {}
            Tree::Text(_) | Tree::Number(_) => {
                if let Some(text) = tree.scalar() {
                    out.push(FailureItem {
                        field: field.map(str::to_owned),
                        ..FailureItem::from(text.to_owned())
                    });
                }
            }
            Tree::List(items) => {
                for item in items {
                    match item {
                        Tree::Map(map) if self.is_item(map, true) => self.item(map, field, out),
                        other => self.errors(other, field, out),
                    }
                }
            }
            Tree::Map(map) if self.is_item(map, false) => self.item(map, field, out),
            Tree::Map(map) if map.len() > 1 && field.is_some() && localized(tree).is_some() => {
                out.push(FailureItem {
                    field: field.map(str::to_owned),
                    localized: localized(tree).unwrap_or_default(),
                    ..FailureItem::default()
                });
            }
            Tree::Map(map) => {
                // Rails: `<errors><title type="array"><title>is empty</title></title></errors>`
                let repeats =
                    |name: &str| field.is_some_and(|field| field.rsplit('.').next() == Some(name));
                // Symfony: `{"title": {"errors": ["is blank"]}}`
                let of_field = |name: &str| field.is_some() && same(name, "errors");
                // `[{"request_id": 1, "errors": […]}]`
                let inner = map.iter().find(|(name, tree)| {
                    let is_list = matches!(tree, Tree::List(_));
                    is_list && is_one_of(name, &["errors", "violations"])
                });
                if let (None, Some((_, inner))) = (field, inner) {
                    return self.errors(inner, None, out);
                }
                // PHP's lists with gaps.
                let is_number =
                    |name: &str| field.is_none() && name.bytes().all(|byte| byte.is_ascii_digit());
                let is_wrapper = |name: &str| {
                    is_one_of(name, WRAPPERS) || repeats(name) || of_field(name) || is_number(name)
                };
                // JSON-LD and Google: `"@type": "…"`
                for (name, value) in map.iter().filter(|(name, _)| !name.starts_with('@')) {
                    if is_wrapper(name) {
                        match value {
                            Tree::Map(map) if self.is_item(map, true) => self.item(map, field, out),
                            other => self.errors(other, field, out),
                        }
                        continue;
                    }
                    let path = match field {
                        Some(outer) => format!("{outer}.{name}"),
                        None => name.clone(),
                    };
                    self.errors(value, Some(&path), out);
                }
            }
        }
    }

    /// Whether an object is one error, and not a map of fields. In a list nothing else is likely; elsewhere a field may
    /// be called `title` or `description`.
    fn is_item(&self, map: &Map, in_list: bool) -> bool {
        let certain = [
            "message",
            "msg",
            "detail",
            "code",
            "errormessage",
            "errorcode",
            "faultstring",
            BESIDE,
        ];
        let mut names = self.names(
            |shape| shape.messages,
            if in_list { MESSAGES } else { &certain },
        );
        if in_list {
            names.extend(self.names(|shape| shape.codes, CODES));
        }
        // `<message lang="en">…</message>`
        let is_element = |tree: &Tree| matches!(tree, Tree::Map(inner) if found_scalar(inner, &[BESIDE]).is_some());
        let lists_rules =
            found(map, &["constraints"]).any(|(_, tree)| matches!(tree, Tree::Map(_)));
        in_list && lists_rules
            || found(map, &names).any(|(_, tree)| {
                tree.scalar().is_some()
                    || (in_list || map.len() > 1 || is_element(tree)) && localized(tree).is_some()
            })
            || found(map, &["reason"]).any(|(_, tree)| inner_text(tree).is_some())
    }

    fn item(&self, map: &Map, field: Option<&str>, out: &mut Vec<FailureItem>) {
        let mut inner = self.map(map);
        let own = found(map, FIELDS).find_map(|(name, tree)| match tree {
            Tree::Text(_) | Tree::Number(_) => {
                let taken = inner.message.as_deref() == tree.scalar() && is_one_of(name, MESSAGES);
                tree.scalar().filter(|_| !taken).map(str::to_owned)
            }
            // `["body", "items", 0]`
            Tree::List(items) => {
                let parts: Vec<&str> = items.iter().filter_map(Tree::scalar).collect();
                (!parts.is_empty()).then(|| parts.join("."))
            }
            // `{"pointer": "/data/attributes/title"}`
            Tree::Map(map) => {
                found(map, FIELDS).find_map(|(_, tree)| tree.scalar().map(str::to_owned))
            }
            _ => None,
        });
        let field = own.or_else(|| field.map(str::to_owned));
        // NestJS: `{"property": "price", "constraints": {"min": "must not be less than 0"}, "children": []}`
        for (_, tree) in found(map, &["constraints"]) {
            let Tree::Map(constraints) = tree else {
                continue;
            };
            for (name, text) in constraints {
                out.push(FailureItem {
                    code: Some(name.clone()),
                    field: field.clone(),
                    message: text.scalar().unwrap_or_default().to_owned(),
                    localized: Vec::new(),
                });
            }
            for (_, children) in found(map, &["children"]) {
                self.errors(children, field.as_deref(), out);
            }
            return;
        }
        let localized_first = inner.message.is_none()
            && inner
                .errors
                .first()
                .is_some_and(|item| !item.localized.is_empty());
        let localized = if localized_first {
            inner.errors.remove(0).localized
        } else {
            Vec::new()
        };
        out.push(FailureItem {
            code: inner.code,
            field,
            message: inner.message.unwrap_or_default(),
            localized,
        });
        out.append(&mut inner.errors);
    }

    /// The first object further inside that explains a failure.
    fn deeper(&self, map: &Map, levels: usize) -> Option<Failure> {
        let inner = || {
            map.iter().filter_map(|(_, tree)| match tree {
                Tree::Map(inner) => Some(inner.as_slice()),
                Tree::List(items) => match items.first() {
                    Some(Tree::Map(inner)) => Some(inner.as_slice()),
                    _ => None,
                },
                _ => None,
            })
        };
        let levels = levels.checked_sub(1)?;
        inner()
            .map(|map| self.map(map))
            .find(|failure| !is_empty(failure))
            .or_else(|| inner().find_map(|map| self.deeper(map, levels)))
    }
}
