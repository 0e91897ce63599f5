//! Changes to texts, the same in every run.

use lavka_random::Random;

/// Pieces that matter to XML.
#[allow(dead_code, reason = "not every test mutates")]
pub const PIECES: &[&str] = &[
    "<",
    ">",
    "&",
    "\"",
    "'",
    "/",
    "</",
    "/>",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "]]>",
    "]]",
    "<?",
    "?>",
    "<?x y?>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE a>",
    "<!DOCTYPE a [",
    "&amp;",
    "&lt;",
    "&#65;",
    "&#x41;",
    "&#0;",
    "&#xD800;",
    "&nope;",
    "&#10;",
    "\r",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\u{0}",
    "\u{1}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{feff}",
    "я",
    "𝄞",
    "<a>",
    "</a>",
    "<a/>",
    "<a b='c'>",
    " x='1'",
    " x='1' x='2'",
    " type=\"integer\"",
    " nil=\"true\"",
    "xmlns='u'",
    "<title>",
    "</title>",
    "<id type=\"integer\">",
    "=",
    "a",
    "-",
    "1",
    "<a b=c>",
    "<a b>",
    "<a b='<'>",
    "<-a/>",
    "<1/>",
];

#[allow(dead_code, reason = "not every test mutates")]
/// Changes a text in one to four places.
pub fn mutate(random: &mut Random, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(5) {
            0 => {
                let end = (at + 1 + random.below(3)).min(chars.len());
                chars.drain(at.min(end)..end);
            }
            1 => {
                let end = (at + random.below(60)).min(chars.len());
                chars.drain(at.min(end)..end);
            }
            2 => {
                let end = (at + random.below(60)).min(chars.len());
                let piece: Vec<char> = chars[at.min(end)..end].to_vec();
                let to = random.below(chars.len() + 1);
                chars.splice(to..to, piece);
            }
            _ => {
                let piece: Vec<char> = random.pick(PIECES).chars().collect();
                chars.splice(at..at, piece);
            }
        }
    }
    chars.into_iter().collect()
}

/// A small document from nothing but pieces, in `<r>`.
#[allow(dead_code, reason = "not every test invents")]
pub fn invent(random: &mut Random) -> String {
    let mut out = String::from("<r>");
    for _ in 0..random.below(12) {
        out.push_str(random.pick::<&str>(PIECES));
    }
    out.push_str("</r>");
    out
}
