//! Keeps the client within the limits that a server sets, before the server has to refuse.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::RateLimit;

/// Usage of a limit, as the server last reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Requests that count at the moment.
    pub used: u32,
    /// Requests that are allowed.
    pub limit: u32,
}

/// One limit: at most `requests` in any `seconds`.
///
/// A request counts from the moment that it may be sent until `seconds` after its reply came: the server counts it
/// somewhere between, so that its count can never be higher than ours.
pub(crate) struct Limiter {
    limit: RateLimit,
    state: Mutex<State>,
    /// Callers wait in line here; the first of them waits for room.
    line: tokio::sync::Mutex<()>,
    finished: Notify,
}

#[derive(Default)]
struct State {
    running: usize,
    done: VecDeque<Instant>,
    paused_until: Option<Instant>,
    usage: Option<Usage>,
}

/// Room for one request; give it back by dropping it.
pub(crate) struct Permit<'a>(&'a Limiter);

/// The longest pause that one reply asks of all calls.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// There is no room before the deadline.
#[derive(Debug)]
pub(crate) struct NoRoom {
    pub(crate) wait: Option<Duration>,
}

enum Room {
    Now,
    At(Instant),
    /// When one of the running requests has ended.
    Later,
}

impl Limiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            state: Mutex::default(),
            line: tokio::sync::Mutex::default(),
            finished: Notify::new(),
        }
    }

    pub(crate) fn limit(&self) -> &RateLimit {
        &self.limit
    }

    /// Waits for room, in the order of asking. Dropping the future leaves the line.
    pub(crate) async fn acquire(&self, deadline: Option<Instant>) -> Result<Permit<'_>, NoRoom> {
        let deadline = deadline.unwrap_or_else(far_future);
        // Who would wait in vain does not wait in line.
        if let Room::At(at) = self.room(false)
            && at >= deadline
        {
            return Err(no_room_before(at));
        }
        let Ok(_line) = timeout_at(deadline, self.line.lock()).await else {
            return Err(NoRoom { wait: None });
        };
        loop {
            let finished = self.finished.notified();
            match self.room(true) {
                Room::Now => return Ok(Permit(self)),
                Room::At(at) if at >= deadline => return Err(no_room_before(at)),
                Room::At(at) => sleep_until(at).await,
                Room::Later => {
                    if timeout_at(deadline, finished).await.is_err() {
                        return Err(NoRoom { wait: None });
                    }
                }
            }
        }
    }

    /// Whether there is room; `take` takes it.
    fn room(&self, take: bool) -> Room {
        let now = Instant::now();
        let window = Duration::from_secs(self.limit.seconds.into());
        let mut state = self.state();
        if let Some(until) = state.paused_until {
            if now < until {
                return Room::At(until);
            }
            state.paused_until = None;
        }
        while state.done.front().is_some_and(|done| *done + window <= now) {
            state.done.pop_front();
        }
        let allowed = usize::try_from(self.limit.requests.max(1)).unwrap_or(usize::MAX);
        if state.running + state.done.len() < allowed {
            state.running += usize::from(take);
            return Room::Now;
        }
        state
            .done
            .front()
            .map_or(Room::Later, |first| Room::At(*first + window))
    }

    /// The server asked for a pause: nothing is sent before it is over. One call's reply does not stop the client for longer
    /// than [`LONGEST_PAUSE`]: then the next call finds out whether the server still refuses.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait.min(LONGEST_PAUSE);
        let mut state = self.state();
        state.paused_until = Some(state.paused_until.map_or(until, |known| known.max(until)));
    }

    /// Takes the server's own count over where it is higher: others may use the same credential.
    pub(crate) fn observe(&self, usage: Usage) {
        let now = Instant::now();
        let mut state = self.state();
        state.usage = Some(usage);
        let used = usize::try_from(usage.used.min(self.limit.requests)).unwrap_or(0);
        // The request that this reply belongs to still counts as running.
        let ours = state.running + state.done.len();
        for _ in ours..used {
            state.done.push_back(now);
        }
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        self.state().usage
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running = state.running.saturating_sub(1);
        state.done.push_back(Instant::now());
        drop(state);
        self.0.finished.notify_waiters();
    }
}

fn no_room_before(at: Instant) -> NoRoom {
    NoRoom {
        wait: Some(at.saturating_duration_since(Instant::now())),
    }
}

/// `used/limit`, as `API-Usage-Limit` has it.
pub(crate) fn parse_usage(value: &str) -> Option<Usage> {
    let (used, limit) = value.split_once('/')?;
    Some(Usage {
        used: used.trim().parse().ok()?,
        limit: limit.trim().parse().ok()?,
    })
}

/// The longest wait: what is longer means "for ever", and must not overflow an [`Instant`].
pub(crate) const LONGEST: Duration = Duration::from_secs(86_400 * 365);

/// A deadline for "never".
pub(crate) fn far_future() -> Instant {
    Instant::now() + LONGEST
}
