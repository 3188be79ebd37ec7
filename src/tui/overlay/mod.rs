//! What can lie over a screen: one at a time, as one closed enum. Each has a state here and a drawing in `view`. Whatever is
//! done in a window changes the window alone and returns an `Outcome`; the model is only read.

pub mod comment;
pub mod confirm;
pub mod details;
pub mod dish;
pub mod drafts;
pub mod help;
pub mod missed;
pub mod moving;
pub mod outcome;
pub mod palette;
pub mod price;
pub mod prompt;
pub mod split;
pub mod status;
pub mod tables;
pub mod view;

use crate::{
    tui::{
        input::{
            command::{Command, OverlayListCommand, ReadingCommand},
            edit,
            key::Key,
        },
        overlay::{
            dish::{extras, options, share},
            moving::{Move, scroll_within, select},
            outcome::Outcome,
        },
        state::{
            model::Model,
            overlay::{
                Help, Overlay,
                prompt::{NotePrompt, Prompt},
            },
        },
        widgets::wrap::notice_lines,
    },
    words,
};

/// Takes what is chosen or typed in a window.
pub fn accept(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Confirm(confirm) if confirm.question.needs_letter() => Outcome::Close,
        Overlay::Confirm(confirm) => Outcome::Confirmed(confirm.question.clone()),
        Overlay::Prompt(prompt) => prompt::accept(prompt),
        Overlay::Price(prompt) => price::accept(model, prompt),
        Overlay::Note(prompt) => Outcome::Note(prompt.clone()),
        Overlay::Comment(picker) => comment::accept(model, picker),
        Overlay::Palette(palette) => palette::accept(model, palette),
        Overlay::Status(menu) => status::accept(menu),
        Overlay::Cancel(menu) => status::cancel::accept(model, menu),
        Overlay::Tables(state) => tables::accept(model, state),
        Overlay::Drafts(state) => drafts::accept(state),
        Overlay::Missed(state) => missed::accept(state),
        Overlay::Options(options) => options::accept(model, options),
        Overlay::Share(share) => share::answer(share, true),
        Overlay::Extras(picker) => extras::accept(model, picker),
        Overlay::Split(bill) => Outcome::Split(bill.clone()),
        // Enter would answer the window below when it is held: only the key that closes leads back to one.
        Overlay::Help(Help { below: Some(_), .. }) => Outcome::CloseFirst(Command::OverlayAccept),
        Overlay::Help(_) | Overlay::Details(_) | Overlay::Notice { .. } => Outcome::Close,
    }
}

/// Closes a window without taking anything.
pub fn close(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Help(help) => help::close(model, help),
        Overlay::Share(share) => share::close(model, share),
        Overlay::Split(bill) => split::close(bill),
        Overlay::Palette(_) | Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) => {
            Outcome::Close
        }
        Overlay::Comment(_) | Overlay::Extras(_) | Overlay::Options(_) | Overlay::Status(_) | Overlay::Cancel(_) => {
            Outcome::Close
        }
        Overlay::Tables(_) | Overlay::Drafts(_) | Overlay::Missed(_) | Overlay::Details(_) | Overlay::Notice { .. } => {
            Outcome::Close
        }
    }
}

/// A command of a window with a list.
pub fn list(model: &Model, overlay: &mut Overlay, command: OverlayListCommand) -> Outcome {
    let by = match command {
        OverlayListCommand::OverlayDown => Move::Down,
        OverlayListCommand::OverlayUp => Move::Up,
        OverlayListCommand::OverlayPageDown => Move::PageDown,
        OverlayListCommand::OverlayPageUp => Move::PageUp,
        OverlayListCommand::OverlayTab => return tab(model, overlay),
    };
    moved(model, overlay, by);
    Outcome::Stay
}

/// A command of a window that is only read.
pub fn read(model: &Model, overlay: &mut Overlay, command: ReadingCommand) -> Outcome {
    let by = match command {
        ReadingCommand::OverlayFirst => Move::First,
        ReadingCommand::OverlayLast => Move::Last,
    };
    moved(model, overlay, by);
    Outcome::Stay
}

/// One less of the selected extra.
pub fn less(model: &Model, overlay: &Overlay) -> Outcome {
    match overlay {
        Overlay::Extras(picker) => extras::selected(model, picker).map_or(Outcome::Stay, Outcome::LessExtra),
        _ => Outcome::Stay,
    }
}

/// The other part of a window.
fn tab(model: &Model, overlay: &mut Overlay) -> Outcome {
    match overlay {
        Overlay::Split(bill) => return split::turn(model, bill),
        Overlay::Comment(picker) => picker.take(picker.selected),
        Overlay::Status(menu) => menu.in_reason = !menu.in_reason,
        _ => {}
    }
    Outcome::Stay
}

/// Moves the selection or the text.
fn moved(model: &Model, overlay: &mut Overlay, by: Move) {
    match overlay {
        Overlay::Help(help) => {
            let count = help::lines(model, &help::contexts(model, help)).len();
            scroll_within(&mut help.scroll, count, model, by);
        }
        Overlay::Notice { text, scroll } => {
            let count = notice_lines(&words::reason(text, &model.texts)).len();
            scroll_within(scroll, count, model, by);
        }
        Overlay::Details(details) => {
            let count = details::lines(model, details).len();
            scroll_within(&mut details.scroll, count, model, by);
        }
        Overlay::Palette(palette) => {
            let count = palette::rows(model, palette).len();
            select(&mut palette.selected, count, by);
        }
        Overlay::Split(bill) => {
            let count = bill.dishes().len();
            select(&mut bill.selected, count, by);
        }
        Overlay::Tables(state) => {
            let count = tables::rows(model, state).len();
            select(&mut state.selected, count, by);
        }
        Overlay::Drafts(state) => select(&mut state.selected, model.slots.len(), by),
        Overlay::Missed(state) => select(&mut state.selected, model.calls.missed().len(), by),
        Overlay::Comment(picker) => comment::moved(picker, by),
        Overlay::Options(options) => {
            options.end_word();
            let count = options.questions.current().map_or(0, |question| question.choices.len());
            select(&mut options.selected, count, by);
        }
        Overlay::Extras(picker) => select(&mut picker.selected, picker.hits.best.len(), by),
        Overlay::Status(menu) => select(&mut menu.selected, menu.offers.len(), by),
        Overlay::Cancel(menu) => status::cancel::moved(menu, by),
        Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) | Overlay::Share(_) => {}
    }
}

/// A key that is no command: typed into the window's text, or one of its own single keys.
pub fn key(model: &Model, overlay: &mut Overlay, key: Key) -> Outcome {
    match overlay {
        Overlay::Split(bill) => return split::key(model, bill, key),
        Overlay::Options(options) => return options::key(model, options, key),
        Overlay::Status(menu) => return status::key(model, menu, key),
        Overlay::Cancel(menu) => return status::cancel::key(menu, key),
        Overlay::Confirm(confirm) => return confirm::key(model, confirm, key),
        Overlay::Share(share) => return share::key(model, share, key),
        Overlay::Drafts(_) => return drafts::key(model, key),
        Overlay::Missed(_) => return missed::key(model, key),
        Overlay::Prompt(Prompt { text, cursor, .. }) | Overlay::Note(NotePrompt { text, cursor, .. }) => {
            edit::key(text, cursor, key);
        }
        Overlay::Price(prompt) => price::key(prompt, key),
        Overlay::Comment(picker) => picker.key(key),
        Overlay::Palette(palette) => palette::key(palette, key),
        Overlay::Tables(state) => tables::key(state, key),
        Overlay::Extras(picker) => extras::key(model, picker, key),
        Overlay::Help(_) | Overlay::Details(_) | Overlay::Notice { .. } => {}
    }
    Outcome::Stay
}

/// Pasted text goes into the window's line of text, if it has one.
pub fn paste(model: &Model, overlay: &mut Overlay, pasted: &str) -> Outcome {
    match overlay {
        // A line end in it does not accept.
        Overlay::Prompt(Prompt { text, cursor, .. }) | Overlay::Note(NotePrompt { text, cursor, .. }) => {
            edit::insert(text, cursor, pasted);
        }
        Overlay::Price(prompt) => price::paste(prompt, pasted),
        Overlay::Comment(picker) => picker.paste(pasted),
        Overlay::Palette(palette) => palette::paste(palette, pasted),
        Overlay::Extras(picker) => extras::paste(model, picker, pasted),
        Overlay::Tables(state) => tables::paste(state, pasted),
        Overlay::Status(menu) => status::paste(menu, pasted),
        Overlay::Cancel(menu) => status::cancel::paste(menu, pasted),
        Overlay::Confirm(_) | Overlay::Share(_) | Overlay::Help(_) | Overlay::Details(_) => {}
        Overlay::Options(_) | Overlay::Split(_) | Overlay::Drafts(_) | Overlay::Missed(_) | Overlay::Notice { .. } => {}
    }
    Outcome::Stay
}

/// A click on a row.
pub fn click(model: &Model, overlay: &mut Overlay, row: usize) -> Outcome {
    match overlay {
        Overlay::Options(options) => return options::toggle(model, options, row).unwrap_or(Outcome::Stay),
        Overlay::Split(bill) => {
            bill.selected = row;
            return Outcome::Stay;
        }
        Overlay::Comment(picker) => {
            picker.take(row);
            return Outcome::Stay;
        }
        Overlay::Palette(palette) => palette.selected = row,
        Overlay::Extras(picker) => picker.selected = row,
        Overlay::Status(menu) => menu.selected = row,
        Overlay::Cancel(menu) => {
            // A click chooses; cancelling takes the key that accepts.
            menu.selected = Some(row);
            return Outcome::Stay;
        }
        Overlay::Tables(state) => state.selected = row,
        Overlay::Drafts(state) => state.selected = row,
        Overlay::Missed(state) => state.selected = row,
        Overlay::Help(_) | Overlay::Confirm(_) | Overlay::Prompt(_) | Overlay::Price(_) | Overlay::Note(_) => {
            return Outcome::Stay;
        }
        Overlay::Share(_) | Overlay::Details(_) | Overlay::Notice { .. } => return Outcome::Stay,
    }
    accept(model, overlay)
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
