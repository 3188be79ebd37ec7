//! The lines under the head: which desk has the shown draft, and who rings.

use crate::{
    desk::drafts::Holder,
    ports::SeenDesk,
    tui::{
        input::command::Command,
        state::model::{Model, Screen},
    },
};

/// Which desk has it, in words.
pub fn whose(model: &Model, holder: &Holder) -> String {
    match holder.seen {
        SeenDesk::Running { since: Some(since) } => {
            let local = since.to_zoned(model.moment.zone.clone()).datetime();
            model.texts.fill("desk.since", &[("time", &model.texts.time(local.time()))])
        }
        SeenDesk::Running { since: None } => model.texts.t("desk.unnamed").to_owned(),
        SeenDesk::Ended => model.texts.t("desk.ended").to_owned(),
    }
}

/// The line under the head while a draft of another desk is shown.
pub fn away_line(model: &Model) -> Option<String> {
    let holder = model.slot().filter(|_| model.screen == Screen::Draft)?.away.as_ref()?;
    let parts = [("whose", whose(model, holder)), ("key", model.key_label(Command::Send))];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(model.texts.fill("head.away", &parts))
}

/// What is shown of it: `☎ 040 123456 ruft an: F11`.
pub fn call_line(model: &Model) -> Option<String> {
    let (number, more) = model.calls.newest()?;
    let key = model.key_label(Command::TakeCall);
    // A withheld number is a call as well.
    let number = if number.is_empty() { model.texts.t("calls.withheld") } else { number.as_str() };
    let text = model.texts.fill("calls.rings", &[("number", number), ("key", &key)]);
    Some(if more == 0 { text } else { format!("{text} · {}", model.texts.count("calls.more", more)) })
}
