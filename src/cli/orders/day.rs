//! `day`: the end of the day on one page, as text.

use std::fmt::Write;

use crate::{
    cli::common::{
        context::{Context, Failure},
        exit::Exit,
    },
    desk::{
        Desk,
        day::{Day, DayOrder},
    },
    domain::{
        shop::Shop,
        value::{moment::Moment, text::Clean},
    },
    i18n::Texts,
    words,
};

/// Prints the day.
pub async fn run(ctx: &mut Context<'_>, desk: &Desk, shop: &Shop) -> Result<Exit, Failure> {
    let day = desk.day(&shop.workflow, shop.list.usual()).await?;
    ctx.out.text(&page(&day, shop, &desk.moment(), ctx.texts))?;
    Ok(Exit::Done)
}

fn page(day: &Day, shop: &Shop, moment: &Moment, texts: &Texts) -> String {
    let now = moment.local();
    let when = format!("{} {}", texts.date(now.date()), texts.time(now.time()));
    let mut out = format!("{} · {when}\n", Clean::new(&shop.terminal));
    let sum = texts.money(day.total, &shop.currency);
    let taken = texts.count("count.orders", day.taken);
    writeln!(out, "{}", texts.fill("day.taken", &[("orders", &taken), ("total", &sum)])).ok();
    let parts = [
        ("day.unsettled", &day.unsettled, Part::Unsettled),
        ("day.cancelled", &day.cancelled, Part::Cancelled),
        ("day.approved", &day.approved, Part::Approved),
        ("day.late", &day.late, Part::Late),
    ];
    for (title, orders, part) in parts {
        let n = orders.len().to_string();
        writeln!(out, "\n{}", texts.fill(title, &[("n", &n)])).ok();
        for order in orders {
            writeln!(out, "  {}", line(order, part, shop, moment, texts)).ok();
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Part {
    Unsettled,
    Cancelled,
    Approved,
    Late,
}

/// Time, number, guest, sum, and what is to be said.
fn line(order: &DayOrder, part: Part, shop: &Shop, moment: &Moment, texts: &Texts) -> String {
    let row = &order.row;
    let taken = texts.time(row.created_at.to_zoned(moment.zone.clone()).time());
    let number = row.delivery.internal_id().map(|id| format!("{} {id}", texts.t("orders.number")));
    let number = number.unwrap_or_else(|| row.order_id.short().to_owned());
    let table = row.table.map(|table| format!("{} {table}", texts.t("word.table")));
    let who = Some(Clean::new(&row.who).into_string()).filter(|who| !who.is_empty());
    let kind = row.order_type.map(|kind| texts.choice("order_type", kind.token(), None));
    let sum = texts.money(row.total, &row.currency);
    let label = |status: &str| {
        let label = shop.workflow.rule(status).and_then(|rule| rule.label.as_deref());
        texts.choice("status", status, label)
    };
    let said = match part {
        Part::Unsettled => match (&row.pending_status, &row.status) {
            (Some(status), _) => format!("… {}", label(status)),
            (None, Some(status)) if !row.needs_person() => label(status),
            _ => texts.t(&format!("delivery.{}", row.delivery.word())).to_owned(),
        },
        Part::Cancelled if order.said.is_empty() => texts.t("day.no_reason").to_owned(),
        Part::Cancelled => Clean::new(&order.said).into_string(),
        Part::Approved => words::pass(&order.said, shop, moment.local().date(), texts),
        Part::Late => texts.fill("day.late_by", &[("n", &order.late.to_string())]),
    };
    let place = table.or(kind);
    let parts = [Some(taken), Some(number), place, who, Some(sum), Some(said)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
