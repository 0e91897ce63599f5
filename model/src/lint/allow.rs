//! Exceptions: `x-lint-allow: {L515: "the server takes any number"}` in the object that a finding is about, or around it; or a file
//! of entries `{rule, at, reason}`.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::normalized::{Document, Extensions};
use crate::source::{Node, Origin};

/// The key in a document.
const KEY: &str = "x-lint-allow";

/// Exceptions from a file: a list of objects with `rule`, `at` (a JSON pointer into the document; all of it where absent) and
/// `reason`.
#[derive(Clone, Debug, Default)]
pub struct Exceptions(Vec<Exception>);

#[derive(Clone, Debug)]
struct Exception {
    code: Option<Code>,
    rule: String,
    /// File and pointer that findings must be at or below.
    file: Option<String>,
    pointer: String,
    reason: String,
    origin: Origin,
    used: bool,
}

impl Exceptions {
    /// Reads them from a YAML or JSON tree.
    ///
    /// # Errors
    /// A finding, where the tree has another form.
    pub fn parse(node: &Node) -> Result<Self, Box<Finding>> {
        let wrong = |node: &Node, expected: &str| {
            let message = format!("expected {expected}, found {}", node.kind());
            Box::new(Finding::new(Code::WrongType, &node.origin, message))
        };
        let entries = node
            .as_array()
            .ok_or_else(|| wrong(node, "a list of exceptions"))?;
        let mut made = Vec::new();
        for entry in entries {
            let rule = entry
                .get("rule")
                .ok_or_else(|| wrong(entry, "an object with `rule` and `reason`"))?;
            let name = rule
                .as_str()
                .ok_or_else(|| wrong(rule, "a rule, such as `L515`"))?;
            made.push(Exception {
                code: Code::parse(name),
                rule: name.to_owned(),
                file: None,
                pointer: entry.get_str("at").unwrap_or("").to_owned(),
                reason: entry.get_str("reason").unwrap_or("").to_owned(),
                origin: entry.origin.clone(),
                used: false,
            });
        }
        Ok(Self(made))
    }
}

/// Findings without those that the document or the exceptions allow. One of the document that matches no finding, or gives no reason, is a
/// finding; for exceptions of a file see [`Exceptions::unused`].
#[must_use]
pub fn with_exceptions(document: &Document, findings: Findings, more: &mut Exceptions) -> Findings {
    let mut own = Exceptions(of_document(document));
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        // Both may allow it: neither is for nothing.
        let (by_document, by_file) = (own.allow(&finding), more.allow(&finding));
        // An error stops the generation, whatever a spec allows.
        if !(by_document || by_file) || finding.cost() == Cost::Document {
            kept.push(finding);
        }
    }
    kept.extend(own.unused());
    kept.into_iter().collect()
}

impl Exceptions {
    /// Whether one of them allows the finding. It is in use then.
    fn allow(&mut self, finding: &Finding) -> bool {
        let mut allowed = false;
        for exception in &mut self.0 {
            if exception.matches(finding) {
                exception.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// Those that have allowed nothing so far, or give no reason, as findings.
    #[must_use]
    pub fn unused(&self) -> Findings {
        let mut found = Findings::new();
        for exception in &self.0 {
            let rule = &exception.rule;
            let message = match exception.code {
                None => format!("there is no rule `{rule}`"),
                Some(_) if !exception.used => {
                    format!("the exception for {rule} matches no finding")
                }
                Some(_) if exception.reason.trim().is_empty() => {
                    format!("the exception for {rule} gives no reason")
                }
                Some(_) => continue,
            };
            let finding = Finding::new(Code::Exception, &exception.origin, message);
            found.push(finding.help("write the rule and the reason, or remove the exception"));
        }
        found
    }
}

impl Exception {
    fn matches(&self, finding: &Finding) -> bool {
        let pointer = finding.origin.pointer();
        let below = pointer
            .strip_prefix(self.pointer.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.code == Some(finding.code)
            && below
            && self
                .file
                .as_deref()
                .is_none_or(|file| file == finding.origin.path())
    }
}

fn of_document(document: &Document) -> Vec<Exception> {
    let mut made = Vec::new();
    collect(&document.extensions, &mut made);
    for operation in &document.operations {
        collect(&operation.extensions, &mut made);
        for parameter in &operation.parameters {
            collect(&parameter.extensions, &mut made);
        }
        let request = operation.request.iter().flat_map(|body| &body.content);
        let replies = operation
            .responses
            .iter()
            .flat_map(|response| &response.content);
        for content in request.chain(replies) {
            collect(&content.extensions, &mut made);
        }
    }
    for (_, schema) in document.schemas.iter() {
        collect(&schema.extensions, &mut made);
    }
    // A part that several operations share is met several times.
    made.sort_by(|a, b| (a.origin.key(), &a.rule).cmp(&(b.origin.key(), &b.rule)));
    made.dedup_by(|a, b| a.origin.same(&b.origin) && a.rule == b.rule);
    made
}

fn collect(extensions: &Extensions, made: &mut Vec<Exception>) {
    let Some(node) = extensions.get(KEY) else {
        return;
    };
    let around = node.origin.pointer();
    let around = around
        .strip_suffix(&format!("/{KEY}"))
        .map_or_else(|| around.clone(), str::to_owned);
    for (rule, member) in node.as_object().into_iter().flatten() {
        made.push(Exception {
            code: Code::parse(rule),
            rule: rule.clone(),
            // What the document itself allows holds for its other files too.
            file: (!around.is_empty()).then(|| node.origin.path().to_owned()),
            pointer: around.clone(),
            reason: member.node.as_str().unwrap_or("").to_owned(),
            origin: member.key.clone(),
            used: false,
        });
    }
}
