//! Replies whose body is compressed (`Content-Encoding`).
//!
//! gzip and deflate need the feature `gzip`, Brotli the feature `brotli`. What is decoded is handed on in pieces of bounded
//! size, whatever the ratio, so that the client's bound on bodies holds for what comes out.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

use crate::ErrorKind;

/// What the client asks for; nothing where no feature is on.
pub(super) const ACCEPTED: Option<&str> = match (cfg!(feature = "gzip"), cfg!(feature = "brotli")) {
    (true, true) => Some("gzip, deflate, br"),
    (true, false) => Some("gzip, deflate"),
    (false, true) => Some("br"),
    (false, false) => None,
};

/// Why a body cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "gzip", feature = "brotli")), allow(dead_code))]
pub(super) enum Undecodable {
    /// Its encoding is not supported, or its feature is off.
    Unsupported(String),
    /// It is not of its encoding.
    Broken(String),
    /// It ended before its end.
    Truncated(&'static str),
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(text) | Self::Broken(text) => f.write_str(text),
            Self::Truncated(encoding) => write!(f, "the {encoding} body ended before its end"),
        }
    }
}

impl Undecodable {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Unsupported(_) => ErrorKind::Format,
            Self::Broken(_) => ErrorKind::Decode,
            Self::Truncated(_) => ErrorKind::Truncated,
        }
    }
}

/// Decodes a body.
pub(super) struct Decompressor {
    coding: Coding,
    begun: bool,
    ended: bool,
}

enum Coding {
    Plain,
    /// What was applied last is first.
    #[cfg(any(feature = "gzip", feature = "brotli"))]
    Compressed(Vec<coded::Coded>),
    /// An error, unless the body is empty.
    Unsupported(String),
}

/// The most codings of a body.
const MOST: usize = 4;

impl Decompressor {
    /// For a reply with these headers.
    pub(super) fn new(headers: &HeaderMap) -> Self {
        Self {
            coding: Coding::new(headers),
            begun: false,
            ended: false,
        }
    }

    /// Takes the next piece of the body; gives what it decodes to, of which [`Decompressor::next`] gives the rest.
    pub(super) fn push(&mut self, piece: Bytes) -> Result<Option<Bytes>, Undecodable> {
        let begins = !self.begun && !piece.is_empty();
        self.begun |= begins;
        match &mut self.coding {
            Coding::Unsupported(_) if begins && is_text(&piece) => {
                self.coding = Coding::Plain;
                Ok(Some(piece))
            }
            Coding::Plain => Ok(Some(piece)),
            Coding::Unsupported(_) if piece.is_empty() => Ok(None),
            Coding::Unsupported(text) => Err(Undecodable::Unsupported(text.clone())),
            #[cfg(any(feature = "gzip", feature = "brotli"))]
            Coding::Compressed(coded) => {
                if let Some(outermost) = coded.first_mut() {
                    outermost.push(piece, false);
                }
                self.next()
            }
        }
    }

    /// What more has been decoded.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Undecodable> {
        match &mut self.coding {
            #[cfg(any(feature = "gzip", feature = "brotli"))]
            Coding::Compressed(coded) => coded::next(coded, self.ended),
            _ => Ok(None),
        }
    }

    /// The body is at its end; gives what that decodes to, as [`Decompressor::push`].
    pub(super) fn finish(&mut self) -> Result<Option<Bytes>, Undecodable> {
        self.ended = true;
        self.next()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }
}

impl Coding {
    fn new(headers: &HeaderMap) -> Self {
        #[cfg(any(feature = "gzip", feature = "brotli"))]
        let mut all = Vec::new();
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let values = values.map(|value| value.to_str().unwrap_or("?"));
        for (index, name) in values.flat_map(|value| value.split(',')).enumerate() {
            let name = name.trim().to_ascii_lowercase();
            match name.as_str() {
                "" | "identity" => {}
                name if is_no_coding(name) => {}
                _ if index >= MOST => {
                    return Self::Unsupported(format!("more than {MOST} content encodings"));
                }
                #[cfg(feature = "gzip")]
                "gzip" | "x-gzip" => all.push(coded::Coded::gzip()),
                #[cfg(feature = "gzip")]
                "deflate" => all.push(coded::Coded::deflate()),
                #[cfg(feature = "brotli")]
                "br" => all.push(coded::Coded::brotli()),
                #[cfg(not(feature = "gzip"))]
                "gzip" | "x-gzip" | "deflate" => return Self::without_feature(&name, "gzip"),
                #[cfg(not(feature = "brotli"))]
                "br" => return Self::without_feature(&name, "brotli"),
                _ => {
                    let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
                    return Self::Unsupported(format!("unsupported content encoding `{shown}`"));
                }
            }
        }
        #[cfg(any(feature = "gzip", feature = "brotli"))]
        if !all.is_empty() {
            all.reverse();
            return Self::Compressed(all);
        }
        Self::Plain
    }

    #[cfg(not(all(feature = "gzip", feature = "brotli")))]
    fn without_feature(name: &str, feature: &str) -> Self {
        Self::Unsupported(format!(
            "the body is compressed ({name}), although that was not asked for: enable the feature `{feature}`"
        ))
    }
}

/// Whether servers that mean something else write this: a charset, or an encoding of electronic mail.
fn is_no_coding(name: &str) -> bool {
    matches!(
        name,
        "none" | "binary" | "7bit" | "8bit" | "utf8" | "ascii" | "us-ascii"
    ) || ["utf-", "iso-", "windows-", "koi8-"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Whether a body is text, whatever its headers say: proxies decode bodies and leave the header as it was. A few bytes are not
/// judged: Brotli may begin with `[`.
fn is_text(beginning: &[u8]) -> bool {
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    let shown = text.get(..text.len().min(64)).unwrap_or_default();
    let is_shown = |byte: &u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    shown.len() >= 8
        && matches!(
            text.trim_ascii_start().first(),
            Some(b'{' | b'[' | b'<' | b'"')
        )
        && shown.iter().all(is_shown)
        && match std::str::from_utf8(shown) {
            Ok(_) => true,
            // A character that is cut in two.
            Err(error) => error.error_len().is_none(),
        }
}

#[cfg(any(feature = "gzip", feature = "brotli"))]
mod coded {
    use std::io::{self, BufRead, Read};

    use super::{Bytes, Undecodable, is_text};

    /// The most that is decoded at a time.
    const STEP: usize = 64 << 10;

    /// The encoded body as far as it has come. Where more is to come, reading would block.
    #[derive(Default)]
    struct Queue {
        bytes: Bytes,
        ended: bool,
    }

    impl Read for Queue {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let available = self.fill_buf()?;
            let count = available.len().min(buffer.len());
            let (available, _) = available.split_at(count);
            if let Some(place) = buffer.get_mut(..count) {
                place.copy_from_slice(available);
            }
            self.consume(count);
            Ok(count)
        }
    }

    impl BufRead for Queue {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            if self.bytes.is_empty() && !self.ended {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(&self.bytes)
        }

        fn consume(&mut self, count: usize) {
            let _ = self.bytes.split_to(count.min(self.bytes.len()));
        }
    }

    enum Codec {
        /// Text that is not encoded, whatever its headers say.
        Plain(Queue),
        #[cfg(feature = "gzip")]
        Gzip(Box<flate2::bufread::GzDecoder<Queue>>),
        #[cfg(feature = "gzip")]
        Zlib(flate2::bufread::ZlibDecoder<Queue>),
        #[cfg(feature = "gzip")]
        Raw(flate2::bufread::DeflateDecoder<Queue>),
        /// deflate before it is known whether it has zlib's frame.
        #[cfg(feature = "gzip")]
        Deflate(Queue),
        #[cfg(feature = "brotli")]
        Brotli(Box<brotli_decompressor::Decompressor<Queue>>),
    }

    pub(in crate::client) struct Coded {
        codec: Codec,
        name: &'static str,
        /// Whether anything has come.
        begun: bool,
        done: bool,
    }

    /// What more the last of these gives, each of which decodes what the one before it gives. `ended`: nothing more comes to the first.
    pub(super) fn next(all: &mut [Coded], ended: bool) -> Result<Option<Bytes>, Undecodable> {
        let Some((last, before)) = all.split_last_mut() else {
            return Ok(None);
        };
        loop {
            if let Some(piece) = last.next()? {
                return Ok(Some(piece));
            }
            match next(before, ended)? {
                Some(piece) => last.push(piece, true),
                None if ended && !last.has_all() => last.end(),
                None => return Ok(None),
            }
        }
    }

    impl Coded {
        fn new(codec: Codec, name: &'static str) -> Self {
            Self {
                codec,
                name,
                begun: false,
                done: false,
            }
        }

        #[cfg(feature = "gzip")]
        pub(super) fn gzip() -> Self {
            let decoder = flate2::bufread::GzDecoder::new(Queue::default());
            Self::new(Codec::Gzip(Box::new(decoder)), "gzip")
        }

        #[cfg(feature = "gzip")]
        pub(super) fn deflate() -> Self {
            Self::new(Codec::Deflate(Queue::default()), "deflate")
        }

        #[cfg(feature = "brotli")]
        pub(super) fn brotli() -> Self {
            let decoder = brotli_decompressor::Decompressor::new(Queue::default(), 4096);
            Self::new(Codec::Brotli(Box::new(decoder)), "Brotli")
        }

        fn queue(&mut self) -> &mut Queue {
            match &mut self.codec {
                Codec::Plain(queue) => queue,
                #[cfg(feature = "gzip")]
                Codec::Gzip(decoder) => decoder.get_mut(),
                #[cfg(feature = "gzip")]
                Codec::Zlib(decoder) => decoder.get_mut(),
                #[cfg(feature = "gzip")]
                Codec::Raw(decoder) => decoder.get_mut(),
                #[cfg(feature = "gzip")]
                Codec::Deflate(queue) => queue,
                #[cfg(feature = "brotli")]
                Codec::Brotli(decoder) => decoder.get_mut(),
            }
        }

        /// Takes a piece of the body, or of what another encoding gave. Proxies decode bodies and leave the header as it was, and repeat
        /// the header of a body that is encoded once.
        pub(super) fn push(&mut self, piece: Bytes, decoded: bool) {
            if self.done {
                return;
            }
            if !self.begun && (is_text(&piece) || decoded && !self.may_begin(&piece)) {
                self.codec = Codec::Plain(Queue::default());
            }
            self.begun |= !piece.is_empty();
            let queue = self.queue();
            queue.bytes = match queue.bytes.is_empty() {
                true => piece,
                // A few bytes, of which the decoder could not make anything.
                false => [&*queue.bytes, &*piece].concat().into(),
            };
        }

        /// Whether a body of this encoding may begin so; only gzip has a mark.
        fn may_begin(&self, piece: &[u8]) -> bool {
            let marked = match &self.codec {
                #[cfg(feature = "gzip")]
                Codec::Gzip(_) => true,
                _ => false,
            };
            !marked || piece.starts_with(&[0x1F])
        }

        /// Nothing more comes.
        fn end(&mut self) {
            self.queue().ended = true;
        }

        fn has_all(&mut self) -> bool {
            self.queue().ended
        }

        fn next(&mut self) -> Result<Option<Bytes>, Undecodable> {
            // A body of nothing is not encoded.
            if self.done || !self.begun {
                return Ok(None);
            }
            let mut buffer = vec![0; STEP];
            match self.read(&mut buffer) {
                Ok(0) => {
                    self.done = true;
                    Ok(None)
                }
                Ok(count) => {
                    buffer.truncate(count);
                    Ok(Some(buffer.into()))
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    Err(Undecodable::Truncated(self.name))
                }
                Err(error) => Err(Undecodable::Broken(format!(
                    "the body is not {}: {error}",
                    self.name
                ))),
            }
        }

        /// Reads the members of a gzip body, one after the other. What else is behind one is padding, which gzip ignores too.
        #[cfg(feature = "gzip")]
        fn read_members(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            loop {
                let Codec::Gzip(decoder) = &mut self.codec else {
                    return Ok(0);
                };
                let count = decoder.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
                let queue = decoder.get_mut();
                match *queue.bytes {
                    [0x1F, 0x8B, ..] => {}
                    [] | [0x1F] if !queue.ended => return Err(io::ErrorKind::WouldBlock.into()),
                    _ => {
                        queue.bytes.clear();
                        return Ok(0);
                    }
                }
                let decoder = flate2::bufread::GzDecoder::new(std::mem::take(queue));
                self.codec = Codec::Gzip(Box::new(decoder));
            }
        }

        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            #[cfg(feature = "gzip")]
            if let Codec::Deflate(queue) = &mut self.codec {
                let framed = match *queue.bytes {
                    [method, flags, ..] => {
                        method & 15 == 8
                            && (u16::from(method) << 8 | u16::from(flags)).is_multiple_of(31)
                    }
                    _ if !queue.ended => return Err(io::ErrorKind::WouldBlock.into()),
                    _ => false,
                };
                let queue = std::mem::take(queue);
                self.codec = match framed {
                    true => Codec::Zlib(flate2::bufread::ZlibDecoder::new(queue)),
                    false => Codec::Raw(flate2::bufread::DeflateDecoder::new(queue)),
                };
            }
            match &mut self.codec {
                Codec::Plain(queue) => queue.read(buffer),
                #[cfg(feature = "gzip")]
                Codec::Gzip(_) => self.read_members(buffer),
                #[cfg(feature = "gzip")]
                Codec::Zlib(decoder) => decoder.read(buffer),
                #[cfg(feature = "gzip")]
                Codec::Raw(decoder) => decoder.read(buffer),
                #[cfg(feature = "gzip")]
                Codec::Deflate(_) => Ok(0),
                #[cfg(feature = "brotli")]
                Codec::Brotli(decoder) => decoder.read(buffer),
            }
        }
    }
}
