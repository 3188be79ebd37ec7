//! Signals that end the program: the first asks it to, the second insists. Also keeps the API key out of core dumps.

use std::sync::atomic::{AtomicI32, Ordering};

use tokio_util::sync::CancellationToken;

use crate::{cli::common::out::say, i18n::Texts};

/// The signal that ended the program, where whoever sent it expects to see that it did.
#[derive(Debug, Default)]
pub(super) struct EndedBy(AtomicI32);

impl EndedBy {
    /// Ends the program by the signal that asked for it, with the exit status of that signal. Returns where there was none, or one
    /// that is a request to end in order.
    pub(super) fn finish(&self) {
        #[cfg(unix)]
        {
            let signal = self.0.load(Ordering::SeqCst);
            if signal != 0 {
                // Where the system refuses, the program ends with its own exit code.
                signal_hook::low_level::emulate_default_handler(signal).ok();
            }
        }
    }
}

/// Waits for signals: the first cancels `stop`, the second ends this future. `texts` is none while a screen is drawn.
pub(super) async fn watch(stop: &CancellationToken, ended_by: &EndedBy, texts: Option<&Texts>) {
    match next().await {
        Ok(signal) => ended_by.0.store(signal, Ordering::SeqCst),
        // Without signal handling the system's own way of ending stays.
        Err(_) => return std::future::pending().await,
    }
    stop.cancel();
    if let Some(texts) = texts {
        say(texts.t("cli.ending"));
    }
    if next().await.is_err() {
        std::future::pending().await
    }
}

/// The next signal: 0 for a request to end in order, else the signal by which the program has to end.
///
/// SIGKILL and SIGSTOP cannot be caught. SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT mean that the program is broken and are left
/// to the system.
#[cfg(unix)]
async fn next() -> std::io::Result<i32> {
    use signal_hook::consts::{SIGPROF, SIGVTALRM, SIGXCPU};
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut quit = signal(SignalKind::quit())?;
    let mut user1 = signal(SignalKind::user_defined1())?;
    let mut user2 = signal(SignalKind::user_defined2())?;
    let mut alarm = signal(SignalKind::alarm())?;
    let mut virtual_alarm = signal(SignalKind::from_raw(SIGVTALRM))?;
    let mut profiling = signal(SignalKind::from_raw(SIGPROF))?;
    let mut processor_limit = signal(SignalKind::from_raw(SIGXCPU))?;
    Ok(tokio::select! {
        _ = interrupt.recv() => 0,
        _ = terminate.recv() => 0,
        _ = hangup.recv() => 0,
        _ = quit.recv() => SignalKind::quit().as_raw_value(),
        _ = user1.recv() => SignalKind::user_defined1().as_raw_value(),
        _ = user2.recv() => SignalKind::user_defined2().as_raw_value(),
        _ = alarm.recv() => SignalKind::alarm().as_raw_value(),
        _ = virtual_alarm.recv() => SIGVTALRM,
        _ = profiling.recv() => SIGPROF,
        _ = processor_limit.recv() => SIGXCPU,
    })
}

#[cfg(not(unix))]
async fn next() -> std::io::Result<i32> {
    tokio::signal::ctrl_c().await.map(|()| 0)
}

/// Tells the system to write no core dump of this program: it would hold the API key and what guests said. Other programs of the
/// same user can no longer read its memory either.
pub(super) fn forbid_core_dumps() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // An old system that does not know the call dumps as it is configured to.
        set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
    }
}
