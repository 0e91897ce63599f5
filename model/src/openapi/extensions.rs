//! Lavka's extensions.

use crate::diag::{Code, Cost};
use crate::normalized::{
    AcceptWord, Dialect, EnvelopeNames, ErrorNames, Evidence, FailureCodes, Grade, Login, Method,
    OperationExtensions, Pagination, PaginationKind, RateLimit, RootExtensions, SourceDocument,
    Spanned,
};
use crate::source::{Node, Origin, Value};

use super::fields::{Fields, Reader};

pub(super) const GRADES: &[(&str, Grade)] = &[
    ("documented", Grade::Documented),
    ("vendor", Grade::Vendor),
    ("capture", Grade::Capture),
    ("client", Grade::Client),
    ("inferred", Grade::Inferred),
];

pub(super) const ACCEPT: &[(&str, AcceptWord)] = &[
    ("string", AcceptWord::String),
    ("number", AcceptWord::Number),
    ("empty-string", AcceptWord::EmptyString),
    ("empty-array", AcceptWord::EmptyArray),
    ("empty-object", AcceptWord::EmptyObject),
    ("null-items", AcceptWord::NullItems),
    ("zero-date", AcceptWord::ZeroDate),
    ("single", AcceptWord::Single),
];

impl Reader<'_> {
    pub(super) fn evidence(&mut self, fields: &mut Fields<'_>) -> Evidence {
        Evidence {
            source: fields.text(self, "x-source"),
            grade: fields
                .get("x-evidence")
                .and_then(|node| self.word(node, GRADES)),
        }
    }

    pub(super) fn root_extensions(&mut self, fields: &mut Fields<'_>) -> RootExtensions {
        let dialects = [
            ("plain", Dialect::Plain),
            ("trimmed", Dialect::Trimmed),
            ("rails", Dialect::Rails),
        ];
        RootExtensions {
            document: fields
                .get("x-document")
                .and_then(|node| self.source_document(node)),
            xml_dialect: fields
                .get("x-xml-dialect")
                .and_then(|node| self.word(node, &dialects))
                .unwrap_or_default(),
            rate_limits: match fields.get("x-rate-limits") {
                Some(node) => self.map(node, |reader, _, member| {
                    reader.rate_limit(&member.node, &member.key)
                }),
                None => indexmap::IndexMap::new(),
            },
            failure_codes: fields
                .get("x-failure-codes")
                .and_then(|node| self.failure_codes(node))
                .unwrap_or_default(),
            envelope: fields
                .get("x-envelope")
                .and_then(|node| self.envelope(node)),
        }
    }

    fn source_document(&mut self, node: &Node) -> Option<SourceDocument> {
        let mut fields = Fields::new(self, node, "`x-document`")?;
        let document = SourceDocument {
            id: fields.required(self, "id"),
            title: fields.required(self, "title"),
        };
        fields.get("language");
        fields.finish(self);
        Some(document)
    }

    fn rate_limit(&mut self, node: &Node, key: &Origin) -> Option<RateLimit> {
        let mut fields = Fields::new(self, node, "a rate limit")?;
        let mut needed = |reader: &mut Self, key: &'static str| {
            let found = fields.count(reader, key);
            if found.is_none() {
                fields.missing(reader, key, Cost::Part);
            }
            found
        };
        let requests = needed(self, "requests");
        let seconds = needed(self, "seconds");
        let limit = RateLimit {
            requests: requests?,
            seconds: seconds?,
            scope: fields.text(self, "scope"),
            default: fields
                .flag(self, "default")
                .unwrap_or_else(|| Spanned::new(false, key)),
            header: fields.text(self, "header"),
            busy_wait: fields.count(self, "busy_wait"),
            lavka: self.evidence(&mut fields),
            origin: key.clone(),
        };
        fields.finish(self);
        Some(limit)
    }

    fn failure_codes(&mut self, node: &Node) -> Option<FailureCodes> {
        let mut fields = Fields::new(self, node, "`x-failure-codes`")?;
        let codes = FailureCodes {
            auth: fields.texts(self, "auth"),
            quota: fields.texts(self, "quota"),
        };
        fields.finish(self);
        Some(codes)
    }

    pub(super) fn envelope(&mut self, node: &Node) -> Option<EnvelopeNames> {
        let mut fields = Fields::new(self, node, "`x-envelope`")?;
        let Some(status) = fields.text(self, "status") else {
            fields.missing(self, "status", Cost::Part);
            return None;
        };
        let success = match fields.get("success") {
            Some(node) => self.list(node).to_vec(),
            None => {
                fields.missing(self, "success", Cost::Part);
                return None;
            }
        };
        let names = EnvelopeNames {
            status,
            success,
            message: fields.text(self, "message"),
            errors: fields.text(self, "errors"),
            content: fields.text(self, "content"),
            optional: fields.flag(self, "optional").is_some_and(|flag| flag.value),
            origin: node.origin.clone(),
        };
        fields.finish(self);
        Some(names)
    }

    pub(super) fn error_names(&mut self, node: &Node) -> Option<ErrorNames> {
        let mut fields = Fields::new(self, node, "`x-error`")?;
        let names = ErrorNames {
            code: fields.text(self, "code"),
            message: fields.text(self, "message"),
            messages: fields.text(self, "messages"),
            origin: node.origin.clone(),
        };
        fields.finish(self);
        Some(names)
    }

    pub(super) fn login(&mut self, node: &Node) -> Option<Login> {
        let mut fields = Fields::new(self, node, "`x-login`")?;
        let login = Login {
            operation: fields.required(self, "operation"),
            arguments: fields.texts(self, "arguments"),
            request: match fields.get("request") {
                Some(node) => self.map(node, |reader, _, member| reader.text(&member.node)),
                None => {
                    fields.missing(self, "request", Cost::Operation);
                    indexmap::IndexMap::new()
                }
            },
            token: fields.required(self, "token"),
            expires: fields.text(self, "expires"),
            origin: node.origin.clone(),
        };
        fields.finish(self);
        Some(login)
    }

    pub(super) fn operation_extensions(
        &mut self,
        fields: &mut Fields<'_>,
        method: Method,
        key: &Origin,
    ) -> OperationExtensions {
        let safe = fields
            .flag(self, "x-safe")
            .unwrap_or_else(|| Spanned::new(method.is_safe(), key));
        OperationExtensions {
            evidence: self.evidence(fields),
            rust_name: fields.text(self, "x-rust-name"),
            permission: fields.text(self, "x-permission"),
            safe,
            idempotent: fields
                .flag(self, "x-idempotent")
                .unwrap_or_else(|| Spanned::new(method.is_idempotent(), key)),
            idempotency_key: fields.text(self, "x-idempotency-key"),
            rate_limit: fields.text(self, "x-rate-limit"),
            batch: fields.text(self, "x-batch"),
            pagination: fields
                .get("x-pagination")
                .and_then(|node| self.pagination(node)),
        }
    }

    fn pagination(&mut self, node: &Node) -> Option<Pagination> {
        // Other vendors have extensions of this name and of other forms.
        if !matches!(node.value, Value::Object(_)) {
            self.wrong(node, "an object");
            return None;
        }
        let mut fields = Fields::new(self, node, "`x-pagination`")?;
        let Some(kind) = fields.get("kind") else {
            fields.missing(self, "kind", Cost::Part);
            return None;
        };
        let words = [("page", 0u8), ("offset", 1), ("cursor", 2), ("link", 3)];
        let kind = self.word(kind, &words)?.value;
        let mut needed = |reader: &mut Self, key: &'static str| {
            let found = fields.text(reader, key);
            if found.is_none() {
                fields.missing(reader, key, Cost::Part);
            }
            found
        };
        let kind = match kind {
            0 => PaginationKind::Page {
                parameter: needed(self, "parameter")?,
                first: fields.count(self, "first").map_or(1, |first| first.value),
            },
            1 => PaginationKind::Offset {
                parameter: needed(self, "parameter")?,
            },
            2 => PaginationKind::Cursor {
                parameter: needed(self, "parameter")?,
                next: needed(self, "next")?,
            },
            _ => PaginationKind::Link {
                next: fields.text(self, "next"),
            },
        };
        let pagination = Pagination {
            kind,
            items: fields.text(self, "items"),
            size: match (fields.text(self, "size"), fields.count(self, "largest")) {
                (Some(parameter), Some(largest)) => Some((parameter, largest.value)),
                (Some(_), None) => {
                    fields.missing(self, "largest", Cost::Part);
                    None
                }
                (None, _) => None,
            },
            origin: node.origin.clone(),
        };
        for key in ["parameter", "first", "next"] {
            fields.get(key);
        }
        fields.finish(self);
        Some(pagination)
    }

    /// `x-null`, which has one word.
    pub(super) fn null_word(&mut self, node: &Node) -> Option<Spanned<bool>> {
        self.word(node, &[("absent", true)])
    }

    /// `x-accept`.
    pub(super) fn accept(&mut self, node: &Node) -> Vec<Spanned<AcceptWord>> {
        if node.as_array().is_none() {
            self.warn(Code::WrongType, &node.origin, "`x-accept` is not a list");
        }
        let items = node.as_array().unwrap_or_default();
        items
            .iter()
            .filter_map(|item| self.word(item, ACCEPT))
            .collect()
    }
}
