//! The manager's word on the screen: what is in the way of an order and may be waived is named and asked for. What may be waived is
//! decided in the domain.

use crate::{
    domain::draft::{
        problem::{Problem, ProblemKind},
        terms::Pass,
        undo::Touch,
    },
    tui::{
        input::command::Command,
        screens::confirm,
        state::{
            model::{Model, Tone},
            overlay::confirm::Question,
        },
        wording::terms::{full_words, problem_words},
    },
};

/// Asks whether what is in the way of the shown draft is to pass, naming all of it.
pub fn ask(model: &mut Model) {
    let problems = model.problems();
    let passes: Vec<Pass> = problems.iter().filter_map(|problem| Pass::of(problem.kind)).collect();
    if passes.is_empty() {
        let text = model.texts.t("notice.nothing_to_pass").to_owned();
        return model.say(Tone::Warn, text);
    }
    let words = |problem: &Problem| match problem.kind {
        // The next free time is beside the point for who takes this one, and costs the room of the rest.
        ProblemKind::SlotFull { full, .. } => full_words(model, full),
        kind => problem_words(model, kind),
    };
    let about: Vec<String> = problems.iter().filter(|problem| Pass::of(problem.kind).is_some()).map(words).collect();
    confirm::ask(model, Question::LetPass(passes), about.join(" · "));
}

/// The manager said yes.
pub fn grant(model: &mut Model, passes: &[Pass]) {
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |draft| draft.terms.passes.extend_from_slice(passes));
    let text = model.texts.fill("notice.let_pass", &[("key", &model.key_label(Command::Undo))]);
    model.say(Tone::Done, text);
}
