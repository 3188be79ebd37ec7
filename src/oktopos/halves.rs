//! A request body that leaves in two halves, so that a test can crash the program between them. Not used otherwise.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use crate::chaos;

/// Where the body is.
enum At {
    Start,
    /// The first half was handed over, and may be on its way only after a pause.
    Paused,
    Half,
}

/// The rest of a body and where it is.
pub(super) struct Halves {
    rest: Bytes,
    at: At,
}

impl Halves {
    pub(super) fn new(body: String) -> Self {
        Self { rest: body.into(), at: At::Start }
    }
}

impl hyper::body::Body for Halves {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.at {
            At::Start => {
                chaos::point("connect.after");
                self.at = At::Paused;
                let half = self.rest.len() / 2;
                Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(half)))))
            }
            At::Paused => {
                self.at = At::Half;
                // What was handed over is written before this is asked again.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            At::Half if self.rest.is_empty() => Poll::Ready(None),
            At::Half => {
                chaos::point("request.half");
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
