//! What is asked before a dish or an extra is added.

use crate::{
    desk::counter::{ExtraWish, LinePlan, Questions},
    tui::state::overlay::lists::ExtrasPicker,
};

/// What was typed for the next article while a question was open: the search begins with it.
#[derive(Debug, Clone, Default)]
pub struct Ahead {
    /// As it was typed.
    pub text: String,
    /// Whether a word is being typed: its letters choose nothing.
    pub is_word: bool,
    /// Choices that letters had taken before they turned out to be a word.
    pub untaken: Vec<String>,
}

/// Letters in a row that chose something in one question, and what was chosen before the first of them.
#[derive(Debug, Clone)]
pub struct Letters {
    /// As they were typed.
    pub typed: String,
    /// What was chosen before.
    pub before: Vec<bool>,
}

/// The questions as they are shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// What is asked, and what is chosen.
    pub questions: Questions,
    /// The selected choice.
    pub selected: usize,
    /// What was typed for the next article already.
    pub ahead: Ahead,
    /// Letters that chose something and may still turn out to begin a word.
    pub letters: Option<Letters>,
    /// The line that the dish is a part of; without it the dish is added by itself.
    pub line: Option<Box<LinePlan>>,
}

impl Options {
    /// The first question.
    pub fn new(questions: Questions) -> Self {
        Self { questions, selected: 0, ahead: Ahead::default(), letters: None, line: None }
    }

    /// The letters before it and this one are a word that chooses nothing.
    pub fn begin_word(&mut self, c: char) {
        if let (Some(Letters { typed, before }), Some(question)) =
            (self.letters.take(), self.questions.list.get_mut(self.questions.at))
        {
            for ((article, chosen), before) in question.choices.iter_mut().zip(before) {
                if *chosen && !before {
                    self.ahead.untaken.push(article.name.to_string());
                }
                *chosen = before;
            }
            self.ahead.text.push_str(&typed);
        }
        self.ahead.text.push(c);
        self.ahead.is_word = true;
    }

    /// A letter is about to choose something.
    pub fn begin_letter(&mut self, c: char) {
        let Some(question) = self.questions.current() else { return };
        let before = || question.choices.iter().map(|(_, chosen)| *chosen).collect();
        let letters = self.letters.get_or_insert_with(|| Letters { typed: String::new(), before: before() });
        letters.typed.push(c);
    }

    /// Whatever is typed now is no part of what was typed before.
    pub fn end_word(&mut self) {
        self.ahead.is_word = false;
        self.letters = None;
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Share {
    /// The extra and its dish.
    pub wish: ExtraWish,
    /// The list of extras it was chosen from, to go back to; without it, it was typed in the search.
    pub back: Option<ExtrasPicker>,
    /// What was typed for the next article already.
    pub ahead: String,
}
