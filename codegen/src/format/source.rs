//! From tokens to formatted text.
//!
//! prettyplease formats syntax trees, and making those takes more time than all other stages. So what most of a module is, the
//! runtime's macros, types and methods, is laid out from its tokens; the rest has a tree for each item, which is dropped before the next
//! is made; and a comment of any length is one attribute until the text is there.

use proc_macro2::{Delimiter, TokenStream};
use quote::quote;

use super::codecs;
use super::comments::{self, comment};
use super::layout::Lines;
use super::tree::Tree;
use crate::print::{Code, Comments, Part, Sink};

/// Formats what is printed, part by part.
///
/// # Errors
/// Where the tokens are not Rust: a fault of the printer.
pub fn source(print: impl FnOnce(&mut Sink<'_>)) -> Result<String, String> {
    let [mut head, mut text] = [Text::default(), Text::default()];
    let mut failed = None;
    print(&mut |part| {
        let text = match part.code {
            Code::Head(_) => &mut head,
            _ => &mut text,
        };
        if let Err(error) = text.part(part) {
            failed.get_or_insert(error);
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    if let Some((first, rest)) = text.out.split_once('\n') {
        head.line(first);
        head.out.push_str(rest);
    }
    Ok(head.out)
}

/// The longest line of an attribute.
const ATTRIBUTE: usize = 120;

/// What is formatted so far.
#[derive(Default)]
struct Text {
    out: String,
    /// Where the last line begins.
    last: usize,
}

impl Text {
    fn part(&mut self, part: Part) -> Result<(), String> {
        let mut lines = Lines {
            text: String::new(),
            comments: &part.comments,
        };
        match part.code {
            Code::Head(tokens) | Code::Items(tokens) => {
                self.items(&Tree::all(tokens), &mut lines)?;
            }
            Code::Open(head) => {
                let text = formatted(quote!(#head {}))?;
                let lines = text.trim_end().trim_end_matches('}').lines();
                self.code(lines, &part.comments);
            }
            Code::Functions(tokens) => self.functions(&Tree::all(tokens), &mut lines)?,
            Code::Close => self.line("}"),
        }
        Ok(())
    }

    fn items(&mut self, tokens: &[Tree], lines: &mut Lines<'_>) -> Result<(), String> {
        let mut run = 0;
        let mut at = 0;
        let mut begins = true;
        while let Some(token) = tokens.get(at) {
            if begins && let Some(used) = laid_out(&tokens[at..], lines) {
                self.tree(&tokens[run..at], lines.comments)?;
                self.lines(lines);
                at += used;
                run = at;
                continue;
            }
            begins = token.is_group(Delimiter::Brace) || token.is_sign(';');
            at += 1;
        }
        self.tree(&tokens[run..], lines.comments)
    }

    /// Items that need a syntax tree.
    fn tree(&mut self, tokens: &[Tree], comments: &Comments) -> Result<(), String> {
        if !tokens.is_empty() {
            let text = formatted(Tree::stream(tokens))?;
            self.code(text.lines(), comments);
        }
        Ok(())
    }

    fn functions(&mut self, tokens: &[Tree], lines: &mut Lines<'_>) -> Result<(), String> {
        for function in tokens.split_inclusive(|token| token.is_group(Delimiter::Brace)) {
            lines.text.clear();
            if lines.function(function).is_some() {
                self.lines(lines);
                continue;
            }
            let function = Tree::stream(function);
            let text = formatted(quote!(impl Block { #function }))?;
            let text = text.lines().skip(1).filter(|line| *line != "}");
            self.code(text, lines.comments);
        }
        Ok(())
    }

    /// Adds what is laid out: with an empty line before it, and none in it but its own.
    fn lines(&mut self, lines: &Lines<'_>) {
        let Some((first, rest)) = lines.text.split_once('\n') else {
            return;
        };
        self.line(first);
        self.out.push_str(rest);
        let end = self.out.trim_end_matches('\n');
        self.last = end.rfind('\n').map_or(0, |at| at + 1);
    }

    /// Adds what prettyplease wrote: with comments for their attributes, and attributes under a feature on one line where they fit,
    /// which it spreads over as many as they have arguments.
    fn code<'a>(&mut self, mut lines: impl Iterator<Item = &'a str>, comments: &Comments) {
        while let Some(line) = lines.next() {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            if text == "#[cfg_attr(" {
                self.attribute(line, indent, &mut lines);
            } else if let Some((mark, number)) = comment(text) {
                let mut text = String::new();
                comments::write(comments, number, indent.len(), mark, &mut text);
                text.lines().for_each(|line| self.line(line));
            } else {
                self.line(line);
            }
        }
    }

    fn attribute<'a>(
        &mut self,
        first: &'a str,
        indent: &str,
        lines: &mut impl Iterator<Item = &'a str>,
    ) {
        let mut all = vec![first];
        let mut joined = first.to_owned();
        for next in lines {
            all.push(next);
            let text = next.trim_start();
            if !joined.ends_with('(') && !text.starts_with(')') {
                joined.push(' ');
            }
            joined.push_str(text);
            if next.len() - text.len() == indent.len() {
                break;
            }
        }
        match joined.chars().count() <= ATTRIBUTE {
            true => self.line(&joined),
            false => all.into_iter().for_each(|line| self.line(line)),
        }
    }

    /// Adds a line, after an empty one between items, and between the functions of a block: prettyplease writes none.
    fn line(&mut self, line: &str) {
        let previous = self.out[self.last..].trim_end_matches('\n');
        if wants_space(previous, line) {
            self.out.push('\n');
        }
        self.last = self.out.len();
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// Lays out what needs no tree. Returns how many tokens that is of.
fn laid_out(tokens: &[Tree], lines: &mut Lines<'_>) -> Option<usize> {
    lines.text.clear();
    if let Some(used) = codecs::laid_out(tokens, &mut lines.text) {
        return Some(used);
    }
    for lay_out in [Lines::declaration, Lines::constant, Lines::implementation] {
        lines.text.clear();
        if let Some(used) = lay_out(lines, tokens) {
            return Some(used);
        }
    }
    None
}

fn formatted(tokens: TokenStream) -> Result<String, String> {
    match syn::parse2(tokens.clone()) {
        Ok(file) => Ok(prettyplease::unparse(&file)),
        Err(error) => Err(format!("{error}: {tokens}")),
    }
}

fn wants_space(previous: &str, line: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| line.starts_with(p));
    let is_use = |l: &str| l.starts_with("use ") || l.starts_with("pub use ");
    let is_mod = |l: &str| (l.starts_with("mod ") || l.starts_with("pub mod ")) && l.ends_with(';');
    if previous.starts_with("//!") {
        return !line.starts_with("//!");
    }
    // Between functions of an `impl`.
    if previous == "    }" {
        return starts(&["    ///", "    /**", "    #[", "    pub ", "    fn "]);
    }
    // Between items: an item ends at the margin with `}`, `;` or `};`. So may a line of a comment.
    let ended =
        !previous.starts_with([' ', '/']) && (previous.ends_with('}') || previous.ends_with(';'));
    ended
        && !line.starts_with(['}', ' ', ')'])
        && !(is_use(line) && (is_use(previous) || previous == "};"))
        && !(is_mod(previous) && is_mod(line))
        && !(previous.starts_with("static ") && line.starts_with("static "))
        && !line.is_empty()
}
