//! What most of a module is, laid out from its tokens as prettyplease does it, without a syntax tree: structs, enums, and methods whose
//! body is one chain of calls. What has another form, or does not fit so, is left to prettyplease.

use proc_macro2::{Delimiter, Group, Spacing, TokenTree};

use super::comments::comment_lines;
use super::flat::{flat, split};

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

/// `pub static NAME: T = T { … };` that the tokens begin with.
pub(super) fn constant(tokens: &[TokenTree]) -> Option<Laid> {
    let mut lines = Vec::new();
    let used = attributes(tokens, 0, &mut lines)?;
    let item = tokens.get(used..)?;
    let equals =
        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '=');
    let at = item.iter().take(8).position(equals)?;
    let [
        TokenTree::Ident(ty),
        TokenTree::Group(fields),
        TokenTree::Punct(_),
        ..,
    ] = item.get(at + 1..)?
    else {
        return None;
    };
    let declared = flat(&item[..at])?;
    if !declared.starts_with("pub static ") || fields.delimiter() != Delimiter::Brace {
        return None;
    }
    let fields: Vec<TokenTree> = fields.stream().into_iter().collect();
    push(&mut lines, 0, &format!("{declared} = {ty} {{"))?;
    let mut width = declared.len() + ty.to_string().len() + " =  { };".len();
    for field in split(&fields) {
        width += flat(field.get(2..)?)?.len() + 4;
        match field {
            [TokenTree::Punct(dot), TokenTree::Punct(_), base @ ..] if dot.as_char() == '.' => {
                let (TokenTree::Group(arguments), function) = base.split_last()? else {
                    return None;
                };
                call(&format!("..{}", flat(function)?), arguments, 4, &mut lines)?;
            }
            [
                TokenTree::Ident(name),
                TokenTree::Punct(colon),
                TokenTree::Punct(sign),
                TokenTree::Group(items),
            ] if colon.as_char() == ':' && sign.as_char() == '&' => {
                list(&format!("{name}: &"), items, &mut lines)?;
            }
            [TokenTree::Ident(name), TokenTree::Punct(colon), value @ ..]
                if colon.as_char() == ':' =>
            {
                push(&mut lines, 4, &format!("{name}: {},", flat(value)?))?;
            }
            _ => return None,
        }
    }
    // It may fit on one line.
    if width <= WIDTH {
        return None;
    }
    lines.push("};".to_owned());
    Some((lines, used + at + 4))
}

/// A field of a constant that is a list, with an item on each line where they do not fit in one.
fn list(name: &str, items: &Group, lines: &mut Vec<String>) -> Option<()> {
    if items.delimiter() != Delimiter::Bracket {
        return None;
    }
    let items: Vec<TokenTree> = items.stream().into_iter().collect();
    let items: Vec<String> = split(&items).map(flat).collect::<Option<_>>()?;
    let whole = format!("{name}[{}],", items.join(", "));
    if 4 + whole.len() <= WIDTH {
        return push(lines, 4, &whole);
    }
    push(lines, 4, &format!("{name}["))?;
    for item in items {
        push(lines, 8, &format!("{item},"))?;
    }
    push(lines, 4, "],")
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
        [first] => {
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
fn links(tokens: &[TokenTree]) -> Option<Vec<(String, Option<&Group>)>> {
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
fn call(name: &str, arguments: &Group, indent: usize, lines: &mut Vec<String>) -> Option<()> {
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
        // Long ones are spread over lines, and those under a feature joined again; some comments are blocks.
        let spread = |name: &proc_macro2::Ident| name == "cfg_attr" || name == "doc";
        if matches!(attribute.first(), Some(TokenTree::Ident(name)) if spread(name)) {
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
