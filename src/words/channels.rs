//! What was found of the shop's distribution channels, in the words of the person who sets them. Decides nothing.

use crate::{
    domain::{
        order::DistributionChannel,
        shop::channels::{ChannelFinding, ChannelMatch, KnownChannels},
    },
    i18n::Texts,
};

/// `1 INHOUSE`.
fn name(channel: &DistributionChannel) -> String {
    format!("{} {}", channel.dc_id, channel.name).trim().to_owned()
}

fn names<'a>(channels: impl IntoIterator<Item = &'a DistributionChannel>) -> String {
    channels.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What was found for order types that have the same channel in the settings, in one sentence.
pub fn channel_finding(same: &[&ChannelFinding], texts: &Texts) -> String {
    let Some(first) = same.first() else { return String::new() };
    let kinds: Vec<String> =
        same.iter().map(|finding| texts.choice("order_type", finding.order_type.token(), None)).collect();
    let (types, channel) = (kinds.join(", "), name(&first.configured));
    let fill = |key: &str, found: &str| texts.fill(key, &[("types", &types), ("channel", &channel), ("found", found)]);
    match &first.found {
        ChannelMatch::AsConfigured => String::new(),
        ChannelMatch::ByToken(found) => fill("channel.by_token", &name(found)),
        ChannelMatch::Ambiguous(several) => fill("channel.ambiguous", &names(several)),
        ChannelMatch::OtherToken(found) => fill("channel.other_token", &name(found)),
        ChannelMatch::Unknown => fill("channel.unknown", ""),
    }
}

/// Everything that was found, a line each, what OktoPOS has, and what the settings should say.
pub fn channels_detail(findings: &[ChannelFinding], known: &KnownChannels, texts: &Texts) -> String {
    let mut lines: Vec<String> = findings.iter().map(|finding| channel_finding(&[finding], texts)).collect();
    lines.push(texts.fill("channel.known", &[("known", &names(known.all()))]));
    lines.extend(findings.iter().filter_map(setting));
    lines.join("\n")
}

/// The entry of the settings that makes a channel that was found by its token a configured one.
pub fn setting(finding: &ChannelFinding) -> Option<String> {
    let ChannelMatch::ByToken(DistributionChannel { dc_id, name }) = &finding.found else { return None };
    let (order_type, name) = (finding.order_type.token(), name.replace(['"', '\\'], ""));
    Some(format!(
        "[[shop.order_types]] order_type = \"{order_type}\", channel = {{ dcId = {dc_id}, name = \"{name}\" }}"
    ))
}
