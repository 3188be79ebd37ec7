//! A yes-or-no question before something that cannot be undone: what happens on yes, and what is said of it.

use crate::{
    desk::{counter::DraftOrigin, drafts::Holder},
    domain::{
        draft::terms::Pass,
        value::ids::{InternalId, OrderId},
    },
    i18n::Texts,
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What happens on yes.
    pub question: Question,
    /// Who or what it is about, cleaned.
    pub about: String,
    /// What comes of a yes.
    pub effect: String,
}

/// What happens on yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Throw the shown draft away.
    DiscardDraft(DraftOrigin),
    /// Send an unknown order again: it may then exist twice.
    Resend(OrderId),
    /// Say that an unknown order arrived.
    Arrived(OrderId),
    /// Take an order back.
    Cancel {
        /// Which one.
        order_id: OrderId,
        /// Whether OktoPOS may have it.
        unclear: bool,
    },
    /// Open an order for correction although OktoPOS may have it.
    Correct(OrderId),
    /// Give up the status changes of an order that wait, or take note of a refused one.
    DropStatus {
        /// Which one.
        order_id: OrderId,
        /// Whether it was refused.
        refused: bool,
    },
    /// Send a status change to another OktoPOS than the one that gave the order its number.
    ReaddressStatus {
        /// Which one.
        order_id: OrderId,
        /// The address configured now.
        base_url: String,
        /// The number the other OktoPOS gave it.
        internal_id: Option<InternalId>,
    },
    /// Take a draft over from the desk that has it.
    TakeOver {
        /// Which one.
        order_id: OrderId,
        /// The desk that has it.
        holder: Holder,
        /// Whether it was asked because somebody typed: an Enter that was typed ahead is no answer then.
        typed: bool,
    },
    /// End the program although something could not be written.
    Leave,
    /// End the program although orders are not sent yet: they wait.
    LeaveUnsent,
    /// Let pass what is in the way of the shown draft: a manager's word.
    LetPass(Vec<Pass>),
    /// Send every part of a bill that was split.
    SendParts(OrderId),
    /// Send everything that waits for another address to the one configured now.
    Readdress {
        /// All of them.
        orders: Vec<OrderId>,
        /// The address configured now.
        base_url: String,
    },
}

impl Question {
    /// Columns for what it is about, whatever that is: a foreign text never moves the border.
    pub fn about_columns(&self) -> u16 {
        if matches!(self, Self::DiscardDraft(_)) { 40 } else { 70 }
    }

    /// Key of its text under `confirm.`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::DiscardDraft(_) => "discard",
            Self::Resend(_) => "resend",
            Self::Arrived(_) => "arrived",
            Self::Cancel { .. } => "cancel",
            Self::Correct(_) => "correct",
            Self::DropStatus { refused: true, .. } => "note_status",
            Self::DropStatus { refused: false, .. } => "drop_status",
            Self::ReaddressStatus { .. } => "readdress_status",
            Self::Readdress { .. } => "readdress",
            Self::TakeOver { .. } => "take_over",
            Self::Leave => "leave",
            Self::LeaveUnsent => "leave_unsent",
            Self::LetPass(_) => "let_pass",
            Self::SendParts(_) => "send_parts",
        }
    }

    /// Whether Enter is no answer, because it may have been typed ahead.
    pub fn needs_letter(&self) -> bool {
        matches!(self, Self::SendParts(_) | Self::Leave | Self::TakeOver { typed: true, .. })
    }

    /// Key of the text that says which keys mean what.
    pub fn answers(&self) -> &'static str {
        match self {
            Self::SendParts(_) => "confirm.answer_letter",
            question if question.needs_letter() => "confirm.answer_yes_letter",
            _ => "confirm.answer",
        }
    }

    /// Key of what Enter is called where it is no yes.
    pub fn enter_word(&self) -> &'static str {
        if matches!(self, Self::SendParts(_)) { "footer.one_by_one" } else { "footer.no" }
    }

    /// What comes of a yes, in words.
    pub fn effect(&self, texts: &Texts) -> String {
        match self {
            Self::DiscardDraft(DraftOrigin::Rejected) => texts.t("confirm.discard_rejected").to_owned(),
            Self::DiscardDraft(DraftOrigin::TakenBack) => texts.t("confirm.discard_taken_back").to_owned(),
            Self::DiscardDraft(DraftOrigin::Unclear) => texts.t("confirm.discard_unclear").to_owned(),
            Self::Cancel { unclear: true, .. } => texts.t("confirm.cancel_unclear").to_owned(),
            Self::ReaddressStatus { internal_id, .. } => {
                let number = &internal_id.map(|id| id.to_string()).unwrap_or_default();
                texts.fill("confirm.readdress_status_effect", &[("number", number)])
            }
            _ => texts.fill(&format!("confirm.{}_effect", self.word()), &[]),
        }
    }
}
