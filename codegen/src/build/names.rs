//! Names: of places, of components, in templates.

use heck::ToUpperCamelCase;

use super::Builder;
use crate::diag::{Code, Finding};
use crate::source::{Node, Origin};

/// `CreateBook` + `price` → `CreateBookPrice`.
pub(super) fn place(owner: &str, name: &str) -> String {
    format!("{}{}", camel(owner), camel(name))
}

/// `UpperCamelCase`.
pub(super) fn camel(name: &str) -> String {
    let made = name.to_upper_camel_case();
    if made.is_empty() {
        "Value".to_owned()
    } else {
        made
    }
}

/// Names in `{braces}`, in order.
pub(super) fn template(text: &str) -> Result<Vec<&str>, String> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let tail = rest.get(at..).unwrap_or("");
        let Some(inside) = tail.strip_prefix('{') else {
            return Err("a `}` without its `{`".into());
        };
        let Some((name, after)) = inside.split_once('}') else {
            return Err("a `{` without its `}`".into());
        };
        if name.is_empty() || name.contains('{') {
            return Err("braces need a name between them".into());
        }
        if names.contains(&name) {
            return Err(format!("`{{{name}}}` stands twice"));
        }
        names.push(name);
        rest = after;
    }
    Ok(names)
}

/// Whether a name is an identifier in `snake_case`.
pub(super) fn is_snake(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.ends_with('_')
        && !name.contains("__")
}

/// Whether a name can be a Rust identifier.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| c != '_')
}

impl<'a> Builder<'a> {
    /// `x-rust-name`, checked.
    pub(super) fn rust_name(&mut self, node: Option<&Node>) -> Option<String> {
        let node = node?;
        let name = node.as_str()?;
        if !is_identifier(name) {
            let message = format!("`{name}` is not a Rust identifier");
            self.push(
                Finding::new(Code::RustName, &node.origin, message)
                    .help("use ASCII letters, digits and `_`"),
            );
            return None;
        }
        Some(name.to_owned())
    }

    /// Takes a name for an inline schema's type.
    pub(super) fn take_name(&mut self, name: &str, origin: &Origin) {
        if let Some(first) = self.taken.get(name) {
            let message = format!("the inline schema's name would be `{name}`, which is taken");
            let finding = Finding::new(Code::NameTaken, origin, message)
                .note(first, "taken here")
                .help("make the schema a component, with a name of its own");
            self.push(finding);
        } else {
            self.taken.insert(name.to_owned(), origin.clone());
        }
    }

    /// Names of components are as OpenAPI wants them.
    pub(super) fn component_names(&mut self, root: &'a Node) {
        let Some(components) = root.get("components").and_then(Node::as_object) else {
            return;
        };
        for (section, member) in components {
            if section.starts_with("x-") {
                continue;
            }
            for (name, member) in member.node.as_object().into_iter().flatten() {
                let fits = !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
                    && (section != "schemas"
                        || name.starts_with(|c: char| c.is_ascii_alphabetic()));
                if !fits {
                    let message = format!("`{name}` cannot be the name of a component");
                    self.push(
                        Finding::new(Code::ComponentName, &member.key, message).help(
                            "begin with a letter; letters, digits, `.`, `-` and `_` are allowed",
                        ),
                    );
                }
            }
        }
    }
}
