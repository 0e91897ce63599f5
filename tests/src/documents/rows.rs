//! The coverage of one API: one row for each row of its document's tables, one for each request line.

/// Where in an exchange a table's row stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Parameters and the body of the request.
    Request,
    /// The body of a reply; a status where it is not the success.
    Response(Option<u16>),
}

impl Part {
    fn prefix(self) -> String {
        match self {
            Self::Request => "request".to_owned(),
            Self::Response(None) => "response".to_owned(),
            Self::Response(Some(status)) => format!("response[{status}]"),
        }
    }
}

/// Whether a row says that its field is required.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It says so.
    Required,
    /// It says that the field may be left out.
    Optional,
    /// It says nothing of that.
    Unsaid,
}

impl Need {
    fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Unsaid => "-",
        }
    }
}

/// The rows of one API.
#[derive(Default)]
pub(crate) struct Rows {
    lines: Vec<String>,
}

impl Rows {
    /// Adds an operation's request line. `path` has its placeholders in braces.
    pub(crate) fn request_line(&mut self, line: usize, operation: &str, method: &str, path: &str) {
        self.lines
            .push(format!("{line}\t{operation}\t{method} {path}\t-\t-"));
    }

    /// Adds a field or parameter; `name` is empty for the whole body.
    pub(crate) fn field(
        &mut self,
        line: usize,
        operation: &str,
        part: Part,
        name: &str,
        kind: &str,
        need: Need,
    ) {
        let dot = if name.is_empty() { "" } else { "." };
        let prefix = part.prefix();
        let need = need.word();
        self.lines.push(format!(
            "{line}\t{operation}\t{prefix}{dot}{name}\t{kind}\t{need}"
        ));
    }

    /// The file's text. `id` is the document's number.
    pub(crate) fn render(&self, id: &str) -> String {
        let mut text = format!(
            "# What document {id} lists, extracted by `cargo run -p lavka-tests --example extract`; never edited by hand.\n\
             # One row for each row of its tables, one for each request line that it prints.\n\
             # Wire path: `METHOD /path` (the document's placeholders in braces, without query and `(.:format)`),\n\
             # `request.NAME` for parameters and fields of the request, `response.NAME` for fields of the reply,\n\
             # `response[STATUS].NAME` for those of a failure; levels are joined by `.`, names are as printed.\n\
             # Type: the row's own word for it (in English), `-` where it has none.\n\
             # Use: `required` or `optional` where the row says so, `-` otherwise.\n\
             # line\toperation\twire path\ttype\tuse\n"
        );
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}
