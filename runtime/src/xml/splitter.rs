//! Cuts a document that arrives in pieces into units: whatever is at its top
//! level or directly in its root. Each byte is looked at once, however small
//! the pieces are.

use memchr::{memchr, memchr3};

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Text between markup.
    Text,
    /// A comment, an instruction, a CDATA section, a declaration.
    Markup,
    /// The root's start tag.
    Root,
    /// The root's end tag.
    RootEnd,
    /// An element in the root, whole.
    Element,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Text,
    /// Behind `<`.
    Open,
    /// Behind `<!`, as far as it is the same for all that starts so.
    Bang,
    /// In a start or end tag, or a DOCTYPE (whose brackets do not count: it is
    /// refused anyway).
    Tag,
    Quoted(u8),
    /// Until `-->`, `]]>` or `?>`: the two bytes before `>`, and where they may begin.
    Until([u8; 2], usize),
}

#[derive(Debug)]
pub(super) struct Splitter {
    state: State,
    /// Open elements.
    depth: usize,
    /// How far the input has been looked at.
    at: usize,
    /// Where the current markup begins.
    markup: usize,
    /// Where the current unit begins.
    start: usize,
}

impl Splitter {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            depth: 0,
            at: 0,
            markup: 0,
            start: 0,
        }
    }

    /// Where the current unit, complete or not, begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Whether something is unfinished besides text at the top level.
    pub(super) fn is_inside(&self) -> bool {
        self.depth > 0 || !matches!(self.state, State::Text)
    }

    /// A whole element in the root has been read up to `at`.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.state = State::Text;
        self.at = at;
        self.markup = at;
        self.start = at;
    }

    /// The first `gone` bytes of the input have been dropped.
    pub(super) fn shift(&mut self, gone: usize) {
        self.at -= gone;
        self.markup = self.markup.saturating_sub(gone);
        self.start -= gone;
        if let State::Until(_, from) = &mut self.state {
            *from = from.saturating_sub(gone);
        }
    }

    /// The next unit that is complete, and its range.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Option<(Unit, usize, usize)> {
        loop {
            let rest = bytes.get(self.at..).filter(|r| !r.is_empty())?;
            match self.state {
                State::Text => {
                    let near = |b: &u8| *b == b'<';
                    let Some(n) = find(rest, near, |far| memchr(b'<', far)) else {
                        self.at = bytes.len();
                        return None;
                    };
                    self.markup = self.at + n;
                    self.at = self.markup + 1;
                    self.state = State::Open;
                    if self.depth <= 1 && self.start < self.markup {
                        let unit = (Unit::Text, self.start, self.markup);
                        self.start = self.markup;
                        return Some(unit);
                    }
                }
                State::Open => match rest.first() {
                    Some(b'!') => self.state = State::Bang,
                    Some(b'?') => self.state = State::Until([b'?', 0], self.at + 1),
                    _ => self.state = State::Tag,
                },
                State::Bang => self.bang(bytes.get(self.markup..).unwrap_or_default())?,
                State::Quoted(quote) => {
                    let Some(n) = find(rest, |b| *b == quote, |far| memchr(quote, far)) else {
                        self.at = bytes.len();
                        return None;
                    };
                    self.at += n + 1;
                    self.state = State::Tag;
                }
                State::Until(end, from) => {
                    let Some(n) = memchr(b'>', rest) else {
                        self.at = bytes.len();
                        return None;
                    };
                    let stop = self.at + n;
                    self.at = stop + 1;
                    let before = bytes.get(from..stop).unwrap_or_default();
                    let ends = match end {
                        [one, 0] => before.ends_with(&[one]),
                        two => before.ends_with(&two),
                    };
                    if ends && let Some(unit) = self.end_of_markup(Unit::Markup) {
                        return Some(unit);
                    }
                }
                State::Tag => {
                    let near = |b: &u8| matches!(b, b'>' | b'"' | b'\'');
                    let far = |far: &[u8]| memchr3(b'>', b'"', b'\'', far);
                    let Some(n) = find(rest, near, far) else {
                        self.at = bytes.len();
                        return None;
                    };
                    self.at += n + 1;
                    match rest.get(n) {
                        Some(b'>') => {
                            let tag = bytes.get(self.markup..self.at).unwrap_or_default();
                            if let Some(unit) = self.end_of_tag(tag) {
                                return Some(unit);
                            }
                        }
                        Some(quote) => self.state = State::Quoted(*quote),
                        None => return None,
                    }
                }
            }
        }
    }

    /// Markup that begins with `<!`: a comment, a section of CDATA, or a declaration. `None` where too little has come.
    fn bang(&mut self, so_far: &[u8]) -> Option<()> {
        if so_far.starts_with(b"<!--") {
            self.at = self.markup + 4;
            self.state = State::Until(*b"--", self.at);
        } else if so_far.starts_with(b"<![CDATA[") {
            self.at = self.markup + 9;
            self.state = State::Until(*b"]]", self.at);
        } else if b"<!--".starts_with(so_far) || b"<![CDATA[".starts_with(so_far) {
            return None;
        } else {
            self.state = State::Tag;
        }
        Some(())
    }

    fn end_of_tag(&mut self, tag: &[u8]) -> Option<(Unit, usize, usize)> {
        let before = self.depth;
        let unit = match tag {
            [b'<', b'!', ..] => Unit::Markup,
            [b'<', b'/', ..] => {
                self.depth = before.saturating_sub(1);
                match before {
                    0 | 1 => Unit::RootEnd,
                    _ => Unit::Element,
                }
            }
            [.., b'/', b'>'] if before == 0 => Unit::Root,
            [.., b'/', b'>'] => Unit::Element,
            _ => {
                self.depth += 1;
                if before > 0 {
                    self.state = State::Text;
                    return None;
                }
                Unit::Root
            }
        };
        self.end_of_markup(unit)
    }

    /// Markup has ended; that ends a unit unless it is inside one.
    fn end_of_markup(&mut self, unit: Unit) -> Option<(Unit, usize, usize)> {
        self.state = State::Text;
        if self.depth > 1 {
            return None;
        }
        let start = std::mem::replace(&mut self.start, self.at);
        Some((unit, start, self.at))
    }
}

/// What is looked for is mostly near: the first bytes are compared here, the
/// rest by a function that is faster once it has started.
#[inline]
fn find(
    bytes: &[u8],
    near: impl Fn(&u8) -> bool,
    far: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    const NEAR: usize = 16;
    match bytes.iter().take(NEAR).position(near) {
        Some(n) => Some(n),
        None => far(bytes.get(NEAR..)?).map(|n| n + NEAR),
    }
}
