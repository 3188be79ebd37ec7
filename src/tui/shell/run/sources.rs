//! Looks into everything but the terminal that can have something for the desk. Waits for nothing.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::{
    desk::event::DeskEvent,
    domain::{guest::call::CallEvent, value::text::Clean},
    tui::msg::Msg,
};

/// Channels in which answers and news come.
pub(in crate::tui::shell::run) struct Channels {
    /// Answers of effects.
    pub replies: mpsc::Receiver<Msg>,
    /// What the sender and the poll find out.
    pub events: mpsc::Receiver<DeskEvent>,
    /// What is heard of calls.
    pub calls: mpsc::Receiver<CallEvent>,
}

/// Everything but the terminal that can have something for the desk.
pub(in crate::tui::shell::run) struct Wakers {
    channels: Channels,
    events_open: bool,
    stop: CancellationToken,
    /// What ends the desk: it is told to, a part of the program panicked, nobody waits for it. Each once.
    ends: [Option<Pin<Box<WaitForCancellationFutureOwned>>>; 3],
    /// Rings when any of them has something.
    waker: Waker,
}

impl Wakers {
    /// `ends` are what tells the desk to end, that a part of the program panicked, and that nobody waits for the desk; `waker`
    /// is called when any of them has something.
    pub fn new(channels: Channels, ends: [&CancellationToken; 3], waker: Waker) -> Self {
        let stop = ends[0].clone();
        let ends = ends.map(|token| Some(Box::pin(token.clone().cancelled_owned())));
        Self { channels, events_open: true, stop, ends, waker }
    }

    /// What is there already. Whatever has nothing rings as soon as it has.
    pub fn try_next(&mut self) -> Option<Msg> {
        let mut context = Context::from_waker(&self.waker);
        for end in &mut self.ends {
            if end.as_mut().is_some_and(|end| end.as_mut().poll(&mut context).is_ready()) {
                *end = None;
                return Some(Msg::Terminate);
            }
        }
        if let Poll::Ready(Some(reply)) = self.channels.replies.poll_recv(&mut context) {
            return Some(reply);
        }
        if let Poll::Ready(Some(heard)) = self.channels.calls.poll_recv(&mut context) {
            return Some(Msg::Call(heard));
        }
        if !self.events_open {
            return None;
        }
        match self.channels.events.poll_recv(&mut context) {
            Poll::Ready(Some(event)) => Some(Msg::Desk(event)),
            Poll::Pending => None,
            Poll::Ready(None) => {
                self.events_open = false;
                // It was told to end, too. Else a sender that is gone sends nothing any more: never a live screen without one.
                let gone = || Msg::Desk(DeskEvent::SenderStopped { reason: Clean::new("panic") });
                Some(if self.stop.is_cancelled() { Msg::Terminate } else { gone() })
            }
        }
    }
}
