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
    #[cfg(any(feature = "gzip", feature = "brotli"))]
    Compressed(Box<coded::Coded>),
    /// An error, unless the body is empty.
    Unsupported(String),
}

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
        if !self.begun && !matches!(self.coding, Coding::Plain) {
            self.begun = !piece.is_empty();
            if is_text(&piece) {
                self.coding = Coding::Plain;
            }
        }
        match &mut self.coding {
            Coding::Plain => Ok(Some(piece)),
            Coding::Unsupported(_) if piece.is_empty() => Ok(None),
            Coding::Unsupported(text) => Err(Undecodable::Unsupported(text.clone())),
            #[cfg(any(feature = "gzip", feature = "brotli"))]
            Coding::Compressed(coded) => {
                coded.push(piece);
                coded.next()
            }
        }
    }

    /// What more has been decoded.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Undecodable> {
        match &mut self.coding {
            #[cfg(any(feature = "gzip", feature = "brotli"))]
            Coding::Compressed(coded) => coded.next(),
            _ => Ok(None),
        }
    }

    /// The body is at its end; gives what that decodes to, as [`Decompressor::push`].
    pub(super) fn finish(&mut self) -> Result<Option<Bytes>, Undecodable> {
        self.ended = true;
        match &mut self.coding {
            #[cfg(any(feature = "gzip", feature = "brotli"))]
            Coding::Compressed(coded) => coded.finish(),
            _ => Ok(None),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }
}

impl Coding {
    fn new(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_ENCODING) else {
            return Self::Plain;
        };
        let value = value.to_str().unwrap_or("?").trim().to_ascii_lowercase();
        match value.as_str() {
            "" | "identity" => Self::Plain,
            name if is_no_coding(name) => Self::Plain,
            #[cfg(feature = "gzip")]
            "gzip" | "x-gzip" => Self::Compressed(coded::Coded::gzip()),
            #[cfg(feature = "gzip")]
            "deflate" => Self::Compressed(coded::Coded::deflate()),
            #[cfg(feature = "brotli")]
            "br" => Self::Compressed(coded::Coded::brotli()),
            #[cfg(not(feature = "gzip"))]
            "gzip" | "x-gzip" | "deflate" => Self::Unsupported(format!(
                "the body is compressed ({value}), although that was not asked for: enable the feature `gzip`"
            )),
            #[cfg(not(feature = "brotli"))]
            "br" => Self::Unsupported(
                "the body is compressed (br), although that was not asked for: enable the feature `brotli`"
                    .to_owned(),
            ),
            _ => {
                let shown: String = value.chars().filter(|c| !c.is_control()).take(40).collect();
                Self::Unsupported(format!("unsupported content encoding `{shown}`"))
            }
        }
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

    use super::{Bytes, Undecodable};

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
        #[cfg(feature = "gzip")]
        Gzip(flate2::bufread::MultiGzDecoder<Queue>),
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

    impl Coded {
        fn new(codec: Codec, name: &'static str) -> Box<Self> {
            Box::new(Self {
                codec,
                name,
                begun: false,
                done: false,
            })
        }

        #[cfg(feature = "gzip")]
        pub(super) fn gzip() -> Box<Self> {
            let decoder = flate2::bufread::MultiGzDecoder::new(Queue::default());
            Self::new(Codec::Gzip(decoder), "gzip")
        }

        #[cfg(feature = "gzip")]
        pub(super) fn deflate() -> Box<Self> {
            Self::new(Codec::Deflate(Queue::default()), "deflate")
        }

        #[cfg(feature = "brotli")]
        pub(super) fn brotli() -> Box<Self> {
            let decoder = brotli_decompressor::Decompressor::new(Queue::default(), 4096);
            Self::new(Codec::Brotli(Box::new(decoder)), "Brotli")
        }

        fn queue(&mut self) -> &mut Queue {
            match &mut self.codec {
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

        pub(super) fn push(&mut self, piece: Bytes) {
            self.begun |= !piece.is_empty();
            let queue = self.queue();
            queue.bytes = match queue.bytes.is_empty() {
                true => piece,
                // A few bytes, of which the decoder could not make anything.
                false => [&*queue.bytes, &*piece].concat().into(),
            };
        }

        pub(super) fn finish(&mut self) -> Result<Option<Bytes>, Undecodable> {
            self.queue().ended = true;
            if self.begun { self.next() } else { Ok(None) }
        }

        pub(super) fn next(&mut self) -> Result<Option<Bytes>, Undecodable> {
            if self.done {
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
                #[cfg(feature = "gzip")]
                Codec::Gzip(decoder) => decoder.read(buffer),
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
