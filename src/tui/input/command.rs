//! Every command of the desk, declared once: footer, help, palette, key names in the configuration and the manual's key
//! list all come from this table. A new one is a row of it; whoever does the commands of its context then does not compile
//! until it does that one, too. Does nothing: `update` does.

use arrayvec::ArrayVec;

/// Where a command is available. Keys are looked up from the innermost context outwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyContext {
    /// Everywhere.
    Global,
    /// Any step of a draft.
    Draft,
    /// The item search.
    Items,
    /// The item search while nothing is typed.
    ItemsEmpty,
    /// The cart beside the search.
    Cart,
    /// The steps with typed fields.
    Form,
    /// The phone number, while somebody is known under it.
    Guest,
    /// A field with choices.
    Choice,
    /// The review.
    Review,
    /// The live list.
    Orders,
    /// The filter line of the live list.
    OrdersSearch,
    /// Anything that lies over a screen.
    Overlay,
    /// An overlay with a list.
    OverlayList,
    /// An overlay that is only read.
    Reading,
    /// The extras while nothing is typed.
    Extras,
}

/// The contexts a key is looked up in, the innermost first. Asked for with every key, so without memory of its own.
pub type Contexts = ArrayVec<KeyContext, 8>;

impl KeyContext {
    /// Every context, in the order help shows them.
    pub const ALL: [Self; 15] = [
        Self::Global,
        Self::Draft,
        Self::Items,
        Self::ItemsEmpty,
        Self::Cart,
        Self::Form,
        Self::Guest,
        Self::Choice,
        Self::Review,
        Self::Orders,
        Self::OrdersSearch,
        Self::Overlay,
        Self::OverlayList,
        Self::Reading,
        Self::Extras,
    ];

    /// Key of its title under `context.`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Draft => "draft",
            Self::Items => "items",
            Self::ItemsEmpty => "items_empty",
            Self::Cart => "cart",
            Self::Form => "form",
            Self::Guest => "guest",
            Self::Choice => "choice",
            Self::Review => "review",
            Self::Orders => "orders",
            Self::OrdersSearch => "orders_search",
            Self::Overlay => "overlay",
            Self::OverlayList => "overlay_list",
            Self::Reading => "reading",
            Self::Extras => "extras",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct CommandRow {
    /// What it does.
    pub command: Command,
    /// Name in the configuration's `[keys]`, and key of its texts under `command.` and `explain.`.
    pub id: &'static str,
    /// Where it is available.
    pub context: KeyContext,
    /// Default keys, the one shown first.
    pub keys: &'static [&'static str],
    /// Rank in the footer, the smallest first; 0 is not in the footer.
    pub footer: u8,
}

macro_rules! commands {
    ($($context:ident $group:ident {
        $($command:ident $id:literal [$($key:literal),*] $footer:literal;)*
    })*) => {
        /// Everything that can be asked of the desk by a key.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each command's meaning is its text under `explain.`, held by a test")]
        pub enum Command { $($($command),*),* }

        $(
            #[doc = concat!("The commands of the context `", stringify!($context), "`.")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            #[allow(missing_docs, reason = "each command's meaning is its text under `explain.`, held by a test")]
            pub enum $group { $($command),* }

            impl From<$group> for Command {
                fn from(command: $group) -> Self {
                    match command { $($group::$command => Self::$command),* }
                }
            }
        )*

        /// A command among those of its context, so that whoever does them has to do all of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant holds the commands of the context of its name")]
        pub enum ByContext { $($context($group)),* }

        impl Command {
            /// The command among those of its context.
            pub fn by_context(self) -> ByContext {
                match self { $($(Self::$command => ByContext::$context($group::$command)),*),* }
            }
        }

        /// The table of commands.
        pub const COMMANDS: &[CommandRow] = &[
            $($(CommandRow {
                command: Command::$command,
                id: $id,
                context: KeyContext::$context,
                keys: &[$($key),*],
                footer: $footer,
            }),*),*
        ];
    };
}

commands! {
    Global GlobalCommand {
        Help "help" ["f1", "ctrl+l"] 99;
        ToggleOrders "toggle_orders" ["f2"] 41;
        NextDraft "next_draft" ["f3"] 0;
        NewDraft "new_draft" ["ctrl+n"] 61;
        Attention "attention" ["f7"] 0;
        NoticeDetail "notice_detail" ["f10", "ctrl+x"] 0;
        TakeCall "take_call" ["f11", "ctrl+f"] 0;
        Palette "palette" ["ctrl+p"] 0;
        SyncCatalog "sync_catalog" ["ctrl+r"] 0;
        Language "language" ["f12"] 0;
        Quit "quit" ["ctrl+q"] 0;
        Interrupt "interrupt" ["ctrl+c"] 0;
    }

    Draft DraftCommand {
        StepNext "step_next" ["f8", "pagedown"] 30;
        StepBack "step_back" ["shift+f8", "pageup", "esc"] 0;
        StepItems "step_items" ["alt+1", "alt+a"] 0;
        StepCustomer "step_customer" ["alt+2", "alt+g"] 0;
        StepPlace "step_place" ["alt+3", "alt+w"] 0;
        StepTip "step_tip" ["alt+4", "alt+i"] 0;
        StepPayment "step_payment" ["alt+5", "alt+z"] 0;
        StepReview "step_review" ["alt+6", "alt+r"] 0;
        Send "send" ["f9"] 31;
        Undo "undo" ["ctrl+z"] 40;
        Redo "redo" ["ctrl+y"] 0;
        OrderTypeNext "order_type_next" ["ctrl+o"] 0;
        TakePrices "take_prices" ["ctrl+t"] 0;
        Tables "tables" ["alt+t"] 0;
        LetPass "let_pass" ["alt+k"] 0;
        SplitBill "split_bill" ["ctrl+g"] 0;
        DiscardDraft "discard_draft" ["ctrl+d"] 0;
    }

    Items ItemsCommand {
        Add "add" ["enter"] 1;
        HitDown "hit_down" ["down"] 0;
        HitUp "hit_up" ["up"] 0;
        HitPageDown "hit_page_down" ["pagedown"] 0;
        HitPageUp "hit_page_up" ["pageup"] 0;
        GroupNext "group_next" ["tab"] 0;
        GroupBack "group_back" ["shift+tab"] 0;
        Extras "extras" ["f4"] 2;
        LineComment "line_comment" ["f5"] 3;
        LinePrice "line_price" ["alt+p"] 0;
        FocusCart "focus_cart" ["f6"] 0;
        CartDown "cart_down" ["ctrl+down"] 0;
        CartUp "cart_up" ["ctrl+up"] 0;
        QuantityUp "quantity_up" ["ctrl+right"] 0;
        QuantityDown "quantity_down" ["ctrl+left"] 0;
        SoldOut "sold_out" ["alt+e"] 0;
        SplitLine "split_line" ["ctrl+s"] 0;
        ClearSearch "clear_search" ["esc"] 0;
    }

    ItemsEmpty ItemsEmptyCommand {
        EmptyQuantityUp "empty_quantity_up" ["+"] 0;
        RemoveLine "remove_line" ["delete"] 4;
    }

    Cart CartCommand {
        CartLineDown "cart_line_down" ["down"] 0;
        CartLineUp "cart_line_up" ["up"] 0;
        CartPlus "cart_plus" ["+", "right"] 1;
        CartMinus "cart_minus" ["-", "left"] 2;
        CartRemove "cart_remove" ["delete", "backspace"] 3;
        CartComment "cart_comment" ["enter", "f5"] 4;
        CartExtras "cart_extras" ["f4"] 33;
        CartPrice "cart_price" ["alt+p"] 0;
        CartLeave "cart_leave" ["esc", "f6"] 5;
    }

    Form FormCommand {
        FieldNext "field_next" ["enter", "tab", "down"] 1;
        FieldBack "field_back" ["shift+tab", "up"] 0;
        MoreFields "more_fields" ["f4"] 32;
        ClearField "clear_field" ["ctrl+u"] 0;
        RemoveTip "remove_tip" ["ctrl+delete"] 0;
        RepeatOrder "repeat_order" ["f5"] 0;
        GuestNote "guest_note" ["alt+n"] 0;
    }

    Guest GuestCommand {
        TakeGuest "take_guest" ["enter"] 1;
        GuestDown "guest_down" ["down"] 0;
        GuestUp "guest_up" ["up"] 0;
    }

    Choice ChoiceCommand {
        ChoiceNext "choice_next" ["right"] 2;
        ChoiceBack "choice_back" ["left"] 0;
    }

    Review ReviewCommand {
        ReviewDown "review_down" ["down"] 0;
        ReviewUp "review_up" ["up"] 0;
        ReviewPageDown "review_page_down" ["pagedown"] 0;
        ReviewPageUp "review_page_up" ["pageup"] 0;
        ReviewFirst "review_first" ["home"] 0;
        ReviewLast "review_last" ["end"] 0;
        ReviewTick "review_tick" ["space"] 34;
        ReviewUntick "review_untick" ["backspace"] 0;
        ReviewMend "review_mend" ["enter"] 1;
    }

    Orders OrdersCommand {
        OrderDown "order_down" ["down", "j"] 0;
        OrderUp "order_up" ["up", "k"] 0;
        OrderPageDown "order_page_down" ["pagedown"] 0;
        OrderPageUp "order_page_up" ["pageup"] 0;
        OrderFirst "order_first" ["home"] 0;
        OrderLast "order_last" ["end"] 0;
        OrderNext "order_next" ["space"] 1;
        OrderStatus "order_status" ["s"] 2;
        OrderMark "order_mark" ["v"] 0;
        OrderUndo "order_undo" ["ctrl+z"] 0;
        OrderOpen "order_open" ["enter"] 3;
        OrderSearch "order_search" ["/"] 4;
        OrderFilter "order_filter" ["f"] 5;
        OrderTypeFilter "order_type_filter" ["t"] 6;
        OrderStatusFilter "order_status_filter" ["g"] 0;
        OrderResend "order_resend" ["w"] 6;
        OrderArrived "order_arrived" ["a"] 7;
        OrderCorrect "order_correct" ["b"] 8;
        OrderCancel "order_cancel" ["x"] 9;
        OrderMore "order_more" ["+"] 0;
        OrderMute "order_mute" ["m"] 0;
        OrderPoll "order_poll" ["f5"] 0;
        OrderLeave "order_leave" ["esc"] 0;
    }

    OrdersSearch OrdersSearchCommand {
        SearchDone "search_done" ["enter"] 1;
        SearchClear "search_clear" ["esc"] 2;
    }

    Overlay OverlayCommand {
        OverlayClose "overlay_close" ["esc"] 2;
        OverlayAccept "overlay_accept" ["enter"] 1;
    }

    OverlayList OverlayListCommand {
        OverlayDown "overlay_down" ["down"] 0;
        OverlayUp "overlay_up" ["up"] 0;
        OverlayPageDown "overlay_page_down" ["pagedown"] 0;
        OverlayPageUp "overlay_page_up" ["pageup"] 0;
        OverlayTab "overlay_tab" ["tab"] 0;
    }

    Reading ReadingCommand {
        OverlayFirst "overlay_first" ["home"] 0;
        OverlayLast "overlay_last" ["end"] 0;
    }

    Extras ExtrasCommand {
        ExtraLess "extra_less" ["delete", "backspace", "-"] 3;
    }
}

/// Keys for keyboards and terminals without function keys (`desk.key_preset = "letters"`): in place of those of the table.
pub const LETTERS: &[(Command, &[&str])] = &[
    (Command::Help, &["alt+h", "ctrl+l"]),
    (Command::ToggleOrders, &["alt+l"]),
    (Command::NextDraft, &["alt+d"]),
    (Command::Attention, &["alt+q"]),
    (Command::NoticeDetail, &["ctrl+x"]),
    (Command::TakeCall, &["ctrl+f"]),
    (Command::Language, &["alt+u"]),
    (Command::StepNext, &["alt+.", "pagedown"]),
    (Command::StepBack, &["alt+,", "pageup", "esc"]),
    (Command::StepItems, &["alt+a"]),
    (Command::StepCustomer, &["alt+g"]),
    (Command::StepPlace, &["alt+w"]),
    (Command::StepTip, &["alt+i"]),
    (Command::StepPayment, &["alt+z"]),
    (Command::StepReview, &["alt+r"]),
    (Command::Send, &["alt+s"]),
    (Command::Extras, &["alt+x"]),
    (Command::LineComment, &["alt+c"]),
    (Command::FocusCart, &["alt+y"]),
    (Command::CartComment, &["enter", "alt+c"]),
    (Command::CartExtras, &["alt+x"]),
    (Command::CartLeave, &["esc", "alt+y"]),
    (Command::MoreFields, &["alt+m"]),
    (Command::RemoveTip, &["ctrl+delete", "alt+x"]),
    (Command::RepeatOrder, &["alt+v"]),
    (Command::OrderPoll, &["r"]),
];

impl Command {
    /// Its row of the table.
    pub fn row(self) -> &'static CommandRow {
        // The enum and the table come from one list, in one order.
        &COMMANDS[self as usize]
    }

    /// The steps, in their sequence.
    pub const STEPS: [Self; 6] =
        [Self::StepItems, Self::StepCustomer, Self::StepPlace, Self::StepTip, Self::StepPayment, Self::StepReview];

    /// The command of this name.
    pub fn by_id(id: &str) -> Option<Self> {
        COMMANDS.iter().find(|row| row.id == id).map(|row| row.command)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        i18n::{Lang, Texts},
        tui::input::key::Key,
    };

    #[test]
    fn every_command_is_declared_once_with_keys_and_texts() {
        let mut ids = HashSet::new();
        for (at, row) in COMMANDS.iter().enumerate() {
            assert_eq!(row.command as usize, at);
            assert!(ids.insert(row.id), "{} twice", row.id);
            assert!(!row.keys.is_empty(), "{} has no key", row.id);
            for key in row.keys {
                key.parse::<Key>().unwrap();
            }
            for lang in Lang::ALL {
                let texts = Texts::load(lang);
                for kind in ["command", "explain"] {
                    assert!(texts.get(&format!("{kind}.{}", row.id)).is_some(), "{kind}.{} in {lang:?}", row.id);
                }
                assert!(texts.get(&format!("context.{}", row.context.word())).is_some());
            }
        }
    }

    #[test]
    fn what_a_terminal_may_take_has_a_second_key_that_none_takes() {
        let is_taken = |key: &str| {
            ["f1", "f10", "f11"].contains(&key)
                || key.strip_prefix("alt+").is_some_and(|rest| rest.parse::<u8>().is_ok())
        };
        for row in COMMANDS {
            assert!(!row.keys.iter().all(|key| is_taken(key)), "{} has no other key", row.id);
        }
    }

    #[test]
    fn the_letters_are_without_function_keys() {
        let is_function = |key: &&str| matches!(key.parse::<Key>().unwrap().code, crate::tui::input::key::Code::F(_));
        for row in COMMANDS {
            let keys = LETTERS.iter().find(|(command, _)| *command == row.command).map_or(row.keys, |(_, keys)| *keys);
            assert!(!keys.is_empty() && !keys.iter().any(is_function), "{}", row.id);
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_context() {
        let mut seen = HashSet::new();
        for row in COMMANDS {
            for key in row.keys {
                assert!(seen.insert((row.context, key.parse::<Key>().unwrap())), "{key} twice in {:?}", row.context);
            }
        }
    }
}
