//! What most of a module is, laid out from its tokens as prettyplease does it, without a syntax tree: structs, enums, and methods whose
//! body is one chain of calls. What has another form, or does not fit so, is left to prettyplease.

use proc_macro2::{Delimiter, Spacing, TokenTree};

use super::flat::{flat, split};
use super::source::comment_lines;

/// How long a line may be.
const WIDTH: usize = 89;

/// Lines, and how many tokens they are of.
pub(super) type Laid = (Vec<String>, usize);

/// A struct or an enum that the tokens begin with.
pub(super) fn declaration(tokens: &[TokenTree]) -> Option<Laid> {
    let mut lines = Vec::new();
    let used = attributes(tokens, 0, &mut lines)?;
    let [
        TokenTree::Ident(public),
        TokenTree::Ident(kind),
        TokenTree::Ident(name),
        TokenTree::Group(members),
        ..,
    ] = tokens.get(used..)?
    else {
        return None;
    };
    let known = public == "pub" && (kind == "struct" || kind == "enum");
    if !known || members.delimiter() != Delimiter::Brace {
        return None;
    }
    let members: Vec<TokenTree> = members.stream().into_iter().collect();
    if members.is_empty() {
        push(&mut lines, 0, &format!("pub {kind} {name} {{}}"))?;
        return Some((lines, used + 4));
    }
    push(&mut lines, 0, &format!("pub {kind} {name} {{"))?;
    for member in split(&members) {
        let from = attributes(member, 4, &mut lines)?;
        push(&mut lines, 4, &format!("{},", flat(&member[from..])?))?;
    }
    lines.push("}".to_owned());
    Some((lines, used + 4))
}

/// A method of a block.
pub(super) fn method(tokens: &[TokenTree]) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let used = attributes(tokens, 4, &mut lines)?;
    let [
        TokenTree::Ident(public),
        TokenTree::Ident(function),
        TokenTree::Ident(name),
        TokenTree::Group(arguments),
        output @ ..,
        TokenTree::Group(body),
    ] = tokens.get(used..)?
    else {
        return None;
    };
    if public != "pub" || function != "fn" || arguments.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let output = flat(output)?;
    let arguments: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let arguments = split(&arguments).map(flat);
    let arguments: Vec<String> = arguments.collect::<Option<_>>()?;
    let whole = format!("pub fn {name}({}) {output} {{", arguments.join(", "));
    if 4 + whole.len() <= WIDTH {
        push(&mut lines, 4, &whole)?;
    } else {
        // Where the arguments fit and the type does not, the type is broken.
        let breaks = output
            .find(['<', '(', '['])
            .map_or(output.len(), |at| at + 1);
        if 4 + whole.len() - (output.len() + 2 - breaks) <= WIDTH {
            return None;
        }
        push(&mut lines, 4, &format!("pub fn {name}("))?;
        for argument in arguments {
            push(&mut lines, 8, &format!("{argument},"))?;
        }
        push(&mut lines, 4, &format!(") {output} {{"))?;
    }
    let body: Vec<TokenTree> = body.stream().into_iter().collect();
    chain(&body, &mut lines)?;
    push(&mut lines, 4, "}")?;
    Some(lines)
}

/// `self.core.request(…).call(…)`.
fn chain(tokens: &[TokenTree], lines: &mut Vec<String>) -> Option<()> {
    let whole = flat(tokens)?;
    let links = links(tokens)?;
    if 8 + whole.len() <= WIDTH {
        return push(lines, 8, &whole);
    }
    // Nothing is broken off a name as short as `self`.
    let (first, rest) = match links.as_slice() {
        [first, rest @ ..] if rest.is_empty() => {
            return call(&format!("self.{}", first.0), first.1?, 8, lines);
        }
        [first, rest @ ..] => (first, rest),
        [] => return None,
    };
    if first.1.is_some() {
        return None;
    }
    push(lines, 8, &format!("self.{}", first.0))?;
    for (name, arguments) in rest {
        match arguments {
            Some(arguments) => call(&format!(".{name}"), arguments, 12, lines)?,
            None => push(lines, 12, &format!(".{name}"))?,
        }
    }
    Some(())
}

/// What follows `self` in a chain: names, with the arguments of those that are called.
fn links(tokens: &[TokenTree]) -> Option<Vec<(String, Option<&proc_macro2::Group>)>> {
    let [TokenTree::Ident(receiver), rest @ ..] = tokens else {
        return None;
    };
    let mut rest = rest;
    if receiver != "self" {
        return None;
    }
    let mut links = Vec::new();
    while let [
        TokenTree::Punct(dot),
        TokenTree::Ident(name),
        following @ ..,
    ] = rest
    {
        if dot.as_char() != '.' {
            return None;
        }
        rest = following;
        let arguments = match rest {
            [TokenTree::Group(group), following @ ..]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                rest = following;
                Some(group)
            }
            _ => None,
        };
        links.push((name.to_string(), arguments));
    }
    rest.is_empty().then_some(links)
}

/// A call, with an argument on each line where they do not fit in one.
fn call(
    name: &str,
    arguments: &proc_macro2::Group,
    indent: usize,
    lines: &mut Vec<String>,
) -> Option<()> {
    let arguments: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let arguments: Vec<String> = split(&arguments).map(flat).collect::<Option<_>>()?;
    let whole = format!("{name}({})", arguments.join(", "));
    if indent + whole.len() <= WIDTH {
        return push(lines, indent, &whole);
    }
    push(lines, indent, &format!("{name}("))?;
    for argument in arguments {
        push(lines, indent + 4, &format!("{argument},"))?;
    }
    push(lines, indent, ")")
}

/// Attributes that the tokens begin with. Returns how many tokens they are.
fn attributes(tokens: &[TokenTree], indent: usize, lines: &mut Vec<String>) -> Option<usize> {
    let mut used = 0;
    while let Some([TokenTree::Punct(sign), TokenTree::Group(group), ..]) = tokens.get(used..) {
        if sign.as_char() != '#' || sign.spacing() != Spacing::Alone {
            break;
        }
        used += 2;
        let attribute: Vec<TokenTree> = group.stream().into_iter().collect();
        if let [
            TokenTree::Ident(name),
            TokenTree::Punct(_),
            TokenTree::Literal(text),
        ] = attribute.as_slice()
            && let Some(comment) = comment_lines(&name.to_string(), &text.to_string())
        {
            let indent = " ".repeat(indent);
            lines.extend(comment.map(|line| format!("{indent}///{line}")));
            continue;
        }
        // Long ones are spread over lines, and those under a feature joined again.
        if matches!(attribute.first(), Some(TokenTree::Ident(name)) if name == "cfg_attr") {
            return None;
        }
        push(lines, indent, &format!("#[{}]", flat(&attribute)?))?;
    }
    Some(used)
}

/// Adds a line; `None` where it is too long.
fn push(lines: &mut Vec<String>, indent: usize, text: &str) -> Option<()> {
    (indent + text.len() <= WIDTH).then(|| lines.push(format!("{}{text}", " ".repeat(indent))))
}
