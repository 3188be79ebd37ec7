//! Named points where a test can kill the program, and guards a test can break. A release build has none of it.
//!
//! Tests prove what a crash does and that every guard is held by a test:
//! * `CHAOS_KILL=point@3` ends the process the third time it comes by `point`, as a kill -9 would.
//! * `CHAOS_BUG=name` plants the bug of that name; the suite has to fail.
//!
//! Both are read once. Without debug assertions they are not read at all, and both calls are empty.

/// A guard that a test can break. Each variant says what then goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// An order nobody knows about is sent again without a person.
    RetryAfterUnknown,
    /// The journal does not wait for the disk.
    SynchronousNormal,
    /// The client follows redirects.
    FollowRedirects,
    /// Foreign text keeps its control characters.
    RawEscapes,
    /// The API key stands in the log.
    KeyInLog,
    /// A second program on a journal sends, too.
    SecondSender,
}

impl Bug {
    /// Every planted bug.
    pub const ALL: [Self; 6] = [
        Self::RetryAfterUnknown,
        Self::SynchronousNormal,
        Self::FollowRedirects,
        Self::RawEscapes,
        Self::KeyInLog,
        Self::SecondSender,
    ];

    /// Its name in `CHAOS_BUG`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RetryAfterUnknown => "retry-after-unknown",
            Self::SynchronousNormal => "synchronous-normal",
            Self::FollowRedirects => "follow-redirects",
            Self::RawEscapes => "raw-escapes",
            Self::KeyInLog => "key-in-log",
            Self::SecondSender => "second-sender",
        }
    }
}

/// A place at which a crash is tested.
pub fn point(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::point(name);
    #[cfg(not(debug_assertions))]
    let _: &'static str = name;
}

/// Whether a test broke this guard.
pub fn planted(bug: Bug) -> bool {
    #[cfg(debug_assertions)]
    return armed::planted(bug);
    #[cfg(not(debug_assertions))]
    {
        let _: Bug = bug;
        false
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::{
        env,
        sync::{
            LazyLock,
            atomic::{AtomicU32, Ordering},
        },
    };

    use super::Bug;

    struct Kill {
        point: String,
        /// Passes left before the one that kills.
        left: AtomicU32,
    }

    static KILL: LazyLock<Option<Kill>> = LazyLock::new(|| {
        let text = env::var("CHAOS_KILL").ok()?;
        let (point, nth) = text.split_once('@').unwrap_or((&text, "1"));
        Some(Kill { point: point.to_owned(), left: AtomicU32::new(nth.parse().ok()?) })
    });

    static BUG: LazyLock<Option<String>> = LazyLock::new(|| env::var("CHAOS_BUG").ok());

    pub fn point(name: &'static str) {
        let Some(kill) = KILL.as_ref().filter(|kill| kill.point == name) else { return };
        if kill.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // No destructor, no flush, no unwinding: what a kill does.
            std::process::abort();
        }
    }

    pub fn planted(bug: Bug) -> bool {
        BUG.as_deref() == Some(bug.name())
    }
}
