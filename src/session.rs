//! What a frontend that stays open is given. Values only: `boot` fills it, the terminal desk lives on it.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{KeyPreset, ThemeName},
    desk::{Desk, event::DeskEvent},
    domain::{
        guest::call::CallEvent,
        shop::{Shop, menu::Menu},
    },
    i18n::Texts,
};

/// What the terminal is asked to do, where it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Clicks and the wheel reach the desk; else they are the terminal's own.
    pub mouse: bool,
    /// A frame is shown at once.
    pub synchronized_output: bool,
}

/// An open desk with its sender running.
pub struct DeskSession {
    /// The use cases.
    pub desk: Desk,
    /// What the sender and the poll find out. Must be drained: a full channel makes the sender wait.
    pub events: mpsc::Receiver<DeskEvent>,
    /// Numbers that ring, as another program says; may end at any time.
    pub calls: mpsc::Receiver<CallEvent>,
    /// The shop's own choices.
    pub shop: Arc<Shop>,
    /// What the shop lays over its articles.
    pub menu: Arc<Menu>,
    /// Every text in the language of the desk.
    pub texts: Arc<Texts>,
    /// Keys by command as configured; the key map says what they may be.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The keys that are not configured.
    pub key_preset: KeyPreset,
    /// Colours.
    pub theme: ThemeName,
    /// What the terminal is asked to do.
    pub look: Look,
    /// Whether this is the demo: every screen says so.
    pub is_demo: bool,
    /// Cancelled when the program is told to end from outside (SIGTERM, SIGHUP); the frontend then ends by itself.
    pub stop: CancellationToken,
}
