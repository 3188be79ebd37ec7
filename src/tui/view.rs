//! Draws the whole screen from the model. Changes nothing; what a click means where comes back to the runner.

pub mod cart;
pub mod frame;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::{
    chaos,
    domain::draft::flow::Step,
    tui::{
        input::{command::Command, target::Target},
        overlay,
        screens::{form, items, orders, review},
        state::model::{MIN_SIZE, Model, Screen},
        view::frame::draw as draw_frame,
        widgets::{
            areas::areas,
            canvas::{self, Canvas},
            theme::Theme,
        },
    },
};

/// What a frame leaves behind.
pub struct Drawn {
    /// What a click means where; the last one wins.
    pub targets: Vec<(Rect, Target)>,
    /// Where the terminal's cursor is.
    pub cursor: Option<Position>,
}

impl Drawn {
    /// What a click on a cell means.
    pub fn hit(&self, column: u16, row: u16) -> Option<Target> {
        let at = Position::new(column, row);
        self.targets.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, target)| *target)
    }
}

/// Draws one frame into a buffer.
pub fn draw(model: &Model, theme: &Theme, buf: &mut Buffer) -> Drawn {
    chaos::point("view.draw");
    let area = buf.area;
    let mut canvas = Canvas { buf, theme, targets: Vec::new(), cursor: None };
    canvas.paint(area, theme.text);
    if area.width < MIN_SIZE.0 || area.height < MIN_SIZE.1 {
        too_small(&mut canvas, model, area);
        return Drawn { targets: Vec::new(), cursor: None };
    }
    let areas = areas(area, model.screen == Screen::Draft);
    draw_frame(&mut canvas, model, areas);
    match (model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Screen::Orders, _) => orders::view::draw(&mut canvas, model, areas.body),
        (Screen::Draft, Some(Step::Items)) => items::view::draw(&mut canvas, model, areas),
        (Screen::Draft, Some(Step::Review)) => review::view::draw(&mut canvas, model, areas.body),
        (Screen::Draft, Some(_)) => form::view::draw(&mut canvas, model, areas.body),
        (Screen::Draft, None) => {}
    }
    if let Some(side) = areas.side {
        cart::draw(&mut canvas, model, side, true);
    }
    if let Some(fold) = areas.fold {
        cart::fold(&mut canvas, model, fold);
    }
    if model.overlay.is_some() {
        canvas.cursor = None;
        // What lies under it cannot be clicked, or a click beside the box would answer it.
        canvas.targets.retain(|(area, _)| area.y == areas.footer);
        overlay::view::draw(&mut canvas, model, areas.body);
    }
    let Canvas { targets, cursor, .. } = canvas;
    Drawn { targets, cursor }
}

fn too_small(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let size = format!("{}x{}", area.width, area.height);
    let wanted = format!("{}x{}", MIN_SIZE.0, MIN_SIZE.1);
    let key = model.key_label(Command::Quit);
    let text = model.texts.fill("frame.too_small", &[("wanted", &wanted), ("size", &size), ("key", &key)]);
    // Broken by words: whatever the size, the first words are seen.
    let (mut x, mut y) = (0, 0);
    for word in text.split(' ') {
        let wide = canvas::width(word);
        if x > 0 && x + wide > area.width {
            (x, y) = (0, y + 1);
        }
        x = canvas.put(x, y, area.width, word, canvas.theme.warn) + 1;
    }
}
