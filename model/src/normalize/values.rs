//! `enum` and `const`.

use serde_json::Number;

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{Spanned, Type, Types};
use crate::openapi;
use crate::source::{Node, Origin, Value};

use super::{Normalizer, Note};

/// Values listed beside `type: array` are those of its items, as many documents mean it.
pub(super) fn of_items(typed: &mut openapi::Schema) {
    let list = typed
        .types
        .as_ref()
        .is_some_and(|types| types.single() == Some(Type::Array));
    let scalar = |node: &Node| !matches!(node.value, Value::Array(_) | Value::Object(_));
    let (Some(items), Some(values)) = (&mut typed.items, &typed.values) else {
        return;
    };
    let free = items.reference.is_none() && items.values.is_none() && items.constant.is_none();
    if list && free && !values.is_empty() && values.iter().all(scalar) {
        items.values = typed.values.take();
    }
}

impl Normalizer<'_> {
    /// `enum` and `const`. Null among them becomes a type, and values of another type than the schema's what they are meant to be.
    pub(super) fn values(
        &mut self,
        typed: &mut openapi::Schema,
        types: Option<Types>,
        note: &mut Note,
    ) -> Option<Spanned<Vec<Node>>> {
        let mut values = match (typed.constant.take(), typed.values.take()) {
            (Some(constant), _) => {
                let origin = constant.origin.clone();
                Spanned::new(vec![constant], &origin)
            }
            (None, Some(values)) => values,
            (None, None) => return None,
        };
        let before = values.value.len();
        if before == 0 {
            let message = "`enum` has no values";
            self.value_finding(&values.origin, message, "list the values, or remove it");
        }
        let null = values.value.iter().find(|node| node.is_null());
        if let Some(null) = null.filter(|_| before > 1 && types.is_some() && !note.nullable) {
            self.value_finding(
                &null.origin.clone(),
                "null is among the values, and the type does not allow it",
                "write `nullable: true`, or `type: [string, 'null']` in OpenAPI 3.1",
            );
        }
        if values.value.iter().all(Node::is_null) {
            // Nothing but null.
            note.nullable |= before > 0;
            return Some(values).filter(|_| before > 0);
        }
        note.nullable |= values.value.iter().any(Node::is_null);
        let fitted: Vec<Option<Node>> = std::mem::take(&mut values.value)
            .into_iter()
            .map(|node| self.fitted(types, node))
            .collect();
        // Names and descriptions are parallel to the values.
        if let Some(lavka) = &mut typed.lavka {
            for words in [&mut lavka.enum_names, &mut lavka.enum_descriptions] {
                if words.len() == before {
                    let mut kept = fitted.iter().map(Option::is_some);
                    words.retain(|_| kept.next() == Some(true));
                }
            }
        }
        values.value = fitted.into_iter().flatten().collect();
        // Both booleans are what the type says.
        let both = [true, false].iter().all(|flag| {
            let mut values = values.value.iter();
            values.any(|node| node.as_bool() == Some(*flag))
        });
        let boolean = types.and_then(Types::single) == Some(Type::Boolean);
        let nothing = values.value.is_empty() || (boolean && both);
        (!nothing).then_some(values)
    }

    /// A value as the type has it; `None` for null, and for what no value of the type can be.
    fn fitted(&mut self, types: Option<Types>, node: Node) -> Option<Node> {
        if node.is_null() {
            return None;
        }
        let said = |types: &Types| types.iter().any(|ty| ty != Type::Null);
        let Some(types) = types.filter(said) else {
            return Some(node);
        };
        if types.fit(&node) {
            return Some(node);
        }
        let value = converted(types, &node);
        let kinds: Vec<&str> = types.iter().map(Type::as_str).collect();
        let message = format!(
            "expected a value of the type {}, found {}",
            kinds.join(" or "),
            node.kind()
        );
        let help = match (&value, &node.value) {
            (Some(Value::String(_)), _) => "write it in quotes",
            (Some(_), Value::String(_)) => "write it without quotes",
            (Some(_), _) => "write a whole number",
            (None, _) => "it is ignored: correct the value, or the type",
        };
        self.value_finding(&node.origin, &message, help);
        value.map(|value| Node::new(value, node.origin))
    }

    fn value_finding(&mut self, origin: &Origin, message: &str, help: &str) {
        let finding = Finding::new(Code::EnumValue, origin, message);
        self.findings.push(finding.help(help).costs(Cost::Nothing));
    }
}

/// `1` of a string is `"1"`, `"true"` of a boolean is `true`, `1.0` of an integer is `1`.
fn converted(types: Types, node: &Node) -> Option<Value> {
    match &node.value {
        Value::Number(number) if types.has(Type::Integer) => {
            let whole: i64 = number.to_string().strip_suffix(".0")?.parse().ok()?;
            Some(Value::Number(whole.into()))
        }
        Value::Number(_) | Value::Bool(_) if types.has(Type::String) => {
            Some(Value::String(node.written()))
        }
        Value::String(text) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Number::from);
            let number = || text.parse::<f64>().ok().and_then(Number::from_f64);
            if types.has(Type::Boolean)
                && let Ok(flag) = text.to_ascii_lowercase().parse()
            {
                return Some(Value::Bool(flag));
            }
            if types.has(Type::Number) {
                return whole.or_else(number).map(Value::Number);
            }
            whole
                .filter(|_| types.has(Type::Integer))
                .map(Value::Number)
        }
        _ => None,
    }
}
