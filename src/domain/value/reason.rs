//! Why something went wrong, where the program itself says so. The sentence is what is kept in the journal, logged and
//! printed for machines; what a person reads is made from it by the frontends, in their language.

macro_rules! reasons {
    ($($variant:ident $word:literal $sentence:literal;)*) => {
        /// A reason of the program's own; what a server says is never one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each reason is its sentence")]
        pub enum Reason { $($variant),* }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The sentence that is kept.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),* }
            }

            /// Key of its text under `reason.`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

reasons! {
    ProgramEnded "program_ended" "the program ended while it was being sent";
    EndedUnanswered "ended_unanswered" "the program ended before OktoPOS answered";
    Stopped "stopped" "stopped";
    Panic "panic" "panic";
    Throttled "throttled" "throttled";
    KeyRefused "key_refused" "the API key is refused";
    OtherCall "other_call" "the answer belongs to another call";
    NoInternalId "no_internal_id" "OktoPOS's id of this order is not known";
    NoAnswer "no_answer" "no answer in time";
    Broke "broke" "the connection broke before an answer came";
    AnswerBroke "answer_broke" "the answer broke off";
    AnswerSlow "answer_slow" "the answer did not end in time";
    NameNotFound "name_not_found" "the name was not found";
    ConnectTimeout "connect_timeout" "no connection in time";
    Tls "tls" "TLS failed";
    Refused "refused" "connection refused";
    NoConnection "no_connection" "no connection";
    NoMessage "no_message" "no message";
    EmptyAnswer "empty_answer" "an empty answer";
    WebPage "web_page" "a web page";
    OtherForm "other_form" "an answer in another form than expected";
    Locked "locked" "another program keeps it locked; this was not saved, try again";
    DiskFull "disk_full" "the disk is full; this was not saved, make room and try again";
    DiskError "disk_error" "the disk reports an error; this was not saved, look at the disk and try again";
    ReadOnly "read_only" "its file or directory is read-only; give this user the right to write there";
    CannotOpen "cannot_open" "its file cannot be opened; look at the rights of the data directory";
    OthersMayRead "others_may_read" "others may read the data directory, and it is not this program's to change; its owner makes it private with this command, or name another one with --data-dir";
    TakenAway "taken_away" "its file was removed, renamed, replaced or cut off while it was open; this was not saved, put the file back and start the program anew";
    NoRoomForCopy "no_room_for_copy" "its log can only be read as a copy, and there is no room for one; name a folder on another disk with TMPDIR";
    NoMemory "no_memory" "there is not enough memory";
}

impl Reason {
    /// The reason a text begins with, and what follows it: nothing, or a technical detail behind a space or a mark.
    pub fn read(text: &str) -> Option<(Self, &str)> {
        let rest = |reason: Self| {
            let rest = text.strip_prefix(reason.sentence())?;
            let ends = rest.is_empty() || rest.starts_with([';', ':', ',', '.']) || rest.starts_with(" (");
            ends.then_some((reason, rest))
        };
        Self::ALL.iter().find_map(|reason| rest(*reason))
    }
}

/// How an older Order API says that something may not be left out.
const DEMANDS: [&str; 10] = [
    "required",
    "missing",
    "mandatory",
    "be null",
    "is null",
    "be blank",
    "be empty",
    "fehlt",
    "erforderlich",
    "pflicht",
];

/// Whether OktoPOS refused an order because it has no `pickup`: an instance with an older Order API wants one in each.
pub fn demands_pickup(said: &str) -> bool {
    let said = said.to_lowercase();
    // The zone beside a time is asked for by every instance.
    let is_about_it = said.contains("pickup") && !said.contains("timezone");
    is_about_it && DEMANDS.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_read_as_its_own_reason() {
        for reason in Reason::ALL {
            assert_eq!(Reason::read(reason.sentence()), Some((*reason, "")));
            let detailed = format!("{} (os error 111)", reason.sentence());
            assert_eq!(Reason::read(&detailed), Some((*reason, " (os error 111)")));
        }
        assert_eq!(Reason::read("no connection to the kitchen"), None, "somebody else's words");
        assert_eq!(Reason::read("unknown product 51"), None);
    }

    #[test]
    fn an_instance_that_wants_a_pickup_is_recognised_by_what_it_says() {
        for said in [
            "pickup: is required",
            "Required field 'pickup' is missing",
            "order.pickup.pickupToken must not be blank",
            "Feld pickup fehlt",
            "PICKUP may not be null; x",
        ] {
            assert!(demands_pickup(said), "{said}");
        }
        for said in [
            "the pickup time is in the past",
            "customer is required",
            "pickup.timezone: is required beside timestamp",
            "",
        ] {
            assert!(!demands_pickup(said), "{said}");
        }
    }
}
