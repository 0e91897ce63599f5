//! Lists in XML: in an element of their own, or as repeated elements; and values that have several forms.

use roxmltree::Node;
use serde_json::Value;

use super::Dialect;
use super::read::{Reader, escaped, same_namespace};
use super::shape::{self, Kind, Property};

impl<'d> Reader<'d> {
    /// The value of a property from all elements of its name; `None` where there are none.
    pub(super) fn property(
        &mut self,
        nodes: &[Node<'_, '_>],
        property: &Property<'d>,
        owner: &Value,
        pointer: &str,
        depth: usize,
    ) -> Option<Value> {
        let resolved = self.document.resolve(property.schema);
        let list = self.unwrapped_form(resolved, nodes);
        let Some(first) = nodes.first() else {
            // An empty unwrapped list and an absent one are the same in XML.
            let required = owner
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|name| name == property.key));
            return (list.is_some() && required).then(|| Value::Array(Vec::new()));
        };
        if let Some(list) = list {
            if nodes.len() == 1
                && self.is_nil(*first)
                && list.get("nullable") == Some(&Value::Bool(true))
            {
                return Some(Value::Null);
            }
            self.remember(*first, pointer);
            let items = list.get("items").unwrap_or(&Value::Null);
            let values = nodes
                .iter()
                .enumerate()
                .map(|(index, node)| {
                    self.element(*node, items, &format!("{pointer}/{index}"), depth + 1)
                })
                .collect();
            return Some(Value::Array(values));
        }
        if let Some(second) = nodes.get(1) {
            self.problem(*second, "this element once", "another");
        }
        Some(self.element(*first, property.schema, pointer, depth + 1))
    }

    /// The schema of the unwrapped list that these elements are, if they are one.
    fn unwrapped_form(&self, schema: &'d Value, nodes: &[Node<'_, '_>]) -> Option<&'d Value> {
        match shape::kind(schema) {
            Kind::Array => (!shape::is_wrapped(schema)).then_some(schema),
            Kind::OneOf => {
                let looks_like_list = nodes.len() > 1
                    || nodes
                        .iter()
                        .any(|node| node.children().any(|child| child.is_element()));
                let forms = shape::forms(schema)
                    .iter()
                    .map(|form| self.document.resolve(form));
                let mut lists = forms
                    .filter(|form| shape::kind(form) == Kind::Array && !shape::is_wrapped(form));
                lists.next().filter(|_| looks_like_list)
            }
            _ => None,
        }
    }

    /// A list that is in an element of its own.
    pub(super) fn wrapped_list(
        &mut self,
        node: Node<'_, '_>,
        schema: &'d Value,
        fallback: &str,
        pointer: &str,
        depth: usize,
    ) -> Value {
        self.remember(node, pointer);
        self.attributes(node, schema, &[]);
        if self.dialect == Dialect::Rails && node.attribute("type") != Some("array") {
            self.problem(
                node,
                "type=\"array\"",
                node.attribute("type").unwrap_or("no type"),
            );
        }
        let wanted = shape::item_name(self.document, schema, fallback);
        let local = match (self.dialect, node.tag_name().name()) {
            (Dialect::Rails, "objects") if depth == 0 => "object",
            _ => wanted.local,
        };
        let items = schema.get("items").unwrap_or(&Value::Null);
        let mut values = Vec::new();
        for child in node.children() {
            if child.is_text() && !child.text().unwrap_or_default().trim().is_empty() {
                self.problem(
                    node,
                    format!("<{local}> elements only"),
                    "text between them",
                );
            }
            if !child.is_element() {
                continue;
            }
            if child.tag_name().name() != local || !same_namespace(child, &wanted) {
                self.problem(
                    child,
                    format!("<{local}>"),
                    format!("<{}>", child.tag_name().name()),
                );
                continue;
            }
            let at = format!("{pointer}/{}", values.len());
            values.push(self.element(child, items, &at, depth + 1));
        }
        Value::Array(values)
    }

    /// A value that has several forms: an object or list where there are elements, else the first scalar that fits.
    pub(super) fn one_of(
        &mut self,
        node: Node<'_, '_>,
        schema: &'d Value,
        pointer: &str,
        depth: usize,
    ) -> Value {
        let has_elements = node.children().any(|child| child.is_element());
        let forms: Vec<&'d Value> = shape::forms(schema)
            .iter()
            .map(|form| self.document.resolve(form))
            .collect();
        let composite = |form: &&&'d Value| matches!(shape::kind(form), Kind::Object | Kind::Array);
        if has_elements && let Some(form) = forms.iter().find(composite) {
            return self.element(node, form, pointer, depth + 1);
        }
        let scalars: Vec<&'d Value> = forms
            .iter()
            .filter(|form| !composite(form))
            .copied()
            .collect();
        // Text fits everything, so it comes last.
        let ordered = scalars
            .iter()
            .filter(|form| shape::kind(form) != Kind::String)
            .chain(
                scalars
                    .iter()
                    .filter(|form| shape::kind(form) == Kind::String),
            );
        let mut first_fault = None;
        for form in ordered {
            let mark = self.faults_so_far();
            let value = self.element(node, form, pointer, depth + 1);
            match self.take_faults_since(mark) {
                faults if faults.is_empty() => return value,
                faults => {
                    first_fault.get_or_insert(faults);
                }
            }
        }
        match (first_fault, forms.first()) {
            (Some(faults), _) => self.put_back(faults),
            (None, Some(form)) => return self.element(node, form, pointer, depth + 1),
            (None, None) => {
                self.problem(node, "a documented form", escaped(node.tag_name().name()));
            }
        }
        Value::Null
    }
}
