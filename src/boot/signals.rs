//! Signals that end the program: the first asks it to, the second insists.

use tokio_util::sync::CancellationToken;

use crate::{cli::out::say, i18n::Texts};

/// Waits for signals: the first cancels `stop`, the second ends this future. `texts` is none while a screen is drawn.
pub(super) async fn watch(stop: &CancellationToken, texts: Option<&Texts>) {
    if next().await.is_err() {
        // Without signal handling the system's own way of ending stays.
        return std::future::pending().await;
    }
    stop.cancel();
    if let Some(texts) = texts {
        say(texts.t("cli.ending"));
    }
    if next().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(unix)]
async fn next() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn next() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
