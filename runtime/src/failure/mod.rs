//! Failures as servers report them: how they differ from successes, and what they say.

mod display;
mod head;
mod markup;
mod names;
mod pieces;
mod reasons;
mod status;
mod text;
mod tree;

pub(crate) use display::{Excerpt, Line, title};
pub(crate) use markup::unescape;
pub(crate) use status::reported;
pub(crate) use text::{php_warning, script_guard, start, to_text, utf16};

use std::time::Duration;

use tree::Tree;

/// A failure that a server reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The code of the whole, where there is one.
    pub code: Option<String>,
    /// The text of the whole, where there is one.
    pub message: Option<String>,
    /// What is wrong in detail.
    pub errors: Vec<FailureItem>,
}

/// One error of a [`Failure`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureItem {
    /// The server's code.
    pub code: Option<String>,
    /// The field of the request that it is about.
    pub field: Option<String>,
    /// The text.
    pub message: String,
    /// The text in several languages: language and text.
    pub localized: Vec<(String, String)>,
}

/// A text without a code.
impl From<String> for FailureItem {
    fn from(message: String) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }
}

/// How replies report a failure: names of properties (elements, in XML) at the top of a body. For generated code.
///
/// Usual names (`message`, `errors`, `code`, …) are looked for in any body that reports a failure; these come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureShape {
    /// Reports success or failure, whatever the HTTP status.
    pub status: &'static [&'static str],
    /// Values of the status that report success, as text. None: no value does.
    pub success: &'static [&'static str],
    /// Hold a code.
    pub codes: &'static [&'static str],
    /// Explain a failure.
    pub messages: &'static [&'static str],
    /// List errors.
    pub errors: &'static [&'static str],
    /// Hold what an operation returns. In the shape of an API: replies of operations that are documented without this
    /// wrapping may have it all the same.
    pub content: &'static [&'static str],
    /// The HTTP statuses whose bodies are documented so, from and to. Empty: any. Other bodies are read by it too, after
    /// the shapes of their own status.
    pub statuses: &'static [(u16, u16)],
}

impl FailureShape {
    /// Nothing is known; set what is by struct update.
    pub const NONE: Self = Self {
        status: &[],
        success: &[],
        codes: &[],
        messages: &[],
        errors: &[],
        content: &[],
        statuses: &[],
    };

    /// How closely the shape is documented for a status: the smaller, the closer.
    pub(crate) fn distance(&self, status: u16) -> u16 {
        let ranges = self.statuses.iter();
        let around = ranges.filter(|(from, to)| (*from..=*to).contains(&status));
        let widths = around.map(|(from, to)| to - from);
        widths.min().unwrap_or(u16::MAX)
    }

    /// Whether a value of the status reports success.
    pub(crate) fn is_success(&self, value: &str) -> bool {
        self.success.iter().any(|good| status::is_same(good, value))
    }

    /// Whether this distinguishes a success from a failure in a body with a success status.
    pub(crate) fn names_a_status(&self) -> bool {
        !self.status.is_empty() && !self.success.is_empty()
    }
}

impl Failure {
    /// Creates a failure with this text.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// Returns the same failure with a code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Returns the same failure with one more error.
    #[must_use]
    pub fn with_error(mut self, error: FailureItem) -> Self {
        self.errors.push(error);
        self
    }
}

/// Names of errors.
const ERRORS: [&str; 5] = ["error", "errors", "exception", "fault", "odata.error"];
/// Names of an error's number, and its values that are none.
const NUMBERS: [&str; 3] = ["error_code", "err_code", "errno"];
const NO_ERROR: [&str; 6] = ["", "ok", "success", "none", "null", "false"];
/// Names of an HTTP status in a body.
const HTTP_STATUSES: [&str; 4] = ["status", "status_code", "http_status", "code"];
/// Names of what explains an error beside those, and of nothing else that replies have at their top.
const EXPLANATIONS: [&str; 10] = [
    "message",
    "messages",
    "msg",
    "error_message",
    "error_description",
    "error_msg",
    "detail",
    "details",
    "reason",
    "retdesc",
];

/// Whether a body of which nothing is documented reports an error at its top: `error` or `errors` with something in it,
/// `{"success": false}`, `{"status": "error"}`.
pub(crate) fn names_an_error(text: &str) -> bool {
    match parsed(text) {
        Some((root, tree)) => {
            has_one_of(&root, &tree, &[&ERRORS])
                || reports_no_success(&tree)
                || is_soap_fault(&root, &tree)
        }
        None => begins_as_failure(text),
    }
}

/// `<Envelope><Body><Fault>…`
fn is_soap_fault(root: &str, tree: &Tree) -> bool {
    let Tree::Map(entries) = tree else {
        return false;
    };
    let mut bodies = entries.iter().filter(|(name, _)| name == "Body");
    root == "Envelope" && bodies.any(|(_, body)| has_one_of("", body, &[&["fault"]]))
}

/// How long a refusal asks to wait: `{"retry_after": 35}`, `{"error": {"details": [{"retryDelay": "30s"}]}}`.
pub(crate) fn wait(text: &str) -> Option<Duration> {
    const NAMES: [&str; 3] = ["retry_after", "retry_delay", "retry_after_seconds"];
    fn inside(tree: &Tree, depth: u8) -> Option<f64> {
        let depth = depth.checked_sub(1)?;
        match tree {
            Tree::List(items) => items.iter().find_map(|item| inside(item, depth)),
            Tree::Map(entries) => entries.iter().find_map(|(name, tree)| {
                let known = NAMES
                    .iter()
                    .any(|known| crate::json::same_name(name, known));
                let text = tree.scalar().filter(|_| known);
                let seconds = text.and_then(|text| text.trim_end_matches('s').parse().ok());
                seconds.or_else(|| inside(tree, depth))
            }),
            _ => None,
        }
    }
    let (_, tree) = parsed(text)?;
    Duration::try_from_secs_f64(inside(&tree, 4)?).ok()
}

/// Whether a body of which nothing is documented has a status of these shapes that is no success, itself or inside what it wraps.
pub(crate) fn reports_inside(text: &str, shapes: &[&FailureShape]) -> bool {
    fn inside(tree: &Tree, shapes: &[&FailureShape], wrappings: u8) -> bool {
        match tree {
            Tree::List(items) if wrappings > 0 => items
                .first()
                .is_some_and(|item| inside(item, shapes, wrappings - 1)),
            Tree::Map(entries) => entries.iter().any(|(name, value)| {
                let fails = |shape: &&FailureShape| {
                    let known = |known: &&str| crate::json::same_name(name, known);
                    let value = value.scalar();
                    shape.status.iter().any(known)
                        && value.is_some_and(|value| !shape.is_success(value))
                };
                let wraps = wrappings > 0 && entries.len() == 1;
                shapes
                    .iter()
                    .filter(|shape| shape.names_a_status())
                    .any(fails)
                    || wraps && inside(value, shapes, wrappings - 1)
            }),
            _ => false,
        }
    }
    parsed(text).is_some_and(|(_, tree)| inside(&tree, shapes, WRAPPINGS))
}

/// Whether a text begins with words that only failures begin with, or is the JSON value false.
fn begins_as_failure(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "error",
        "fail",
        "failed",
        "failure",
        "fatal",
        "exception",
        "unauthorized",
        "unauthorised",
        "forbidden",
        "denied",
        "access denied",
        "permission denied",
        "invalid",
        "not",
        "you are not",
        "you must",
        "please log in",
        "ошибка",
        "отказано",
        "доступ запрещен",
        "доступ запрещён",
        "нет прав",
    ];
    let text: String = text
        .trim_start()
        .chars()
        .take(64)
        .flat_map(char::to_lowercase)
        .collect();
    text.trim_end() == "false"
        || WORDS.iter().any(|word| {
            let rest = text.strip_prefix(word);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
}

/// Whether a body that is not as documented seems to say why: itself, what it wraps, or the JSON in its text.
pub(crate) fn explains_itself(text: &str) -> bool {
    parsed(text).is_some_and(|(root, tree)| explains(&root, &tree, WRAPPINGS))
}

fn explains(root: &str, tree: &Tree, wrappings: u8) -> bool {
    if has_one_of(root, tree, &[&ERRORS, &EXPLANATIONS]) {
        return true;
    }
    let inside = |tree: &Tree| wrappings > 0 && explains("", tree, wrappings - 1);
    match tree {
        Tree::Text(_) => true,
        Tree::List(items) => match items.first() {
            Some(first @ Tree::Map(_)) => inside(first),
            _ => items.iter().all(|item| matches!(item, Tree::Text(_))),
        },
        Tree::Map(entries) => {
            reports_no_success(tree)
                || matches!(entries.as_slice(), [(_, only @ Tree::Map(_))] if inside(only))
        }
        Tree::Null | Tree::Bool(_) | Tree::Number(_) => false,
    }
}

/// How many wrappings an explanation is looked for in.
const WRAPPINGS: u8 = 2;
/// Names of what says whether a request was carried out.
const FLAGS: [&str; 6] = [
    "success",
    "ok",
    "successful",
    "succeeded",
    "is_success",
    "is_ok",
];
const STATUSES: [&str; 4] = ["status", "result", "response", "state"];
/// Texts of a status that no thing has, only a request.
const FAILED: [&str; 6] = ["error", "err", "fail", "failure", "nok", "ko"];

/// Whether an error, or its number, is none: `0`, `"0000"`, `none`.
fn is_no_error(text: &str) -> bool {
    let text = text.trim();
    NO_ERROR.iter().any(|none| text.eq_ignore_ascii_case(none))
        || text.bytes().all(|byte| byte == b'0')
}

/// Whether a number is the status of a refusal.
fn is_refusal(text: &str) -> bool {
    matches!(text.trim().parse(), Ok(400_u16..=599))
}

/// Whether the top of a body says that the request was not carried out.
fn reports_no_success(tree: &Tree) -> bool {
    let Tree::Map(entries) = tree else {
        return false;
    };
    let is = |name: &str, names: &[&str]| names.iter().any(|n| crate::json::same_name(name, n));
    let explains = || {
        entries
            .iter()
            .any(|(name, _)| is(name, &["message", "msg", "reason"]))
    };
    entries.iter().any(|(name, value)| match value {
        Tree::Bool(false) => is(name, &FLAGS) || is(name, &["deleted", "updated"]) && explains(),
        Tree::Text(text) | Tree::Number(text) if is(name, &NUMBERS) => !is_no_error(text),
        // Servers that always answer 200.
        Tree::Text(text) | Tree::Number(text) if is(name, &HTTP_STATUSES) && is_refusal(text) => {
            explains()
        }
        Tree::Text(text) | Tree::Number(text) => {
            let text = text.trim();
            let said = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
            is(name, &FLAGS) && said(&["false", "0", "no"]) || is(name, &STATUSES) && said(&FAILED)
        }
        _ => false,
    })
}

/// Whether a body is a piece of a page for people: it begins with an element of HTML that data are not called after.
pub(crate) fn is_html_fragment(body: &[u8]) -> bool {
    const TAGS: [&str; 17] = [
        "p", "div", "span", "h1", "h2", "h3", "b", "br", "center", "font", "pre", "hr", "table",
        "script", "style", "form", "meta",
    ];
    let name = body.strip_prefix(b"<").unwrap_or_default();
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric());
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    TAGS.iter()
        .any(|tag| name.eq_ignore_ascii_case(tag.as_bytes()))
}

/// A body in whichever format it has, and the name of its root element.
fn parsed(text: &str) -> Option<(String, Tree)> {
    let text = text::start(text, LOOKED_AT).trim_start();
    match Tree::json(text) {
        Some(tree) => Some((String::new(), tree.unwrapped())),
        None => text.starts_with('<').then(|| Tree::xml(text)).flatten(),
    }
}

fn has_one_of(root: &str, tree: &Tree, names: &[&[&str]]) -> bool {
    let is_error = |name: &str| {
        let mut names = names.iter().flat_map(|names| names.iter());
        names.any(|known| crate::json::same_name(name, known))
    };
    let says_something = |tree: &Tree| match tree {
        Tree::Null | Tree::Bool(false) => false,
        Tree::Bool(true) => true,
        Tree::Text(text) | Tree::Number(text) => !is_no_error(text),
        Tree::List(items) => !items.is_empty(),
        // `{"code": 0, "message": "OK"}`
        Tree::Map(entries) => {
            let is_code = |name: &str| {
                let mut names = NUMBERS.iter().chain(&["code"]);
                names.any(|known| crate::json::same_name(name, known))
            };
            let mut codes = entries.iter().filter(|(name, _)| is_code(name));
            !entries.is_empty() && !codes.any(|(_, tree)| tree.scalar().is_some_and(is_no_error))
        }
    };
    let has_error = match tree {
        Tree::Map(entries) => entries
            .iter()
            .any(|(name, tree)| is_error(name) && says_something(tree)),
        _ => false,
    };
    has_error || (is_error(root) && says_something(tree))
}

/// How much of a body is looked at.
const LOOKED_AT: usize = 128 << 10;

impl Failure {
    /// What a body says about a failure, in whatever shape, as far as it is recognized.
    pub(crate) fn read(text: &str, shapes: &[&FailureShape]) -> Option<Self> {
        let text = text::start(text, LOOKED_AT);
        if let Some(tree) = Tree::json(text) {
            return reasons::read(&tree.unwrapped(), shapes);
        }
        if !text.trim_start().starts_with('<') || crate::codec::looks_like_html(text.as_bytes()) {
            return None;
        }
        let (root, content) = Tree::xml(text)?;
        reasons::read_root(&root, &content, shapes)
    }

    /// Returns all codes: that of the whole first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.code
            .as_deref()
            .into_iter()
            .chain(self.errors.iter().filter_map(|item| item.code.as_deref()))
    }

    /// Whether it has one of these codes, in any letter case. A code in place of a text or of a field's name counts too
    /// (`{"errors": {"auth-0": "Access denied"}}`).
    pub(crate) fn has_any(&self, codes: &[&str]) -> bool {
        let is_one = |found: &str| codes.iter().any(|code| code.eq_ignore_ascii_case(found));
        let may_be_one = |found: &Option<String>| found.as_deref().is_some_and(is_one);
        may_be_one(&self.code)
            || may_be_one(&self.message)
            || self.errors.iter().any(|item| {
                may_be_one(&item.code) || may_be_one(&item.field) || is_one(&item.message)
            })
    }

    pub(crate) fn scrub(&mut self, scrub: &dyn Fn(&mut String)) {
        self.code.as_mut().map(scrub);
        self.message.as_mut().map(scrub);
        for item in &mut self.errors {
            item.code.as_mut().map(scrub);
            item.field.as_mut().map(scrub);
            scrub(&mut item.message);
            for (language, text) in &mut item.localized {
                scrub(language);
                scrub(text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
