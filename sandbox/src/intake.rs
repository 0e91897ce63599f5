//! A request's body as it streams in: its beginning is recorded, its length counted, the rest let go.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::watch;

use crate::record::KEPT_OF_BODY;

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The connection broke, or the body's framing is wrong.
    Broken(String),
    /// It is larger than allowed.
    TooLarge(u64),
}

/// A body that is being read.
pub(crate) struct Intake {
    body: Body,
    kept: BytesMut,
    length: u64,
    most: u64,
    stop: watch::Receiver<bool>,
}

impl Intake {
    /// Takes a body of at most `most` bytes.
    pub(crate) fn new(body: Body, most: u64, stop: watch::Receiver<bool>) -> Self {
        Self {
            body,
            kept: BytesMut::new(),
            length: 0,
            most,
            stop,
        }
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Cut> {
        loop {
            let frame = tokio::select! {
                // What has arrived counts, also when the sandbox stops.
                biased;
                frame = self.body.frame() => frame,
                _ = self.stop.wait_for(|stop| *stop) => return Err(Cut::Broken("the sandbox stops".to_owned())),
            };
            let frame = match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(Cut::Broken(error.to_string())),
                Some(Ok(frame)) => frame,
            };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            self.length += data.len() as u64;
            let room = KEPT_OF_BODY.saturating_sub(self.kept.len());
            self.kept
                .extend_from_slice(data.get(..data.len().min(room)).unwrap_or_default());
            if self.length > self.most {
                return Err(Cut::TooLarge(self.most));
            }
            return Ok(Some(data));
        }
    }

    /// The whole body, if it has at most `most` bytes.
    pub(crate) async fn collect(&mut self, most: usize) -> Result<Bytes, Cut> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next().await? {
            if whole.len() + piece.len() > most {
                return Err(Cut::TooLarge(most as u64));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// Reads what is left and lets it go, so that the client is not cut off while it sends.
    pub(crate) async fn drain(&mut self) {
        while let Ok(Some(_)) = self.next().await {}
    }

    /// The recorded beginning and the length so far.
    pub(crate) fn take_record(&mut self) -> (Bytes, u64) {
        (std::mem::take(&mut self.kept).freeze(), self.length)
    }
}
