//! Which distribution channel of an instance an order type sells through. Ids differ from instance to instance; the tokens
//! (`INHOUSE`, `TAKEAWAY`) are what can be recognised. PURE: what the instance knows is given.

use std::sync::Arc;

use super::{OrderTypeRule, Shop, article::Article};
use crate::domain::order::{DistributionChannel, OrderType};

/// How a configured channel is found among those of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelMatch {
    /// Id and token are as configured.
    AsConfigured,
    /// The instance has the token under another id, which is used.
    ByToken(DistributionChannel),
    /// Several channels have the token and it cannot be told which is meant: a person has to choose. The configured one is used.
    Ambiguous(Vec<DistributionChannel>),
    /// The id is there under another token, and the configured token is not there at all. The id is used.
    OtherToken(DistributionChannel),
    /// Neither id nor token is there: nothing can be sold through it.
    Unknown,
}

/// What was found for one order type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelFinding {
    /// The order type.
    pub order_type: OrderType,
    /// The channel of the settings.
    pub configured: DistributionChannel,
    /// How it was found.
    pub found: ChannelMatch,
}

/// Channels that are used in place of the configured ones, by order type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResolvedChannels(Vec<(OrderType, DistributionChannel)>);

impl ResolvedChannels {
    /// The channel that an order type uses in place of the configured one.
    pub fn get(&self, order_type: OrderType) -> Option<&DistributionChannel> {
        self.0.iter().find(|(kind, _)| *kind == order_type).map(|(_, channel)| channel)
    }
}

/// The channels of an instance: those it lists, and those in the price rows of its articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownChannels {
    /// What the instance answers when it is asked for its channels; empty as long as it was not asked.
    pub listed: Vec<DistributionChannel>,
    /// The channels articles have a price in.
    pub priced: Vec<DistributionChannel>,
}

impl KnownChannels {
    /// The channels in the price rows of articles, each once.
    pub fn priced_in<'a>(articles: impl IntoIterator<Item = &'a Arc<Article>>) -> Vec<DistributionChannel> {
        let mut seen: Vec<&Arc<DistributionChannel>> = Vec::new();
        for row in articles.into_iter().flat_map(|article| article.prices.iter()) {
            // Rows share their channel, so that comparing pointers finds nearly every one of them.
            if !seen.iter().any(|channel| Arc::ptr_eq(channel, &row.channel) || *channel == &row.channel) {
                seen.push(&row.channel);
            }
        }
        seen.into_iter().map(|channel| DistributionChannel::clone(channel)).collect()
    }

    /// Every channel, each once.
    pub fn all(&self) -> Vec<&DistributionChannel> {
        let mut all: Vec<&DistributionChannel> = Vec::new();
        for channel in self.priced.iter().chain(&self.listed) {
            match all.iter_mut().find(|known| known.dc_id == channel.dc_id) {
                // A price row may name the id alone.
                Some(known) if known.name.trim().is_empty() => *known = channel,
                Some(_) => {}
                None => all.push(channel),
            }
        }
        all
    }

    /// How a configured channel is found; `AsConfigured` as long as nothing is known.
    pub fn find(&self, wanted: &DistributionChannel) -> ChannelMatch {
        let all = self.all();
        let with_token = |channel: &&&DistributionChannel| !token(wanted).is_empty() && token(channel) == token(wanted);
        let here = all.iter().find(|channel| channel.dc_id == wanted.dc_id);
        let is_listed = self.listed.is_empty() || self.listed.iter().any(|channel| channel.dc_id == wanted.dc_id);
        let agrees = |channel: &DistributionChannel| {
            token(channel).is_empty() || token(wanted).is_empty() || token(channel) == token(wanted)
        };
        let candidates: Vec<&DistributionChannel> = all.iter().filter(with_token).copied().collect();
        if all.is_empty() || here.is_some_and(|channel| agrees(channel)) {
            // Articles have a price in it, but the list has its token under another id: which one is right cannot be told.
            let is_doubtful = !is_listed && candidates.len() > 1;
            let several = || candidates.iter().map(|channel| (*channel).clone()).collect();
            return if is_doubtful { ChannelMatch::Ambiguous(several()) } else { ChannelMatch::AsConfigured };
        }
        let sells = |channel: &&&DistributionChannel| self.priced.iter().any(|row| row.dc_id == channel.dc_id);
        let selling: Vec<&DistributionChannel> = candidates.iter().filter(sells).copied().collect();
        match (candidates.as_slice(), selling.as_slice(), here) {
            // Of several channels with one token the one that articles have a price in is meant.
            ([one], ..) | (_, [one], _) => ChannelMatch::ByToken((*one).clone()),
            ([], _, Some(other)) => ChannelMatch::OtherToken((*other).clone()),
            ([], _, None) => ChannelMatch::Unknown,
            (several, ..) => ChannelMatch::Ambiguous(several.iter().map(|channel| (*channel).clone()).collect()),
        }
    }
}

impl DistributionChannel {
    /// Its token as it is compared.
    pub fn token(&self) -> String {
        self.name.trim().to_uppercase()
    }
}

fn token(channel: &DistributionChannel) -> String {
    channel.token()
}

impl Shop {
    /// The channel an order type sells through, if the shop offers it: the one of the instance where it was found by its token,
    /// else the configured one.
    pub fn channel(&self, order_type: OrderType) -> Option<&DistributionChannel> {
        let rule = self.order_types.iter().find(|rule| rule.order_type == order_type)?;
        Some(self.resolved.get(order_type).unwrap_or(&rule.channel))
    }

    /// The channels of the settings that these articles are sold through under another id: the configured id and theirs.
    pub fn moved_channels(&self, articles: &[Arc<Article>]) -> Vec<(i64, i64)> {
        let known = KnownChannels { listed: Vec::new(), priced: KnownChannels::priced_in(articles) };
        let mut moved = Vec::new();
        for rule in &self.order_types {
            if let ChannelMatch::ByToken(channel) = known.find(&rule.channel)
                && !moved.contains(&(rule.channel.dc_id, channel.dc_id))
            {
                moved.push((rule.channel.dc_id, channel.dc_id));
            }
        }
        moved
    }

    /// Looks for every configured channel among those of the instance, from now on sells through what was found, and returns
    /// what is not as configured.
    pub fn resolve_channels(&mut self, known: &KnownChannels) -> Vec<ChannelFinding> {
        let finding = |rule: &OrderTypeRule| ChannelFinding {
            order_type: rule.order_type,
            configured: rule.channel.clone(),
            found: known.find(&rule.channel),
        };
        let findings: Vec<ChannelFinding> = self.order_types.iter().map(finding).collect();
        let used = |finding: &ChannelFinding| match &finding.found {
            ChannelMatch::ByToken(channel) | ChannelMatch::OtherToken(channel) => {
                Some((finding.order_type, channel.clone()))
            }
            ChannelMatch::AsConfigured | ChannelMatch::Ambiguous(_) | ChannelMatch::Unknown => None,
        };
        self.resolved = ResolvedChannels(findings.iter().filter_map(used).collect());
        findings.into_iter().filter(|finding| finding.found != ChannelMatch::AsConfigured).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{article, shop};
    use rstest::rstest;

    fn channels(list: &[(i64, &str)]) -> Vec<DistributionChannel> {
        list.iter().map(|(dc_id, name)| DistributionChannel { dc_id: *dc_id, name: (*name).into() }).collect()
    }

    fn known(listed: &[(i64, &str)], priced: &[(i64, &str)]) -> KnownChannels {
        KnownChannels { listed: channels(listed), priced: channels(priced) }
    }

    /// `1 INHOUSE` is configured; the word says how it is found and which id is used.
    #[rstest]
    #[case::nothing_known(&[], &[], "configured")]
    #[case::as_configured(&[(1, "INHOUSE"), (2, "TAKEAWAY")], &[], "configured")]
    #[case::id_without_token(&[(1, "")], &[], "configured")]
    #[case::another_case(&[(1, "inhouse")], &[], "configured")]
    #[case::another_id(&[(34, "INHOUSE"), (35, "TAKEAWAY")], &[], "token 34")]
    #[case::another_id_and_case(&[(34, " InHouse ")], &[], "token 34")]
    #[case::only_in_price_rows(&[], &[(34, "INHOUSE")], "token 34")]
    #[case::id_of_another_channel(&[(1, "TAKEAWAY"), (2, "INHOUSE")], &[], "token 2")]
    #[case::list_names_the_id_of_a_row(&[(34, "INHOUSE")], &[(34, ""), (35, "")], "token 34")]
    #[case::twice(&[(34, "INHOUSE"), (77, "INHOUSE")], &[], "ambiguous 34 77")]
    #[case::twice_and_one_sells(&[(34, "INHOUSE"), (77, "INHOUSE")], &[(77, "INHOUSE")], "token 77")]
    #[case::twice_and_one_is_configured(&[(77, "INHOUSE"), (1, "INHOUSE")], &[], "configured")]
    #[case::priced_but_listed_under_another_id(&[(7, "INHOUSE")], &[(1, "INHOUSE")], "ambiguous 1 7")]
    #[case::priced_and_not_listed(&[(7, "WEB")], &[(1, "INHOUSE")], "configured")]
    #[case::id_under_another_token(&[(1, "COUNTER")], &[], "other 1")]
    #[case::neither(&[(34, "COUNTER")], &[(35, "WEB")], "unknown")]
    fn how_a_channel_is_found(#[case] listed: &[(i64, &str)], #[case] priced: &[(i64, &str)], #[case] wanted: &str) {
        let found = known(listed, priced).find(&channels(&[(1, "INHOUSE")])[0]);
        let ids = |list: &[DistributionChannel]| list.iter().map(|it| format!(" {}", it.dc_id)).collect::<String>();
        let word = match found {
            ChannelMatch::AsConfigured => "configured".to_owned(),
            ChannelMatch::ByToken(channel) => format!("token {}", channel.dc_id),
            ChannelMatch::Ambiguous(list) => format!("ambiguous{}", ids(&list)),
            ChannelMatch::OtherToken(channel) => format!("other {}", channel.dc_id),
            ChannelMatch::Unknown => "unknown".to_owned(),
        };
        assert_eq!(word, wanted);
    }

    #[test]
    fn a_channel_without_a_configured_token_is_not_guessed() {
        assert_eq!(known(&[(34, "")], &[]).find(&channels(&[(1, "")])[0]), ChannelMatch::Unknown);
    }

    #[test]
    fn what_was_found_is_used_and_found_anew_from_the_settings() {
        let mut shop = shop();
        let findings = shop.resolve_channels(&known(&[(1, "INHOUSE"), (35, "TAKEAWAY")], &[]));
        let kinds: Vec<OrderType> = findings.iter().map(|finding| finding.order_type).collect();
        assert!(!kinds.is_empty() && !kinds.contains(&OrderType::Local), "{kinds:?}");
        assert_eq!(shop.channel(OrderType::Local).map(|channel| channel.dc_id), Some(1));
        assert_eq!(shop.channel(OrderType::Pickup).map(|channel| channel.dc_id), Some(35));
        assert_eq!(shop.resolve_channels(&known(&[(1, "INHOUSE"), (2, "TAKEAWAY")], &[])), []);
        assert_eq!(shop.channel(OrderType::Pickup).map(|channel| channel.dc_id), Some(2));
    }

    #[test]
    fn the_channels_of_price_rows_are_named_once() {
        let articles = [article(1, "Pizza", "8.00"), article(2, "Pasta", "7.00")];
        let names: Vec<String> = KnownChannels::priced_in(&articles).into_iter().map(|channel| channel.name).collect();
        assert_eq!(names, ["INHOUSE", "TAKEAWAY"]);
    }
}
