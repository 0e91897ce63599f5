//! Findings as text for people, as JSON lines for tools, and as annotations of a GitHub workflow.

use std::fmt::Write as _;

use super::{Finding, Findings, Severity};

/// Widest source line that is shown; longer ones are cut around the place.
const WIDTH: usize = 160;

impl Finding {
    /// The finding with its source line:
    ///
    /// ```text
    /// error[L103]: `operatonId` is not a key of an operation
    ///  --> specs/api.yaml:12:5
    ///    |
    /// 12 |     operatonId: x
    ///    |     ^^^^^^^^^^
    ///    = help: did you mean `operationId`?
    /// ```
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let line = self.origin.line();
        let gutter = if line == 0 { 0 } else { line.to_string().len() };
        let pad = " ".repeat(gutter);
        let _ = writeln!(
            out,
            "{}[{}]: {}",
            self.severity().as_str(),
            self.code.id(),
            self.message
        );
        if let Some(file) = self.origin.file() {
            let _ = writeln!(out, "{pad}--> {}", self.origin);
            let (shown, skipped) = window(file.line(line), self.origin.column());
            let column = self.origin.column().saturating_sub(1 + skipped);
            let width = self
                .origin
                .width()
                .min(shown.chars().count().saturating_sub(column))
                .max(1);
            // A tab keeps its width under itself, so that the carets are in the right column.
            let indent: String = shown
                .chars()
                .take(column)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            // Of a file that is empty or not there, there is no line to show.
            if !shown.is_empty() {
                let _ = writeln!(out, "{pad} |");
                let _ = writeln!(out, "{line} | {shown}");
                let _ = writeln!(out, "{pad} | {indent}{}", "^".repeat(width));
            }
        }
        for (origin, text) in &self.notes {
            let _ = writeln!(out, "{pad} = note: {text}: {origin}");
        }
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{pad} = help: {help}");
        }
        out
    }

    /// The finding as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "code": self.code.id(),
            "severity": self.severity().as_str(),
            "message": self.message,
            "file": self.origin.path(),
            "line": self.origin.line(),
            "column": self.origin.column(),
            "width": self.origin.width(),
            "pointer": self.origin.pointer(),
            "help": self.help,
            "notes": self.notes.iter().map(|(origin, text)| serde_json::json!({
                "message": text,
                "file": origin.path(),
                "line": origin.line(),
                "column": origin.column(),
            })).collect::<Vec<_>>(),
        })
    }

    /// The finding as a workflow command of GitHub.
    #[must_use]
    pub fn to_github(&self) -> String {
        let level = match self.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut message = format!("{}: {}", self.code.id(), self.message);
        if let Some(help) = &self.help {
            let _ = write!(message, "\n{help}");
        }
        format!(
            "::{level} file={},line={},col={},title={}::{}",
            github_property(self.origin.path()),
            self.origin.line(),
            self.origin.column(),
            github_property(self.code.title()),
            github_data(&message),
        )
    }
}

impl Findings {
    /// All findings as text, and a last line that counts them. Empty where there are none.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for finding in self {
            out.push_str(&finding.to_text());
            out.push('\n');
        }
        let errors = self
            .iter()
            .filter(|finding| finding.severity() == Severity::Error)
            .count();
        let warnings = self.len() - errors;
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        match (errors, warnings) {
            (0, 0) => {}
            (_, 0) => out.push_str(&count(errors, "error")),
            (0, _) => out.push_str(&count(warnings, "warning")),
            _ => {
                let _ = write!(
                    out,
                    "{}, {}",
                    count(errors, "error"),
                    count(warnings, "warning")
                );
            }
        }
        if !self.is_empty() {
            out.push('\n');
        }
        out
    }

    /// One JSON object a line.
    #[must_use]
    pub fn to_json_lines(&self) -> String {
        self.iter().fold(String::new(), |mut out, finding| {
            let _ = writeln!(out, "{}", finding.to_json());
            out
        })
    }

    /// One workflow command a line.
    #[must_use]
    pub fn to_github(&self) -> String {
        self.iter().fold(String::new(), |mut out, finding| {
            let _ = writeln!(out, "{}", finding.to_github());
            out
        })
    }
}

/// The part of a line that is shown, and how many characters were left out before it.
fn window(line: &str, column: usize) -> (String, usize) {
    // A control character of a spec does not reach the terminal.
    let visible = |c: char| {
        if c.is_control() && c != '\t' {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    let length = line.chars().count();
    let skipped = if length <= WIDTH {
        0
    } else {
        column.saturating_sub(WIDTH / 2).min(length - WIDTH)
    };
    (
        line.chars()
            .skip(skipped)
            .take(WIDTH)
            .map(visible)
            .collect(),
        skipped,
    )
}

/// A text in the data of a workflow command of GitHub.
#[must_use]
pub fn github_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text in a property of a workflow command of GitHub.
#[must_use]
pub fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}
