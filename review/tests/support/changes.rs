//! Changes in a file: a title in a line with `#`, the verdict (JSON, XML, Rust, behaviour, the version of the bindings, and how many
//! findings), and patches of the bookshop: of both sides in lines with `=`, of the older one with `-`, of the newer one with `+`.
//!
//! `@Line.isbn` is the property of the component, `<Line>` a reference to it, `%list`, `%create`, `%get` and `%cancel` are the operations.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

/// The files.
const FILES: &[&str] = &[
    include_str!("../data/combined.txt"),
    include_str!("../data/travels.txt"),
    include_str!("../data/further.txt"),
    include_str!("../data/others.txt"),
];

/// A change.
#[derive(Default)]
pub struct Case {
    pub title: &'static str,
    pub expected: Vec<&'static str>,
    /// `BASE ~ HEAD`.
    pub patch: String,
}

/// All of them.
pub fn all() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut sides = [String::new(), String::new()];
    let finish = |cases: &mut Vec<Case>, sides: &mut [String; 2]| {
        if let Some(case) = cases.last_mut() {
            case.patch = format!("{} ~ {}", sides[0], sides[1]);
        }
        *sides = [String::new(), String::new()];
    };
    for line in FILES.iter().flat_map(|file| file.lines()) {
        if let Some(title) = line.strip_prefix("# ") {
            finish(&mut cases, &mut sides);
            cases.push(Case {
                title,
                ..Case::default()
            });
            continue;
        }
        let (mark, rest) = line.split_at(line.len().min(1));
        let of: &[usize] = match mark {
            "=" => &[0, 1],
            "-" => &[0],
            "+" => &[1],
            _ => {
                if let Some(case) = cases.last_mut().filter(|_| !line.is_empty()) {
                    case.expected = line.split(' ').collect();
                }
                continue;
            }
        };
        for &side in of {
            if !sides[side].is_empty() {
                sides[side].push_str(" ; ");
            }
            sides[side].push_str(&written_out(rest.trim()));
        }
    }
    finish(&mut cases, &mut sides);
    cases
}

/// The patch without the short forms.
fn written_out(patch: &str) -> String {
    let mut out = String::new();
    let mut rest = patch;
    while let Some(at) = rest.find(['@', '%', '<']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let mut chars = tail.chars();
        let mark = chars.next();
        let tail = chars.as_str();
        let end = tail
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(tail.len());
        let (name, after) = tail.split_at(end);
        rest = after;
        match (mark, name) {
            (Some('@'), name) if name.starts_with(char::is_uppercase) => {
                out.push_str("/components/schemas/");
                out.push_str(name);
                if let Some(after) = after.strip_prefix('.') {
                    out.push_str("/properties/");
                    rest = after;
                }
            }
            (Some('%'), "list") => out.push_str("/paths/~1orders/get"),
            (Some('%'), "create") => out.push_str("/paths/~1orders/post"),
            (Some('%'), "get") => out.push_str("/paths/~1orders~1{id}/get"),
            (Some('%'), "cancel") => out.push_str("/paths/~1orders~1{id}/delete"),
            (Some('<'), name) if after.starts_with('>') => {
                out.push_str(&format!("{{$ref: '#/components/schemas/{name}'}}"));
                rest = &after[1..];
            }
            (mark, name) => {
                out.extend(mark);
                out.push_str(name);
            }
        }
    }
    out.push_str(rest);
    out
}
