//! `articles/units` and `articles/distribution-channels`: what ids mean. An instance need not have either list, and then
//! articles that name an id alone have no word for it.

use serde_json::Value;

use super::articles::channel;
use crate::{
    oktopos::{
        client::OktoPos,
        lenient::{self, Lookup},
        outcome::{HttpAnswer, classify},
        settings::EndpointUrl,
    },
    ports::{PosError, pos::Vocabulary},
};

/// Rows of either list that are read.
const MAX_ROWS: usize = 1_000;

/// Longest token that is kept, in characters.
const MAX_TOKEN: usize = 60;

/// Reads both lists.
pub(in crate::oktopos) async fn call(pos: &OktoPos) -> Result<Vocabulary, PosError> {
    let (units, channels) = (&pos.endpoints.units, &pos.endpoints.channels);
    let units = read(units, &pos.get(&units.url).await?, unit)?;
    Ok(Vocabulary { units, channels: read(channels, &pos.get(&channels.url).await?, channel)? })
}

/// Reads one list. Only what another moment may mend is an error: without these lists articles can be sold, too, and a path
/// that is wrong is told by `doctor`.
pub(in crate::oktopos) fn read<T>(
    endpoint: &EndpointUrl,
    answer: &HttpAnswer,
    row: impl FnMut(&Value) -> Option<T>,
) -> Result<Vec<T>, PosError> {
    match classify(endpoint, answer) {
        Ok(text) => Ok(lenient::rows(&text, MAX_ROWS, row).unwrap_or_default()),
        Err(error) if matches!(answer.code, 408 | 429 | 500..=599) => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

pub(in crate::oktopos) fn unit(row: &Value) -> Option<(i64, String)> {
    let token = lenient::first_text([row.at("token"), row.at("name")], MAX_TOKEN);
    Some((lenient::integer(row.at("id"))?, token.into_string())).filter(|(_, token)| !token.is_empty())
}
