//! Short numbers for pickups, from 1 on each day. PURE.

use jiff::Timestamp;

use super::LiveList;

/// Longer ones are codes of somebody else.
const DIGITS: usize = 3;

impl LiveList {
    /// The number after the highest that an order taken since then has, or one of these drafts.
    pub fn next_number<'a>(&self, since: Timestamp, drafts: impl Iterator<Item = &'a str>) -> u32 {
        let of_day = self.rows().filter(|row| row.created_at.is_some_and(|at| at >= since));
        let taken = of_day.filter_map(|row| number(&row.pickup_token));
        taken.chain(drafts.filter_map(number)).max().unwrap_or_default() + 1
    }
}

fn number(token: &str) -> Option<u32> {
    let token = token.trim();
    let fits = (1..=DIGITS).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit());
    if fits { token.parse().ok() } else { None }
}
