//! Types, constants and methods as prettyplease lays them out, from their tokens: where a part does not fit on its line, each of what it
//! lists has a line of its own. What has another form is left to prettyplease.

use proc_macro2::{Delimiter, Ident, Spacing};

use super::comments;
use super::flat::{flat, flat_after, split};
use super::tree::Tree;
use crate::print::{Comments, DOCS};

/// How long a line may be.
const WIDTH: usize = 89;

/// Lines that are laid out so far. They are not used where a method returns `None`.
pub(super) struct Lines<'a> {
    pub(super) text: String,
    pub(super) comments: &'a Comments,
}

/// Whether lists in brackets are broken: those of values are, slices are not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Types,
    Values,
}

impl Lines<'_> {
    /// A struct or an enum that the tokens begin with. Returns how many tokens it is of.
    pub(super) fn declaration(&mut self, tokens: &[Tree]) -> Option<usize> {
        let used = self.attributes(tokens, 0)?;
        let [
            Tree::Ident(public),
            Tree::Ident(kind),
            Tree::Ident(name),
            Tree::Group(Delimiter::Brace, members),
            ..,
        ] = tokens.get(used..)?
        else {
            return None;
        };
        if public != "pub" || !(kind == "struct" || kind == "enum") {
            return None;
        }
        if members.is_empty() {
            self.line(0, &format!("pub {kind} {name} {{}}"))?;
            return Some(used + 4);
        }
        self.line(0, &format!("pub {kind} {name} {{"))?;
        for member in split(members) {
            let from = self.attributes(member, 4)?;
            self.piece("", &member[from..], ",", 4, Of::Types)?;
        }
        self.line(0, "}")?;
        Some(used + 4)
    }

    /// `pub static NAME: T = T { … };` that the tokens begin with.
    pub(super) fn constant(&mut self, tokens: &[Tree]) -> Option<usize> {
        let used = self.attributes(tokens, 0)?;
        let item = tokens.get(used..)?;
        let at = item.iter().take(8).position(|token| token.is_sign('='))?;
        let [
            Tree::Ident(ty),
            Tree::Group(Delimiter::Brace, fields),
            Tree::Punct(_),
            ..,
        ] = item.get(at + 1..)?
        else {
            return None;
        };
        let mut declared = String::new();
        flat(&item[..at], &mut declared)?;
        if !declared.starts_with("pub static ") {
            return None;
        }
        self.line(0, &format!("{declared} = {ty} {{"))?;
        let begin = self.text.len();
        for field in split(fields) {
            match field {
                [dot, second, base @ ..] if dot.is_sign('.') && second.is_sign('.') => {
                    self.piece("..", base, "", 4, Of::Values)?;
                }
                [Tree::Ident(name), colon, value @ ..] if colon.is_sign(':') => {
                    self.piece(&format!("{name}: "), value, ",", 4, Of::Values)?;
                }
                _ => return None,
            }
        }
        // Where all fits on one line: that has a space for each field's indent and end.
        let fields = self.text.len() - begin - 4 * split(fields).count();
        if declared.len() + format!(" = {ty} {{ }};").len() + fields <= WIDTH {
            return None;
        }
        self.line(0, "};")?;
        Some(used + at + 4)
    }

    /// An `impl` that the tokens begin with.
    pub(super) fn implementation(&mut self, tokens: &[Tree]) -> Option<usize> {
        let used = self.attributes(tokens, 0)?;
        let [Tree::Ident(keyword), item @ ..] = tokens.get(used..)? else {
            return None;
        };
        let at = item
            .iter()
            .position(|token| token.is_group(Delimiter::Brace))?;
        let (head, Tree::Group(_, functions)) = (&item[..at], &item[at]) else {
            return None;
        };
        if keyword != "impl" || functions.is_empty() {
            return None;
        }
        let begin = self.text.len();
        self.text.push_str("impl ");
        flat(head, &mut self.text)?;
        self.text.push_str(" {");
        if self.text.len() - begin > WIDTH {
            return None;
        }
        self.text.push('\n');
        let functions = functions.split_inclusive(|token| token.is_group(Delimiter::Brace));
        for (index, function) in functions.enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            self.function(function)?;
        }
        self.line(0, "}")?;
        Some(used + at + 2)
    }

    /// A function of a block.
    pub(super) fn function(&mut self, tokens: &[Tree]) -> Option<()> {
        let used = self.attributes(tokens, 4)?;
        let tokens = tokens.get(used..)?;
        let is_arguments = |token: &Tree| token.is_group(Delimiter::Parenthesis);
        let (name, rest) = tokens.split_at(tokens.iter().position(is_arguments)?);
        let [
            Tree::Group(_, arguments),
            output @ ..,
            Tree::Group(Delimiter::Brace, body),
        ] = rest
        else {
            return None;
        };
        let mut declared = String::new();
        flat(name, &mut declared)?;
        if !(declared.starts_with("pub fn ") || declared.starts_with("fn ")) || output.is_empty() {
            return None;
        }
        let begin = self.text.len();
        self.space(4);
        self.text.push_str(&declared);
        self.text.push('(');
        for (index, argument) in split(arguments).enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            flat(argument, &mut self.text)?;
        }
        self.text.push_str(") ");
        flat(output, &mut self.text)?;
        self.text.push_str(" {\n");
        if self.text.len() - begin > WIDTH + 1 {
            if declared.contains('<') {
                return None;
            }
            self.text.truncate(begin);
            self.line(4, &format!("{declared}("))?;
            self.pieces(arguments, 8, Of::Types)?;
            self.piece(") ", output, " {", 4, Of::Types)?;
        }
        self.body(body)?;
        self.line(4, "}")
    }

    /// A chain of calls of `self`, or constants and a value that is made of them.
    fn body(&mut self, tokens: &[Tree]) -> Option<()> {
        if matches!(tokens, [Tree::Ident(receiver), ..] if receiver == "self") {
            return self.chain(tokens);
        }
        let mut statements: Vec<&[Tree]> = tokens.split(|token| token.is_sign(';')).collect();
        let value = statements.pop().filter(|value| !value.is_empty())?;
        for statement in statements {
            match statement {
                [
                    Tree::Ident(keyword),
                    name,
                    equals,
                    Tree::Ident(receiver),
                    calls @ ..,
                ] if keyword == "let" && equals.is_sign('=') => {
                    self.binding(name, receiver, calls)?;
                }
                _ => return None,
            }
        }
        self.value(value)
    }

    /// `Ok(Self { field: …, })`, or an expression without braces.
    fn value(&mut self, tokens: &[Tree]) -> Option<()> {
        if let [
            Tree::Ident(outer),
            Tree::Group(Delimiter::Parenthesis, inner),
        ] = tokens
            && let [Tree::Ident(ty), Tree::Group(Delimiter::Brace, fields)] = inner.as_slice()
        {
            self.line(8, &format!("{outer}({ty} {{"))?;
            for field in split(fields) {
                self.piece("", field, ",", 12, Of::Values)?;
            }
            return self.line(8, "})");
        }
        self.piece("", tokens, "", 8, Of::Values)
    }

    /// `let name = receiver.call(…);`
    fn binding(&mut self, name: &Tree, receiver: &Ident, calls: &[Tree]) -> Option<()> {
        let begin = self.text.len();
        self.space(8);
        self.text.push_str(&format!("let {name} = {receiver}"));
        let broken = self.text.len();
        flat_after(calls, &mut self.text)?;
        self.text.push_str(";\n");
        if self.text.len() - begin <= WIDTH + 1 {
            return Some(());
        }
        self.text.truncate(broken);
        self.text.push('\n');
        let (link, end) = match calls {
            [dot, link @ .., end] if dot.is_sign('.') && end.is_sign('?') => (link, "?;"),
            [dot, link @ ..] if dot.is_sign('.') => (link, ";"),
            _ => return None,
        };
        // Nothing is broken off a short name.
        let [Tree::Ident(_), Tree::Group(Delimiter::Parenthesis, _)] = link else {
            return None;
        };
        if receiver.to_string().len() <= 4 {
            return None;
        }
        self.piece(".", link, end, 12, Of::Values)
    }

    /// `self.core.request(…).call(…)`.
    fn chain(&mut self, tokens: &[Tree]) -> Option<()> {
        let links = links(tokens)?;
        let begin = self.text.len();
        self.space(8);
        flat(tokens, &mut self.text)?;
        if self.text.len() - begin <= WIDTH {
            self.text.push('\n');
            return Some(());
        }
        self.text.truncate(begin);
        // Nothing is broken off a name as short as `self`.
        let (first, rest) = match links.as_slice() {
            [link] => return self.piece("self.", link, "", 8, Of::Values),
            [first @ [_], rest @ ..] => (first, rest),
            _ => return None,
        };
        self.piece("self.", first, "", 8, Of::Values)?;
        for link in rest {
            self.piece(".", link, "", 12, Of::Values)?;
        }
        Some(())
    }

    /// What is between commas, each on a line.
    fn pieces(&mut self, tokens: &[Tree], indent: usize, of: Of) -> Option<()> {
        let mut pieces = split(tokens).peekable();
        while let Some(piece) = pieces.next() {
            // The last comma may be where a line is already full.
            match pieces.peek() {
                Some(_) => self.piece("", piece, ",", indent, of)?,
                None => {
                    self.piece("", piece, "", indent, of)?;
                    self.text.pop();
                    self.text.push_str(",\n");
                }
            }
        }
        Some(())
    }

    /// The tokens on one line, or what they list on lines of its own.
    fn piece(
        &mut self,
        before: &str,
        tokens: &[Tree],
        after: &str,
        indent: usize,
        of: Of,
    ) -> Option<()> {
        let begin = self.text.len();
        self.space(indent);
        self.text.push_str(before);
        flat(tokens, &mut self.text)?;
        self.text.push_str(after);
        if self.text.len() - begin <= WIDTH || !breaks(tokens) {
            self.text.push('\n');
            return Some(());
        }
        self.text.truncate(begin);
        let (head, open, items, close) = list(tokens, of)?;
        self.space(indent);
        self.text.push_str(before);
        flat(head, &mut self.text)?;
        self.text.push(open);
        self.text.push('\n');
        self.pieces(items, indent + 4, of)?;
        self.space(indent);
        self.text.push(close);
        self.text.push_str(after);
        self.text.push('\n');
        Some(())
    }

    /// Attributes that the tokens begin with. Returns how many tokens they are.
    fn attributes(&mut self, tokens: &[Tree], indent: usize) -> Option<usize> {
        let mut used = 0;
        while let Some(
            [
                Tree::Punct(sign),
                Tree::Group(Delimiter::Bracket, attribute),
                ..,
            ],
        ) = tokens.get(used..)
        {
            if sign.as_char() != '#' || sign.spacing() != Spacing::Alone {
                break;
            }
            used += 2;
            match attribute.as_slice() {
                [Tree::Ident(name), _, Tree::Literal(number)] if name == DOCS => {
                    let number = number.to_string().parse().ok()?;
                    comments::write(self.comments, number, indent, "///", &mut self.text)?;
                }
                [Tree::Ident(name), _, Tree::Literal(text)] if name == "doc" => {
                    let text = text.to_string();
                    let text = text.strip_prefix("r\"")?.strip_suffix('"')?;
                    self.line(indent, &format!("///{}", text.trim_end_matches(' ')))?;
                }
                // Long ones are spread over lines, and those under a feature joined again; some comments are blocks.
                [Tree::Ident(name), ..] if name == "cfg_attr" || name == "doc" => return None,
                attribute => {
                    let begin = self.text.len();
                    self.space(indent);
                    self.text.push_str("#[");
                    flat(attribute, &mut self.text)?;
                    self.text.push_str("]\n");
                    if self.text.len() - begin > WIDTH + 1 {
                        return None;
                    }
                }
            }
        }
        Some(used)
    }

    fn space(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn line(&mut self, indent: usize, text: &str) -> Option<()> {
        self.space(indent);
        self.text.push_str(text);
        self.text.push('\n');
        Some(())
    }
}

/// Whether a line may end somewhere in the tokens.
fn breaks(tokens: &[Tree]) -> bool {
    tokens.iter().any(|token| match token {
        Tree::Group(_, inner) => !inner.is_empty(),
        Tree::Punct(sign) => matches!(sign.as_char(), '<' | '.' | '='),
        Tree::Ident(name) => name == "impl" || name == "dyn",
        Tree::Literal(_) => false,
    })
}

/// What is before a list, the sign that opens it, its items, and the sign that closes it, where the tokens end with that.
fn list(tokens: &[Tree], of: Of) -> Option<(&[Tree], char, &[Tree], char)> {
    let at = tokens.iter().position(|token| match token {
        Tree::Group(_, inner) => !inner.is_empty(),
        token => token.is_sign('<'),
    })?;
    let (head, rest) = tokens.split_at(at);
    if breaks(head) {
        return None;
    }
    match rest {
        [Tree::Group(Delimiter::Parenthesis, items)] if of == Of::Values && !head.is_empty() => {
            Some((head, '(', items, ')'))
        }
        [Tree::Group(Delimiter::Bracket, items)] if of == Of::Values => {
            Some((head, '[', items, ']'))
        }
        [_, items @ .., last] if last.is_sign('>') && closes(items) => {
            Some((head, '<', items, '>'))
        }
        _ => None,
    }
}

/// Whether each `>` in the tokens has its `<`.
fn closes(tokens: &[Tree]) -> bool {
    let mut open = 0_usize;
    tokens.iter().all(|token| {
        if token.is_sign('<') {
            open += 1;
        } else if token.is_sign('>') {
            let Some(less) = open.checked_sub(1) else {
                return false;
            };
            open = less;
        }
        true
    })
}

/// What follows `self` in a chain: names, with the arguments of those that are called.
fn links(tokens: &[Tree]) -> Option<Vec<&[Tree]>> {
    let [Tree::Ident(receiver), rest @ ..] = tokens else {
        return None;
    };
    if receiver != "self" {
        return None;
    }
    let mut rest = rest;
    let mut links = Vec::new();
    while let [dot, following @ ..] = rest {
        let used = match following {
            [Tree::Ident(_), Tree::Group(Delimiter::Parenthesis, _), ..] => 2,
            [Tree::Ident(_), ..] => 1,
            _ => return None,
        };
        if !dot.is_sign('.') {
            return None;
        }
        let (link, following) = following.split_at(used);
        links.push(link);
        rest = following;
    }
    Some(links)
}
