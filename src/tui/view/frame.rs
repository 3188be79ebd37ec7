//! What is the same on every screen: the head, the steps, the notice and the footer.

pub mod state;

use ratatui::layout::Rect;

use crate::{
    desk::live::Counts,
    domain::draft::{flow::Step, problem::ProblemKind},
    tui::{
        input::{
            command::{ByContext, COMMANDS, Command, CommandRow, KeyContext},
            target::Target,
        },
        screens::orders,
        state::{
            model::{Model, Screen, Tone},
            overlay::Overlay,
            rows::has_more,
        },
        widgets::{
            areas::{FrameAreas, WIDE},
            canvas::{Canvas, fit, width},
        },
        wording,
    },
};

/// Draws head, notice and footer.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, areas: FrameAreas) {
    head(canvas, model);
    match model.screen {
        Screen::Draft => steps(canvas, model),
        Screen::Orders => attention(canvas, model),
    }
    let columns = canvas.buf.area.width;
    canvas.rule(0, 2, columns);
    if let Some(side) = areas.side {
        canvas.put(side.x, 2, 1, "┬", canvas.theme.dim);
    }
    ringing(canvas, model);
    notice(canvas, model, areas);
    footer(canvas, model, areas.footer);
}

fn head(canvas: &mut Canvas<'_>, model: &Model) {
    let columns = canvas.buf.area.width;
    let texts = &model.texts;
    // A narrow head keeps its room for what may be wrong: connection, what waits, what needs a person.
    let wide = columns >= WIDE;
    let clock = texts.time(model.moment.local().time());
    let right = columns.saturating_sub(width(&clock) + 3);
    canvas.put_right(columns.saturating_sub(1), 0, &clock, canvas.theme.text);
    let unsettled = model.orders.open_count();
    let list = if unsettled == 0 {
        texts.t("head.orders").to_owned()
    } else {
        format!("{} {unsettled}", texts.t("head.orders"))
    };
    let late = model.orders.list.late_count();
    let late = (late > 0).then(|| texts.fill("head.late", &[("n", &late.to_string())]));
    let screens = [(Screen::Draft, texts.t("head.draft")), (Screen::Orders, list.as_str())];
    let screens_width: u16 = screens.iter().map(|(_, text)| width(text) + 2).sum();
    let screens_width = screens_width + late.as_ref().map_or(0, |late| width(late) + 3);
    let mut x = 1;
    if wide {
        x = canvas.put(x, 0, 9, "oktodesk", canvas.theme.strong) + 1;
    }
    if model.demo {
        x = canvas.put(x, 0, 30, texts.t("head.demo"), canvas.theme.warn) + 1;
    }
    let room = right.saturating_sub(x + 1 + screens_width);
    if wide || !model.demo {
        // Whoever sits here knows the name; what may be wrong is not known, and goes first.
        let needed = state::width_of(&state::parts(canvas, model, room));
        let left = room.saturating_sub(needed + 1).min(24);
        // Two letters of a name are no name.
        if left >= width(&model.shop.terminal).min(6) {
            x = canvas.put(x, 0, left, &model.shop.terminal, canvas.theme.text) + 1;
        }
    }
    x += 1;
    for (screen, text) in screens {
        let style = if model.screen == screen { canvas.theme.accent } else { canvas.theme.dim };
        let end = canvas.put(x, 0, 20, text, style);
        canvas.target(Rect::new(x, 0, end - x, 1), Target::Command(Command::ToggleOrders));
        x = end + 2;
    }
    if let Some(late) = late {
        canvas.put(x - 1, 0, 1, "·", canvas.theme.dim);
        x = canvas.put(x + 1, 0, 20, &late, canvas.theme.alarm) + 2;
    }
    state::draw(canvas, model, x, right);
}

fn steps(canvas: &mut Canvas<'_>, model: &Model) {
    const STEPS: [(Step, &str, Command); 6] = [
        (Step::Items, "step.items", Command::StepItems),
        (Step::Customer, "step.customer", Command::StepCustomer),
        (Step::Place, "step.place", Command::StepPlace),
        (Step::Tip, "step.tip", Command::StepTip),
        (Step::Payment, "step.payment", Command::StepPayment),
        (Step::Review, "step.review", Command::StepReview),
    ];
    let Some(slot) = model.slot() else { return };
    let texts = &model.texts;
    let columns = canvas.buf.area.width;
    let mut x = 1;
    for (step, key, command) in STEPS {
        let style = if slot.draft().step == step { canvas.theme.accent } else { canvas.theme.dim };
        let end = canvas.put(x, 1, 24, &format!("{} {}", step.index() + 1, texts.t(key)), style);
        canvas.target(Rect::new(x, 1, end - x, 1), Target::Command(command));
        x = end + if columns >= WIDE { 3 } else { 2 };
    }
    let place = [("n", (model.current + 1).to_string()), ("all", model.slots.len().to_string())];
    let place: Vec<(&str, &str)> = place.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = texts.fill(if columns >= WIDE { "head.drafts" } else { "head.drafts_short" }, &place);
    // Which of several it is matters more than how old it is, and an empty one has no age.
    let age = (!slot.is_blank()).then(|| texts.age(model.seconds_since(slot.draft().opened_at)));
    let with_age = age.map(|age| format!("{text} · {age}"));
    let fits = |text: &String| x + width(text) < columns;
    let text = with_age.filter(fits).unwrap_or(text);
    canvas.put_right(columns - 1, 1, &text, canvas.theme.dim);
}

/// Above the live list: what needs a person, before anything else.
fn attention(canvas: &mut Canvas<'_>, model: &Model) {
    let texts = &model.texts;
    let columns = canvas.buf.area.width;
    let halted = model.outbox.halted.as_ref().map(|halt| wording::orders::halted(model, halt));
    let Counts { unknown, rejected, other, .. } = model.orders.list.counts();
    let (text, style) = if unknown + rejected + other > 0 {
        let kinds = [("head.unclear_short", unknown), ("head.rejected", rejected), ("head.further", other)];
        let kinds = kinds.into_iter().filter(|(_, n)| *n > 0);
        let said = match rejected + other {
            0 => texts.count("head.unclear", unknown),
            _ => kinds.map(|(key, n)| texts.fill(key, &[("n", &n.to_string())])).collect::<Vec<_>>().join(" · "),
        };
        (format!("{said}  {}", model.key_label(Command::Attention)), canvas.theme.alarm)
    } else if let Some(text) = halted {
        (text, canvas.theme.warn)
    } else {
        canvas.put(1, 1, columns - 2, &model.orders.summary(texts), canvas.theme.dim);
        return;
    };
    let end = canvas.put(1, 1, columns - 2, &format!("▲ {text}"), style);
    // What the list shows is said as well: a filter nobody sees hides orders.
    let summary = fit(&model.orders.summary(texts), columns.saturating_sub(end + 3));
    canvas.put_right(columns - 1, 1, &summary, canvas.theme.dim);
}

/// Who rings, in the line under the head: seen on every screen and under every window, in nobody's way.
fn ringing(canvas: &mut Canvas<'_>, model: &Model) {
    if let Some(text) = wording::head::away_line(model) {
        let room = canvas.buf.area.width.saturating_sub(2);
        canvas.put(1, 2, room, &format!(" {} ", fit(&text, room.saturating_sub(2))), canvas.theme.warn);
    }
    let Some(text) = wording::head::call_line(model) else { return };
    let room = canvas.buf.area.width.saturating_sub(2);
    let text = format!(" {} ", fit(&text, room.saturating_sub(2)));
    let end = canvas.put(1, 2, room, &text, canvas.theme.accent);
    canvas.target(Rect::new(1, 2, end.saturating_sub(1), 1), Target::Command(Command::TakeCall));
}

fn notice(canvas: &mut Canvas<'_>, model: &Model, areas: FrameAreas) {
    let columns = canvas.buf.area.width;
    canvas.rule(0, areas.notice, columns);
    if let Some(side) = areas.side {
        canvas.put(side.x, areas.notice, 1, "┴", canvas.theme.dim);
    }
    let Some(notice) = &model.notice else { return };
    let (mark, style) = match notice.tone {
        Tone::Done => ("", canvas.theme.strong),
        Tone::Warn => ("! ", canvas.theme.warn),
        Tone::Alarm => ("▲ ", canvas.theme.alarm),
    };
    let key = model.key_label(Command::NoticeDetail);
    let said = format!("{mark}{}", notice.text);
    let room = |detail: &str| columns.saturating_sub(4 + width(detail));
    let detail = match &notice.detail {
        Some(_) => format!("· {} ", model.texts.fill("head.detail", &[("key", &key)])),
        None => String::new(),
    };
    // What the key does is said only where it costs no word of the message.
    let detail = if width(&said) > room(&detail) && notice.detail.is_some() { format!("· {key} ") } else { detail };
    // The way to the detail is never what is cut off.
    let text = format!(" {} ", fit(&said, room(&detail)));
    canvas.put(1, areas.notice, columns.saturating_sub(2), &format!("{text}{detail}"), style);
}

/// Whether a command can do something where the person is.
fn is_of_use(model: &Model, command: Command) -> bool {
    let reviewing = model.screen == Screen::Draft && model.slot().is_some_and(|slot| slot.draft().step == Step::Review);
    // What an order's commands can do depends on the order alone.
    let of_order = if let ByContext::Orders(command) = command.by_context() { Some(command) } else { None };
    match (&model.overlay, command.row().context) {
        // After the review there is no step.
        (_, KeyContext::Draft) if command == Command::StepNext => !reviewing,
        // Nothing is taken over where there is only something to read.
        (Some(Overlay::Help(_) | Overlay::Notice { .. }), _) => command != Command::OverlayAccept,
        (Some(Overlay::Details(_)), KeyContext::Overlay) => command != Command::OverlayAccept,
        (Some(Overlay::Details(_)), KeyContext::Orders) if !decides(command) && command != Command::OrderStatus => {
            false
        }
        (None, KeyContext::Review) => command != Command::ReviewMend || !model.problems().is_empty(),
        // Without a line there is nothing to take away, to add to or to remark on.
        (None, KeyContext::Items | KeyContext::ItemsEmpty) if needs_line(command) => {
            model.slot().is_some_and(|slot| slot.items.line.is_some())
        }
        (None, KeyContext::Form) if command == Command::MoreFields => model.slot().is_some_and(has_more),
        _ => of_order.is_none_or(|command| orders::decide::fits(model.orders.row(), command)),
    }
}

/// Commands of the item step that are about the selected line of the cart.
fn needs_line(command: Command) -> bool {
    matches!(command, Command::Extras | Command::LineComment | Command::RemoveLine)
}

/// Key of what a command is called where it does something else than elsewhere.
fn label(model: &Model, command: Command) -> Option<&'static str> {
    // On the list the same key leads back.
    if command == Command::ToggleOrders && model.screen == Screen::Orders {
        return Some("footer.to_order");
    }
    // What Enter answers where it is no yes.
    if let (Command::OverlayAccept, Some(Overlay::Confirm(confirm))) = (command, &model.overlay)
        && confirm.question.needs_letter()
    {
        return Some(confirm.question.enter_word());
    }
    if command == Command::MoreFields && model.overlay.is_none() {
        return model.slot().filter(|slot| slot.more).map(|_| "footer.fewer_fields");
    }
    if command == Command::ReviewMend && model.overlay.is_none() {
        let at = model.slot().map_or(0, |slot| slot.review_at);
        let problems = model.problems();
        let is_wrong = problems.get(at).or(problems.last()).is_some_and(|it| it.kind != ProblemKind::Missing);
        return is_wrong.then_some("footer.put_right");
    }
    let is_list = model.screen == Screen::Orders && matches!(model.overlay, None | Some(Overlay::Details(_)));
    if is_list { orders::decide::label(model.orders.row(), command) } else { None }
}

/// Commands of an order that needs a person: they come first in the footer.
fn decides(command: Command) -> bool {
    matches!(command, Command::OrderResend | Command::OrderArrived | Command::OrderCorrect | Command::OrderCancel)
}

/// The commands of the contexts that are active, by rank; help always at the right.
fn footer(canvas: &mut Canvas<'_>, model: &Model, y: u16) {
    let texts = &model.texts;
    let columns = canvas.buf.area.width;
    let contexts = model.contexts();
    let shown = |row: &&CommandRow| {
        (1..99).contains(&row.footer) && contexts.contains(&row.context) && is_of_use(model, row.command)
    };
    let mut rows: Vec<_> = COMMANDS.iter().filter(shown).collect();
    rows.sort_by_key(|row| (!decides(row.command), row.footer));
    // A key that an inner context took over is not offered for the outer one, too.
    rows.retain(|row| {
        model.keymap.key(row.command).is_some_and(|key| model.keymap.resolve(key, &contexts) == Some(row.command))
    });
    let entry = |command: Command, id: &str| {
        let step = orders::status::step_word(model).filter(|_| command == Command::OrderNext);
        if let Some(step) = step {
            return (model.key_label(command), format!("→ {step}"));
        }
        let text = label(model, command).map_or_else(|| format!("command.{id}"), str::to_owned);
        (model.key_label(command), texts.get(&text).unwrap_or_default().to_owned())
    };
    let (help_key, help) = entry(Command::Help, "help");
    let help_width = width(&help_key) + width(&help) + 1;
    let right = columns.saturating_sub(help_width + 1);
    if model.overlay.is_none() {
        let end = canvas.put(right, y, help_width, &help_key, canvas.theme.key);
        canvas.put(end + 1, y, width(&help), &help, canvas.theme.dim);
        canvas.target(Rect::new(right, y, help_width, 1), Target::Command(Command::Help));
    }
    let mut x = 1;
    for row in rows {
        let (key, label) = entry(row.command, row.id);
        let wide = width(&key) + 1 + width(&label);
        if key.is_empty() || x + wide + 2 > right {
            continue;
        }
        let end = canvas.put(x, y, width(&key), &key, canvas.theme.key);
        canvas.put(end + 1, y, width(&label), &label, canvas.theme.dim);
        canvas.target(Rect::new(x, y, wide, 1), Target::Command(row.command));
        x += wide + 2;
    }
}
