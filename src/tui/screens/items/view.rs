//! Draws the item step: search line, what it was understood as, groups, hits.

use ratatui::layout::Rect;

use crate::{
    desk::{catalog::search::Scope, counter::LineReading},
    domain::{
        draft::{cart::quantity_fits, quick},
        shop::article::Article,
    },
    tui::{
        input::{command::Command, target::Target},
        screens::items::{self, search::chosen},
        state::{model::Model, slot::Slot},
        view::cart,
        widgets::{
            areas::FrameAreas,
            canvas::{Canvas, width},
        },
        wording,
    },
};

/// Columns of the article number.
const NUMBER: u16 = 6;

/// Draws the step; on a narrow terminal the cart takes the hits' place while it has the keys.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, areas: FrameAreas) {
    let Some(slot) = model.slot() else { return };
    let body = areas.body;
    if areas.side.is_none() && slot.items.in_cart {
        return cart::draw(canvas, model, body, false);
    }
    let wide = body.width.saturating_sub(2);
    search_line(canvas, model, slot, Rect::new(1, body.y, wide, 1));
    echo(canvas, model, slot, Rect::new(3, body.y + 1, wide.saturating_sub(2), 1));
    groups(canvas, model, slot, Rect::new(1, body.y + 2, wide, 1));
    hits(canvas, model, slot, Rect::new(0, body.y + 3, body.width, body.height.saturating_sub(3)));
}

fn search_line(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) {
    let texts = &model.texts;
    let exact = chosen(model, slot).is_some() && slot.items.hits.best.is_empty();
    // What is searched, extras among it: the same number whether something is typed or not.
    let all = match slot.items.scope {
        Scope::Group(group) => model.catalog.groups().get(group).map_or(0, |group| group.count),
        Scope::All | Scope::Extras => model.catalog.len(),
    };
    let found = (slot.items.hits.total + usize::from(exact)).to_string();
    let count = match (model.catalog_loaded, slot.draft().search.is_empty()) {
        (false, _) => texts.t("items.loading").to_owned(),
        _ if model.catalog_reading.is_some() => {
            let count = model.catalog_reading.unwrap_or_default();
            texts.fill("items.reading", &[("n", &texts.number(count.into()))])
        }
        (true, true) => {
            let count = texts.count("count.articles", all);
            wording::articles::age(model).map_or(count.clone(), |age| format!("{count} · {age}"))
        }
        (true, false) => texts.fill("items.found", &[("n", &found), ("all", &all.to_string())]),
    };
    canvas.put_right(area.right(), area.y, &count, canvas.theme.dim);
    canvas.put(area.x, area.y, 2, "›", canvas.theme.accent);
    let room = area.width.saturating_sub(width(&count) + 4);
    if slot.draft().search.is_empty() {
        canvas.put(area.x + 2, area.y, room, texts.t("items.placeholder"), canvas.theme.dim);
    }
    canvas.input(Rect::new(area.x + 2, area.y, room, 1), &slot.draft().search, slot.cursor, canvas.theme.strong);
    if slot.items.in_cart {
        canvas.cursor = None;
    }
}

/// What Enter would add, piece by piece, before it is pressed.
fn echo(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) {
    if slot.draft().search.trim().is_empty() {
        return;
    }
    if let Some(reading) = items::line::reading(model, slot) {
        return echo_line(canvas, model, &reading, area);
    }
    let texts = &model.texts;
    let line = quick::parse(&slot.draft().search);
    let quantity = texts.number(line.quantity);
    let Some(article) = chosen(model, slot) else {
        let text = match () {
            () if quick::is_none(&slot.draft().search) => "items.zero",
            () if line.text.is_empty() && slot.items.line.is_none() => "cart.empty",
            () if line.text.is_empty() => "items.echo_line",
            () => "items.nothing",
        };
        let text = texts.fill(text, &[("n", &quantity)]);
        canvas.put(area.x, area.y, area.width, &text, canvas.theme.warn);
        return;
    };
    if !quantity_fits(article, line.quantity) {
        let text = texts.fill("notice.quantity_refused", &[("name", &article.name)]);
        canvas.put(area.x, area.y, area.width, &text, canvas.theme.warn);
        return;
    }
    let price = article.price_in(&model.channel()).map(|row| row.price * line.quantity);
    let (price, style) = match price {
        Some(price) => (texts.money(price, &model.shop.currency), canvas.theme.dim),
        None => (texts.t("cart.not_sold").to_owned(), canvas.theme.alarm),
    };
    let mut text = format!("= {} {} · {price}", texts.quantity(line.quantity, article), article.name);
    if !line.comment.is_empty() {
        text = format!("{text} · {}", texts.quoted(line.comment));
    }
    canvas.put(area.x, area.y, area.width, &text, style);
}

/// What a line means, part by part; what is not understood stands out where it was typed.
fn echo_line(canvas: &mut Canvas<'_>, model: &Model, reading: &LineReading, area: Rect) {
    let parts = wording::line::echo(model, reading);
    // The end of a long line is being typed: what does not fit is left out at its beginning.
    let mut room = area.width.saturating_sub(2);
    let wide = |part: &wording::line::Part| width(&part.text) + 3;
    let fitting = parts.iter().rev().take_while(|part| {
        let fits = wide(part) <= room;
        room = room.saturating_sub(wide(part));
        fits
    });
    let first = parts.len() - fitting.count().max(1).min(parts.len());
    let mut x = canvas.put(area.x, area.y, 2, if first > 0 { "… " } else { "= " }, canvas.theme.dim);
    for (at, part) in parts.iter().enumerate().skip(first) {
        if at > first {
            x = canvas.put(x, area.y, area.right().saturating_sub(x), " · ", canvas.theme.dim);
        }
        let style = if part.is_read { canvas.theme.dim } else { canvas.theme.warn };
        x = canvas.put(x, area.y, area.right().saturating_sub(x), &part.text, style);
    }
}

/// The groups on one line, scrolled so that the active one is seen.
fn groups(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) {
    let all = model.texts.t("items.all").to_owned();
    let names: Vec<&str> =
        std::iter::once(all.as_str()).chain(model.catalog.groups().iter().map(|group| &*group.name)).collect();
    let active = match slot.items.scope {
        Scope::Group(group) => group + 1,
        Scope::All | Scope::Extras => 0,
    };
    let mut first = 0;
    let span = |first: usize| -> u16 {
        names[first..=active].iter().fold(0, |sum: u16, name| sum.saturating_add(width(name) + 2))
    };
    while first < active && span(first) > area.width.saturating_sub(4) {
        first += 1;
    }
    let mut x = area.x;
    if first > 0 {
        x = canvas.put(x, area.y, 1, "‹", canvas.theme.dim) + 1;
    }
    for (at, name) in names.iter().enumerate().skip(first) {
        if x + width(name) > area.right().saturating_sub(2) {
            canvas.put(area.right().saturating_sub(1), area.y, 1, "›", canvas.theme.dim);
            break;
        }
        let style = if at == active { canvas.theme.accent } else { canvas.theme.dim };
        group_mark(canvas, model, name, x.saturating_sub(1), area.y);
        x = canvas.put(x, area.y, width(name), name, style) + 2;
    }
}

/// The colour of a group, in the gap before what it stands for.
fn group_mark(canvas: &mut Canvas<'_>, model: &Model, group: &str, x: u16, y: u16) {
    let colour = model.catalog.menu().colours.get(group);
    if let Some(style) = colour.and_then(|colour| canvas.theme.group(*colour)) {
        canvas.put(x, y, 1, "▎", style);
    }
}

fn hits(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) {
    let channel = model.channel();
    let height = usize::from(area.height);
    let selected = slot.items.selected;
    let start = selected.saturating_sub(height.saturating_sub(1));
    let marked = slot.items.browsing || !quick::parse(&slot.draft().search).text.is_empty();
    let exact = chosen(model, slot).map(|article| article.id);
    let rows = slot.items.hits.best.iter().enumerate().skip(start).take(height);
    for (y, (at, position)) in (area.y..).zip(rows) {
        let Some(article) = model.catalog.at(*position) else { continue };
        // What Enter adds is marked, which for a number is not always the first row.
        let here = marked && exact == Some(article.id);
        row(canvas, model, article, &channel, here, Rect::new(area.x, y, area.width, 1));
        canvas.target(Rect::new(area.x, y, area.width, 1), Target::Row(at));
    }
    if let Some(article) = chosen(model, slot).filter(|_| slot.items.hits.best.is_empty()) {
        // A barcode is found although no name or number holds it.
        row(canvas, model, article, &channel, true, Rect::new(area.x, area.y, area.width, 1));
    } else if slot.items.hits.best.is_empty() && model.catalog_loaded && !quick::is_none(&slot.draft().search) {
        let (text, key) = match model.catalog.is_empty() {
            true => ("items.no_catalog", Command::SyncCatalog),
            false => ("items.no_hit", Command::ClearSearch),
        };
        let text = model.texts.fill(text, &[("key", &model.key_label(key))]);
        canvas.put(area.x + 3, area.y, area.width.saturating_sub(4), &text, canvas.theme.dim);
    }
}

fn row(
    canvas: &mut Canvas<'_>,
    model: &Model,
    article: &Article,
    channel: &crate::domain::order::DistributionChannel,
    here: bool,
    area: Rect,
) {
    let texts = &model.texts;
    let style = if here { canvas.theme.selected } else { canvas.theme.text };
    let right = area.right().saturating_sub(1);
    if here {
        canvas.put(area.x, area.y, 1, "▌", canvas.theme.accent);
    }
    canvas.put(area.x + 1, area.y, NUMBER - 1, &article.number, if here { style } else { canvas.theme.dim });
    let price = match article.price_in(channel) {
        Some(row) if model.is_sold_out(article) => {
            format!("{} · {}", texts.t("items.sold_out"), texts.amount(row.price))
        }
        Some(row) => match model.counter().left(model.slot().map(|slot| &slot.draft().order_id), article) {
            Some(left) => {
                format!("{} · {}", texts.fill("items.left", &[("n", &texts.number(left))]), texts.amount(row.price))
            }
            None => texts.amount(row.price),
        },
        None => texts.t("cart.not_sold").to_owned(),
    };
    let x = area.x + 1 + NUMBER;
    group_mark(canvas, model, &article.group, x - 1, area.y);
    let room = right.saturating_sub(x + width(&price) + 2);
    let end = canvas.put(x, area.y, room, &article.name, style);
    let unit =
        if matches!(&*article.unit, "kg" | "g" | "l" | "m") { format!("/ {}", article.unit) } else { String::new() };
    if end + width(&unit) + 1 < x + room {
        canvas.put(end + 1, area.y, room, &unit, canvas.theme.dim);
    }
    canvas.put_right(right, area.y, &price, style);
}
