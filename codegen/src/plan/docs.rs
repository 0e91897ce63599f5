//! Doc comments: what a spec says, and what the generator adds, as lines of Markdown.

use super::markdown;

/// A doc comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs {
    /// Lines of Markdown, without the space that a comment begins with.
    pub lines: Vec<String>,
}

impl Docs {
    /// A comment of words of the generator.
    #[must_use]
    pub fn own(text: impl AsRef<str>) -> Self {
        let mut docs = Self::default();
        docs.paragraph(text.as_ref());
        docs
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a paragraph of the generator's own words, which are Markdown. What they quote of a spec must have gone through
    /// [`markdown`].
    pub fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.space();
        self.lines
            .extend(text.lines().map(|line| line.trim_end().to_owned()));
    }

    /// Adds a text of the spec as paragraphs of their own.
    pub fn spec(&mut self, text: &str) {
        let lines = markdown::block(text);
        if !lines.is_empty() {
            self.space();
            self.lines.extend(lines);
        }
    }

    /// Adds summary and description of a node of the spec. A description that begins with the summary goes on in its line.
    pub fn described(&mut self, summary: &str, description: &str) {
        let (summary, description) = (summary.trim(), description.trim());
        if description == summary {
            self.spec(summary);
        } else if !summary.is_empty() && description.starts_with(summary) {
            self.spec(description);
        } else {
            self.spec(summary);
            self.spec(description);
        }
    }

    /// Adds words of the generator to the last paragraph.
    pub fn sentence(&mut self, text: &str) {
        match self.lines.last_mut() {
            Some(last) if continues(last) => {
                last.push(' ');
                last.push_str(text);
            }
            _ => self.paragraph(text),
        }
    }

    fn space(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }
}

/// Whether words can be added to a line: not to the end of a block of code, a heading or a table.
fn continues(line: &str) -> bool {
    !(line.is_empty() || line.starts_with("```") || line.starts_with('#') || line.contains('|'))
}
