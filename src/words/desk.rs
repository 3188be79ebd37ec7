//! What the desk reports, in words: what happened, what it means for the order and what mends it.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    reason::{reason as reason_of, sentence},
    system::system_reason,
};

use crate::{
    desk::{
        DeskError,
        error::TimeProblem,
        event::{Connection, Halt},
        send::endpoint::Endpoint,
    },
    domain::value::moment::Moment,
    i18n::Texts,
    ports::{JournalError, PosError, lock::LockHolder},
};

/// Why a use case failed, and what mends it.
pub fn desk_error(error: &DeskError, texts: &Texts) -> String {
    format!("{} {}", sentence(&what_happened(error, texts)), texts.fill(error.hint(), &[]))
}

/// The same without what mends it.
pub fn what_happened(error: &DeskError, texts: &Texts) -> String {
    match error {
        DeskError::Field { field, problem: _ } => texts.fill("error.desk.field", &[("field", field)]),
        DeskError::Time { field, problem } => {
            texts.fill("error.desk.time", &[("field", field), ("problem", time_problem(*problem, texts))])
        }
        DeskError::Encode(detail) => texts.fill("error.desk.encode", &[("detail", detail)]),
        DeskError::NoInternalId(_) => texts.t("error.desk.no_internal_id").to_owned(),
        DeskError::NotFound(order) => texts.fill("error.journal.not_found", &[("order", order.as_str())]),
        DeskError::Ambiguous { order_id, other } => {
            texts.fill("error.desk.ambiguous", &[("order", order_id.as_str()), ("other", other.as_str())])
        }
        DeskError::WrongState { order_id, delivery, action: _ } => {
            let delivery = delivery_word(delivery, texts);
            texts.fill("error.journal.wrong_state", &[("order", order_id.as_str()), ("delivery", &delivery)])
        }
        DeskError::DraftElsewhere { order_id, .. } => {
            texts.fill("error.journal.draft_elsewhere", &[("order", order_id.as_str())])
        }
        DeskError::Journal(error) => journal_error(error, texts),
        DeskError::SavedUnread(error) => {
            texts.fill("error.desk.saved_unread", &[("detail", &journal_error(error, texts))])
        }
        DeskError::Pos(PosError::Unknown { reason }) => {
            texts.fill("error.pos.unread", &[("reason", &reason_of(reason, texts))])
        }
        DeskError::Pos(error) | DeskError::ForeignStatus(error) => pos_error(error, texts),
        DeskError::CatalogEmpty => texts.t("error.desk.catalog_empty").to_owned(),
        DeskError::CatalogEndless(n) => texts.fill("error.desk.catalog_endless", &[("n", &n.to_string())]),
    }
}

/// What is wrong with a local time.
pub fn time_problem(problem: TimeProblem, texts: &Texts) -> &str {
    match problem {
        TimeProblem::UnknownZone => texts.t("problem.unknown_zone"),
        TimeProblem::Skipped => texts.t("problem.skipped_time"),
        TimeProblem::OutOfRange => texts.t("problem.out_of_range"),
    }
}

/// A state of the order's way; what is no such state is said as it is.
fn delivery_word(delivery: &str, texts: &Texts) -> String {
    texts.get(&format!("delivery.{delivery}")).unwrap_or(delivery).to_owned()
}

fn journal_error(error: &JournalError, texts: &Texts) -> String {
    match error {
        JournalError::Unwritable(reason) => {
            texts.fill("error.journal.unwritable", &[("reason", &reason_of(reason, texts))])
        }
        JournalError::Unusable(reason) => {
            texts.fill("error.journal.unusable", &[("reason", &reason_of(reason, texts))])
        }
        JournalError::NotFound(order) => texts.fill("error.journal.not_found", &[("order", order.as_str())]),
        JournalError::WrongState { order_id, delivery, action: _ } => {
            let delivery = delivery_word(delivery, texts);
            texts.fill("error.journal.wrong_state", &[("order", order_id.as_str()), ("delivery", &delivery)])
        }
        JournalError::DraftElsewhere { order_id, .. } => {
            texts.fill("error.journal.draft_elsewhere", &[("order", order_id.as_str())])
        }
    }
}

fn pos_error(error: &PosError, texts: &Texts) -> String {
    match error {
        PosError::NotSent { reason } => texts.fill("error.pos.not_sent", &[("reason", &reason_of(reason, texts))]),
        PosError::Rejected { code, reason } => {
            texts.fill("error.pos.rejected", &[("code", &code.to_string()), ("reason", &reason_of(reason, texts))])
        }
        PosError::KeyRefused { code, reason, .. } => {
            texts.fill("error.pos.key_refused", &[("code", &code.to_string()), ("reason", &reason_of(reason, texts))])
        }
        PosError::Throttled { .. } => texts.t("error.pos.throttled").to_owned(),
        PosError::Unavailable { reason, .. } => {
            texts.fill("error.pos.rejected", &[("code", "503"), ("reason", &reason_of(reason, texts))])
        }
        PosError::Unknown { reason } => texts.fill("error.pos.unknown", &[("reason", &reason_of(reason, texts))]),
    }
}

/// Why the outbox as a whole stands still, in one line. `now` is for how long it does, `try_now` says how a person ends a pause.
pub fn halt(halt: &Halt, now: &Moment, try_now: &str, texts: &Texts) -> String {
    match halt {
        Halt::KeyRefused { endpoint: Endpoint::Status } => texts.t("halt.key_refused_status").to_owned(),
        Halt::KeyRefused { .. } => texts.t("halt.key_refused").to_owned(),
        Halt::Throttled { until } => {
            texts.fill("halt.throttled", &[("until", &second(*until, &now.zone)), ("now", try_now)])
        }
        Halt::OtherSender { holder: Some(holder) } => sender(holder, now.now, texts),
        Halt::OtherSender { holder: None } => texts.t("halt.other_sender").to_owned(),
        Halt::NoLock { reason } => texts.fill("halt.no_lock", &[("reason", &system_reason(reason.as_str(), texts))]),
        Halt::Journal { .. } => texts.t("halt.journal").to_owned(),
    }
}

/// An instant to the second: a pause may be shorter than a minute.
pub fn second(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// Which program does the sending, and what to do if it does not.
pub fn sender(holder: &LockHolder, now: Timestamp, texts: &Texts) -> String {
    let (pid, age) = (holder.pid.to_string(), texts.age(now.duration_since(holder.since).as_secs()));
    let words = [("program", &*holder.program), ("pid", &pid), ("age", &age)];
    texts.fill(if holder.is_stopped { "halt.sender_stopped" } else { "halt.sender" }, &words)
}

/// What is wrong with the connection, whole: which endpoint says what. `None` if nothing is.
pub fn connection(connection: &Connection, texts: &Texts) -> Option<String> {
    let of = |endpoint: Endpoint, reason: &str| format!("{}: {}", texts.t(endpoint.text()), reason_of(reason, texts));
    match connection {
        Connection::Down { reason, .. } | Connection::KeyRefused { reason, only: None, .. } => {
            Some(reason_of(reason, texts))
        }
        Connection::KeyRefused { reason, only: Some(endpoint), .. } => {
            Some(format!("{}. {}", texts.t("reason.key_refused"), of(*endpoint, reason)))
        }
        Connection::Failing { endpoint, reason, .. } => Some(of(*endpoint, reason)),
        Connection::Untried | Connection::Up { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::value::{ids::OrderId, text::Clean},
        i18n::Lang,
    };

    #[test]
    fn every_hint_has_its_text() {
        for lang in Lang::ALL {
            let texts = Texts::load(lang);
            let missing: Vec<_> = DeskError::HINTS.iter().filter(|hint| texts.get(hint).is_none()).collect();
            assert!(missing.is_empty(), "{lang}: {missing:?}");
        }
    }

    #[test]
    fn two_sentences_do_not_run_together() {
        for lang in Lang::ALL {
            let texts = Texts::load(lang);
            let reason = || Clean::new("API key not accepted");
            for error in [
                DeskError::Pos(PosError::KeyRefused { code: 403, reason: reason(), is_proven: true }),
                DeskError::Pos(PosError::NotSent { reason: Clean::new("connection refused (os error 111)") }),
                DeskError::WrongState { order_id: OrderId("a".into()), delivery: "queued", action: "resend" },
                DeskError::WrongState { order_id: OrderId("a".into()), delivery: "being sent", action: "resend" },
            ] {
                let words = desk_error(&error, &texts);
                let hint = words.find(texts.t(error.hint())).unwrap();
                assert!(words[..hint].ends_with(". ") && !words[..hint].ends_with(".. "), "{words}");
                assert!(!words.contains("delivery."), "{words}");
            }
        }
    }

    #[test]
    fn words_say_what_happened_and_what_mends_it() {
        let texts = Texts::load(Lang::De);
        let error = DeskError::Pos(PosError::KeyRefused { code: 403, reason: Clean::new("no"), is_proven: true });
        let words = desk_error(&error, &texts);
        assert!(words.contains("403") && words.contains("OKTODESK_API_KEY"), "{words}");
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let refused = |endpoint| Halt::KeyRefused { endpoint };
        let (pid, since, now) = (4711, Timestamp::UNIX_EPOCH, Timestamp::from_second(7500).unwrap());
        let other = |is_stopped| Halt::OtherSender {
            holder: Some(LockHolder { pid, program: Clean::new("send"), since, is_stopped }),
        };
        let (create, status) = (refused(Endpoint::Create), refused(Endpoint::Status));
        let unknown = Halt::OtherSender { holder: None };
        let journal = Halt::Journal { reason: Clean::new("voll") };
        let lock = Halt::NoLock { reason: Clean::new("sender.lock: Not a regular file") };
        let throttled = Halt::Throttled { until: now };
        let now = Moment { now, zone };
        let try_now = texts.t("halt.try_now_command");
        for halted in [create, status, throttled.clone(), unknown, other(false), other(true), lock, journal] {
            assert!(halt(&halted, &now, try_now, &texts).ends_with('.'), "{halted:?}");
        }
        let paused = halt(&throttled, &now, try_now, &texts);
        assert!(paused.contains("03:05:00") && paused.contains("--now"), "{paused}");
        let stopped = halt(&other(true), &now, try_now, &texts);
        for part in ["send", "4711", "2 h 05", "kill -CONT 4711"] {
            assert!(stopped.contains(part), "{stopped}");
        }
    }
}
