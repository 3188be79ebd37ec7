//! The guests of the program before: taken over from a file, told apart from those that are known, and kept as any guest is.

use std::collections::HashMap;

use crate::{
    desk::{Desk, DeskError},
    domain::{
        guest::{self, GuestKeys},
        order::Customer,
    },
};

/// What became of the guests of a file, by their place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many are new.
    pub new: usize,
    /// Those that the desk knows already, by their place.
    pub known: Vec<usize>,
    /// Those that stand in the file before: their place and that of the first.
    pub twice: Vec<(usize, usize)>,
    /// Those whose number cannot be read, by their place: nobody would find them.
    pub unreadable: Vec<usize>,
}

impl Desk {
    /// Takes over guests that are not known yet, all of them or none; with `is_dry` only says what it would do.
    pub async fn import_guests(&self, customers: &[Customer], is_dry: bool) -> Result<ImportReport, DeskError> {
        let (mut report, mut new) = (ImportReport::default(), Vec::new());
        let mut seen: HashMap<(String, i64), usize> = HashMap::new();
        for (at, customer) in customers.iter().enumerate() {
            let keys = GuestKeys::of(&self.inner.settings.keeping.country, Some(customer));
            let (Some(number), Some(who)) = (keys.number.clone(), keys.who) else {
                report.unreadable.push(at);
                continue;
            };
            if let Some(first) = seen.get(&(number.clone(), who)) {
                report.twice.push((at, *first));
                continue;
            }
            if self.is_known(&number, customer).await? {
                report.known.push(at);
            } else {
                new.push((keys, customer.clone()));
            }
            seen.insert((number, who), at);
        }
        report.new = new.len();
        if !is_dry && !new.is_empty() {
            self.inner.guests.import(&new, self.inner.stamp()).await?;
        }
        Ok(report)
    }

    async fn is_known(&self, number: &str, customer: &Customer) -> Result<bool, DeskError> {
        let known = guest::gather(self.inner.guests.past_orders(number).await?);
        let known = guest::merge(known, self.inner.guests.imported(number).await?);
        Ok(guest::merge(known.clone(), vec![customer.clone()]).len() == known.len())
    }
}
