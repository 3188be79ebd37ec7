//! Draws the overlay that is open: a box over the body, its list or text inside, its keys in the footer.

use ratatui::layout::Rect;

use crate::{
    desk::counter::ChoiceKind,
    tui::{
        input::{command::Command, target::Target},
        overlay::{
            comment,
            details::{self, COLUMNS},
            dish::{options, share},
            drafts,
            help::{self, HelpLine},
            missed, palette, price, split, status, tables,
        },
        state::{
            model::Model,
            overlay::{
                Help, Overlay,
                comment::CommentPicker,
                confirm::Confirm,
                details::Details,
                dish::{Options, Share},
                lists::{ExtrasPicker, Palette},
                prompt::{NotePrompt, PricePrompt, Prompt},
            },
        },
        widgets::{
            canvas::{Canvas, width},
            window::{first, frame, input, lines_of, mark, more},
            wrap::{self, NOTICE_COLUMNS, notice_lines},
        },
    },
    words,
};

/// Draws the overlay over the body.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let full = Rect::new(0, body.y, canvas.buf.area.width, body.height);
    match &model.overlay {
        Some(Overlay::Help(state)) => draw_help(canvas, model, state, full),
        Some(Overlay::Palette(state)) => draw_palette(canvas, model, state, full),
        Some(Overlay::Confirm(state)) => draw_confirm(canvas, model, state, full),
        Some(Overlay::Prompt(state)) => draw_prompt(canvas, model, state, full),
        Some(Overlay::Price(state)) => draw_price(canvas, model, state, full),
        Some(Overlay::Note(state)) => draw_note(canvas, model, state, full),
        Some(Overlay::Comment(state)) => draw_comment(canvas, model, state, full),
        Some(Overlay::Extras(state)) => draw_extras(canvas, model, state, full),
        Some(Overlay::Options(state)) => draw_options(canvas, model, state, full),
        Some(Overlay::Share(state)) => draw_share(canvas, model, state, full),
        Some(Overlay::Split(state)) => split::view::draw(canvas, model, state, full),
        Some(Overlay::Missed(state)) => missed::view::draw(canvas, model, state, full),
        Some(Overlay::Drafts(state)) => drafts::view::draw(canvas, model, state, full),
        Some(Overlay::Tables(state)) => tables::view::draw(canvas, model, state, full),
        Some(Overlay::Status(state)) => status::view::draw(canvas, model, state, full),
        Some(Overlay::Cancel(state)) => status::view::draw_cancel(canvas, model, state, full),
        Some(Overlay::Details(state)) => draw_details(canvas, model, state, full),
        Some(Overlay::Notice { text, scroll }) => draw_notice(canvas, model, text, *scroll, full),
        None => {}
    }
}

fn draw_help(canvas: &mut Canvas<'_>, model: &Model, state: &Help, full: Rect) {
    let lines = help::lines(model, &help::contexts(model, state));
    let area = frame(canvas, full, model.texts.t("command.help"), full.width, lines_of(lines.len()));
    let start = first(state.scroll, lines.len(), area.height);
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        match line {
            HelpLine::Title(title) => {
                canvas.put(area.x, y, area.width, title, canvas.theme.strong);
            }
            HelpLine::Keys { keys, text } => {
                canvas.put(area.x + 1, y, 21, keys, canvas.theme.key);
                canvas.put(area.x + 23, y, area.width.saturating_sub(23), text, canvas.theme.text);
            }
            HelpLine::Gap => {}
        }
    }
    more(canvas, area, start, lines.len());
}

fn draw_palette(canvas: &mut Canvas<'_>, model: &Model, state: &Palette, full: Rect) {
    let rows = palette::rows(model, state);
    let area = frame(canvas, full, model.texts.t("command.palette"), 70, full.height);
    input(canvas, area, &state.query, state.cursor);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, (command, text))) in (list.y..list.bottom()).zip(rows.iter().enumerate().skip(start)) {
        let style = mark(canvas, list.x, y, at == state.selected);
        let key = model.key_label(*command);
        canvas.put(list.x + 1, y, list.width.saturating_sub(width(&key) + 3), text, style);
        canvas.put_right(list.right(), y, &key, canvas.theme.key);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
    if rows.is_empty() {
        canvas.put(list.x + 1, list.y, list.width, model.texts.t("prompt.no_command"), canvas.theme.dim);
    }
}

fn draw_confirm(canvas: &mut Canvas<'_>, model: &Model, state: &Confirm, full: Rect) {
    let texts = &model.texts;
    let word = state.question.word();
    let question = texts.t(&format!("confirm.{word}")).to_owned();
    // The first line stands whole, as it always did; what is said besides takes as many lines as it needs.
    let (effect, more) = state.effect.split_once('\n').unwrap_or((&state.effect, ""));
    let more = if more.is_empty() { Vec::new() } else { wrap::wrap(more, 70, 0) };
    let rows = u16::try_from(more.len()).unwrap_or(0);
    let columns = width(&question).max(width(effect)).max(state.question.about_columns());
    let area = frame(canvas, full, texts.t("confirm.title"), columns, 5 + rows);
    canvas.put(area.x, area.y, area.width, &question, canvas.theme.strong);
    canvas.put(area.x, area.y + 1, area.width, &state.about, canvas.theme.text);
    canvas.put(area.x, area.y + 2, area.width, effect, canvas.theme.warn);
    for (row, line) in (area.y + 3..).zip(&more) {
        canvas.put(area.x, row, area.width, line, canvas.theme.warn);
    }
    let letter = |key: &str| texts.t(key).chars().next().map(|c| c.to_string()).unwrap_or_default();
    let (accept, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let (yes, no) = (letter("word.yes"), letter("word.no"));
    let keys = [("yes", &*yes), ("accept", &accept), ("no", &no), ("close", &close)];
    let answer = state.question.answers();
    let answer = texts.fill(answer, &keys);
    canvas.put(area.x, area.y + 4 + rows, area.width, &answer, canvas.theme.key);
}

fn draw_prompt(canvas: &mut Canvas<'_>, model: &Model, state: &Prompt, full: Rect) {
    let title = model.texts.fill("prompt.comment", &[("name", &state.about)]);
    let area = frame(canvas, full, &title, 60, 1);
    input(canvas, area, &state.text, state.cursor);
}

fn draw_price(canvas: &mut Canvas<'_>, model: &Model, state: &PricePrompt, full: Rect) {
    let area = frame(canvas, full, &price::title(model, state), 60, 2);
    input(canvas, area, &state.text, state.cursor);
    canvas.put(area.x, area.y + 1, area.width, model.texts.t("prompt.price_empty"), canvas.theme.dim);
}

fn draw_note(canvas: &mut Canvas<'_>, model: &Model, state: &NotePrompt, full: Rect) {
    let title = model.texts.fill("prompt.note", &[("number", &state.number)]);
    let area = frame(canvas, full, &title, 70, 2);
    input(canvas, area, &state.text, state.cursor);
    canvas.put(area.x, area.y + 1, area.width, model.texts.t("prompt.note_stays"), canvas.theme.dim);
}

fn draw_comment(canvas: &mut Canvas<'_>, model: &Model, state: &CommentPicker, full: Rect) {
    let title = model.texts.fill("prompt.comment", &[("name", &state.about)]);
    // As many rows whatever is typed: the border never moves.
    let area = frame(canvas, full, &title, 60, lines_of(state.offers.len()).saturating_add(3));
    input(canvas, area, &state.text, state.cursor);
    let shown = state.shown();
    let has_keys = shown.len() == state.offers.len();
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(3));
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, comment)) in (list.y..list.bottom()).zip(shown.iter().enumerate().skip(start)) {
        let style = mark(canvas, list.x, y, at == state.selected);
        let key = if has_keys && at < 9 { (at + 1).to_string() } else { " ".to_owned() };
        let tick = if state.has(comment) { "[x]" } else { "[ ]" };
        canvas.put(list.x + 1, y, list.width.saturating_sub(1), &format!("{key} {tick} {comment}"), style);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
    let keys = [("tab", &*model.key_label(Command::OverlayTab)), ("accept", &*model.key_label(Command::OverlayAccept))];
    let hint = model.texts.fill("prompt.comment_hint", &keys);
    let untaken = comment::untaken_words(model, state);
    let digits = match &untaken {
        Some(lost) => (lost.as_str(), canvas.theme.warn),
        None => (model.texts.t("prompt.comment_digits"), canvas.theme.dim),
    };
    for (y, (hint, style)) in (list.bottom()..area.bottom()).zip([digits, (hint.as_str(), canvas.theme.dim)]) {
        canvas.put(area.x, y, area.width, hint, style);
    }
}

fn draw_extras(canvas: &mut Canvas<'_>, model: &Model, state: &ExtrasPicker, full: Rect) {
    let Some(slot) = model.slot() else { return };
    let dish = slot.items.line.and_then(|id| slot.draft().line(id)).map_or(0, |line| line.main);
    let about = slot
        .draft()
        .line(dish)
        .map_or_else(String::new, |line| format!("{} × {}", model.texts.number(line.quantity), line.article.name));
    let title = model.texts.fill("prompt.extras", &[("name", &about)]);
    let area = frame(canvas, full, &title, 56, full.height);
    input(canvas, area, &state.query, state.cursor);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    let channel = model.channel();
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    if state.hits.best.is_empty() {
        canvas.put(list.x + 1, list.y, list.width, model.texts.t("prompt.no_extra"), canvas.theme.dim);
    }
    for (y, (at, position)) in (list.y..list.bottom()).zip(state.hits.best.iter().enumerate().skip(start)) {
        let Some(article) = model.catalog.at(*position) else { continue };
        let style = mark(canvas, list.x, y, at == state.selected);
        let has = slot.draft().extras_of(dish).find(|line| line.article.id == article.id);
        let many = has.map_or_else(|| "   ".to_owned(), |line| format!("{:>2}×", model.texts.number(line.quantity)));
        let price = article.price_in(&channel).map_or_else(String::new, |row| model.texts.amount(row.price));
        let text = format!("{many} {:<5} {}", article.number, article.name);
        canvas.put(list.x + 1, y, list.width.saturating_sub(width(&price) + 2), &text, style);
        canvas.put_right(list.right(), y, &price, style);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
}

fn draw_options(canvas: &mut Canvas<'_>, model: &Model, state: &Options, full: Rect) {
    let Some(question) = state.questions.current() else { return };
    let texts = &model.texts;
    let about =
        format!("{} × {} · {}", texts.number(state.questions.quantity), state.questions.article.name, question.name);
    let area = frame(canvas, full, &about, 56, lines_of(question.choices.len()) + 1);
    let channel = model.channel();
    let (min, max, n) = (question.min.to_string(), question.max.to_string(), question.chosen().to_string());
    let rule = if question.min == question.max { "options.exactly" } else { "options.between" };
    let head = texts.fill(rule, &[("min", &min), ("max", &max), ("n", &n)]);
    let next = match state.ahead.text.is_empty() {
        true => texts.t("options.digits").to_owned(),
        false => texts.fill("options.ahead", &[("text", &state.ahead.text)]),
    };
    canvas.put(area.x, area.y, area.width, &format!("{head} · {next}"), canvas.theme.dim);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, (article, chosen))) in (list.y..list.bottom()).zip(question.choices.iter().enumerate().skip(start)) {
        let style = mark(canvas, list.x, y, at == state.selected);
        // A part of a combo costs nothing of its own.
        let row = article.price_in(&channel).filter(|_| question.kind != ChoiceKind::Part);
        let price = row.map_or_else(String::new, |row| texts.amount(row.price));
        let tick = if *chosen { "[x]" } else { "[ ]" };
        let text = format!("{} {tick} {}", options::key_of(at).unwrap_or(' '), article.name);
        canvas.put(list.x + 1, y, list.width.saturating_sub(width(&price) + 2), &text, style);
        canvas.put_right(list.right(), y, &price, style);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
}

fn draw_share(canvas: &mut Canvas<'_>, model: &Model, state: &Share, full: Rect) {
    let texts = &model.texts;
    let dish =
        model.slot().and_then(|slot| slot.draft().line(state.wish.dish).and_then(|line| slot.draft().line(line.main)));
    let Some((dishes, dish)) = dish.map(|dish| (texts.number(dish.quantity), dish.article.name.to_string())) else {
        return;
    };
    let n = texts.number(state.wish.quantity);
    let parts = [("n", &*n), ("name", &*state.wish.article.name), ("dishes", &dishes), ("dish", &dish)];
    let about = texts.fill("share.about", &parts);
    let (accept, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let letter = |letter: Option<char>| letter.map(String::from).unwrap_or_default();
    let (one, all) = (letter(share::one(model)), letter(share::all(model)));
    let keys = [("one", &*one), ("accept", &accept), ("all", &all), ("dishes", &dishes), ("close", &close)];
    let answer = texts.fill("share.answer", &keys);
    // What it is about never moves the border.
    let columns = width(&answer).max(70);
    let area = frame(canvas, full, texts.t("share.title"), columns, 3);
    canvas.put(area.x, area.y, area.width, &about, canvas.theme.strong);
    if !state.ahead.is_empty() {
        let ahead = texts.fill("options.ahead", &[("text", &state.ahead)]);
        canvas.put(area.x, area.y + 1, area.width, &ahead, canvas.theme.text);
    }
    canvas.put(area.x, area.y + 2, area.width, &answer, canvas.theme.key);
}

fn draw_details(canvas: &mut Canvas<'_>, model: &Model, state: &Details, full: Rect) {
    let lines = details::lines(model, state);
    let area = frame(canvas, full, model.texts.t("details.title"), COLUMNS, full.height);
    let start = first(state.scroll, lines.len(), area.height);
    for (y, (text, amount)) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        let style = if amount.is_empty() && !text.starts_with(' ') { canvas.theme.strong } else { canvas.theme.text };
        canvas.put(area.x, y, area.width.saturating_sub(width(amount) + 1), text, style);
        canvas.put_right(area.right(), y, amount, style);
    }
    more(canvas, area, start, lines.len());
}

/// Technical detail, broken into lines.
fn draw_notice(canvas: &mut Canvas<'_>, model: &Model, text: &str, scroll: usize, full: Rect) {
    let lines = notice_lines(&words::reason(text, &model.texts));
    let area = frame(canvas, full, model.texts.t("command.notice_detail"), NOTICE_COLUMNS, lines_of(lines.len()));
    let start = first(scroll, lines.len(), area.height);
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        canvas.put(area.x, y, area.width, line, canvas.theme.text);
    }
}
