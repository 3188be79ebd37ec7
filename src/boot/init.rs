//! `init`: tries an address and a key, finds the channels, and writes the first settings and the key for their owner only. Writes
//! nothing before OktoPOS answered.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;

use super::{
    clock::SystemClock,
    doctor,
    environment::Environment,
    setup::{self, Setup},
};
use crate::{
    cli::{
        self,
        args::{Args, InitArgs},
        common::{
            context::{Context, Failure},
            exit::Exit,
            out::say_lines,
        },
        doctor::Finding,
        init::{InitLine, OrderTypeLine},
    },
    config::{self, Answers, Config, KeySource},
    domain::{
        order::{DistributionChannel, OrderType},
        shop::{
            Shop,
            channels::{ChannelFinding, ChannelMatch, KnownChannels},
        },
    },
    i18n::Texts,
    oktopos::{Found, OktoPos},
    ports::Pos,
    words,
};

/// Articles that are looked at for channels that no list names.
const LOOK_AT: u32 = 500;
/// No key is longer.
const MAX_KEY: u64 = 4096;

/// An OktoPOS that answered.
struct Tried {
    base_url: String,
    findings: Vec<Finding>,
    client: OktoPos,
    answers: bool,
}

pub(super) async fn run(
    ctx: &mut Context<'_>,
    environment: &Environment,
    args: &Args,
    wanted: &InitArgs,
) -> Result<Exit, Failure> {
    let texts = ctx.texts;
    let Some(typed) = &wanted.base_url else { return show(ctx, environment, args).await };
    let usage = |text: String| Failure::said(Exit::Usage, text);
    let file = args.config.clone().or_else(|| environment.config_file());
    let file = std::path::absolute(file.ok_or_else(|| Failure::said(Exit::Config, texts.t("error.config.no_home")))?)?;
    if file.exists() && !wanted.replace {
        return Err(usage(texts.fill("init.exists", &[("path", &file.display().to_string())])));
    }
    let addresses = config::addresses(typed).ok_or_else(|| usage(texts.fill("init.no_address", &[("text", typed)])))?;
    let tables = wanted.tables.as_deref().map(cli::init::tables).transpose();
    let tables = tables.map_err(|part| usage(texts.fill("init.no_tables", &[("text", &part)])))?.unwrap_or_default();
    let (key, kept_in) = key(environment, wanted, &file, texts).await?;
    let mut tried = try_addresses(&addresses, &key, texts).await?;
    let exit = cli::doctor::print(ctx, &std::mem::take(&mut tried.findings)).await?;
    if !tried.answers {
        return Ok(if exit == Exit::Done { Exit::Config } else { exit });
    }
    let order_types = order_types(&tried.client, &wanted.channel, texts).await?;
    let is_default = order_types == of_shop(&Config::defaults()?.shop);
    let answers = Answers {
        base_url: tried.base_url,
        key_file: kept_in.display().to_string(),
        terminal: wanted.terminal.clone(),
        language: args.lang.map(crate::i18n::Lang::code),
        country: wanted.country.clone().map(|country| country.to_uppercase()),
        tables,
        order_types: if is_default { Vec::new() } else { order_types.clone() },
    };
    write_all(&file, &kept_in, &key, &config::filled(&answers)).map_err(|error| {
        let words = [("path", file.display().to_string()), ("detail", error.to_string())];
        let words = words.each_ref().map(|(name, value)| (*name, value.as_str()));
        Failure::said(Exit::Config, texts.fill("config.unwritable", &words))
    })?;
    // What was written is what is read from now on; a country that is none is said here.
    Setup::read(environment, &Args { config: Some(file.clone()), ..args.clone() })?;
    let line = InitLine {
        config: &file,
        base_url: &answers.base_url,
        key: &answers.key_file,
        order_types: order_types.iter().map(|(kind, channel)| type_line(*kind, channel)).collect(),
    };
    cli::init::written(ctx, &line).await
}

async fn show(ctx: &mut Context<'_>, environment: &Environment, args: &Args) -> Result<Exit, Failure> {
    let setup = Setup::read(environment, args)?;
    let config = setup.config();
    let key = match setup.key(environment) {
        Ok((_, KeySource::Environment)) => config::API_KEY_VARIABLE.to_owned(),
        Ok((_, KeySource::File(path))) => path.display().to_string(),
        Err(_) => String::new(),
    };
    let order_types = of_shop(&config.shop).iter().map(|(kind, channel)| type_line(*kind, channel)).collect();
    let line = InitLine { config: &setup.config_file, base_url: &config.oktopos.base_url, key: &key, order_types };
    cli::init::shown(ctx, &line).await
}

fn of_shop(shop: &Shop) -> Vec<(OrderType, DistributionChannel)> {
    let rule = |rule: &crate::domain::shop::OrderTypeRule| {
        let channel = shop.channel(rule.order_type).unwrap_or(&rule.channel);
        (rule.order_type, channel.clone())
    };
    shop.order_types.iter().map(rule).collect()
}

fn type_line(kind: OrderType, channel: &DistributionChannel) -> OrderTypeLine {
    OrderTypeLine { order_type: kind.token(), channel_id: channel.dc_id, channel: channel.name.clone() }
}

/// The key, and the file it will be read from: the one that was named if only its owner can read it, else one beside the settings.
async fn key(
    environment: &Environment,
    wanted: &InitArgs,
    file: &Path,
    texts: &Texts,
) -> Result<(SecretString, PathBuf), Failure> {
    let own = file.with_file_name("api-key");
    let said = |detail: String| Failure::said(Exit::Usage, texts.fill("init.no_key", &[("detail", &detail)]));
    let usable = |text: &str| config::api_key(Some(text), None).map(|(key, _)| key);
    let text = match &wanted.key_file {
        Some(path) if path == Path::new("-") => {
            let mut text = String::new();
            let read = tokio::io::stdin().take(MAX_KEY).read_to_string(&mut text).await;
            read.map_err(|error| said(error.to_string()))?;
            text
        }
        Some(path) => {
            let path = std::path::absolute(path)?;
            if let Ok((key, _)) = config::api_key(None, Some(&path)) {
                return Ok((key, path));
            }
            let file = crate::files::open(&path).map_err(|error| said(format!("{}: {error}", path.display())))?;
            let mut text = String::new();
            file.take(MAX_KEY).read_to_string(&mut text).map_err(|error| said(error.to_string()))?;
            text
        }
        None => match &environment.api_key {
            Some(key) => key.expose_secret().to_owned(),
            None => return Err(said(texts.t("init.name_key").to_owned())),
        },
    };
    let key = usable(&text).map_err(|_| said(texts.t("init.name_key").to_owned()))?;
    Ok((key, own))
}

/// The first address at which something answers as OktoPOS does; else what was found at the first.
async fn try_addresses(addresses: &[String], key: &SecretString, texts: &Texts) -> Result<Tried, Failure> {
    let mut first = None;
    for base_url in addresses {
        let mut config = Config::defaults()?;
        config.oktopos.base_url.clone_from(base_url);
        let client = setup::client(&config, key.clone())?;
        let probes = client.probe(&SystemClock::new()).await;
        let reads = |found: &Found| matches!(found, Found::Reachable { .. });
        let answers = probes.iter().any(|probe| reads(&probe.found));
        let is_there = answers || probes.iter().any(|probe| matches!(probe.found, Found::KeyRefused { .. }));
        let tried =
            Tried { base_url: base_url.clone(), findings: doctor::probe_findings(&probes, texts), client, answers };
        if is_there {
            return Ok(tried);
        }
        first.get_or_insert(tried);
    }
    first.ok_or_else(|| Failure::said(Exit::Usage, texts.t("init.how")))
}

/// The order types and their channels of this instance: by token, or as a flag says. One that is in neither is asked for.
async fn order_types(
    client: &OktoPos,
    chosen: &[(OrderType, i64)],
    texts: &Texts,
) -> Result<Vec<(OrderType, DistributionChannel)>, Failure> {
    let listed = client.distribution_channels().await.unwrap_or_default();
    let vocabulary = client.vocabulary().await.unwrap_or_default();
    let articles: Vec<_> = client
        .articles(1, LOOK_AT, &vocabulary)
        .await
        .unwrap_or_default()
        .into_iter()
        .map(std::sync::Arc::new)
        .collect();
    let known = KnownChannels { listed, priced: KnownChannels::priced_in(&articles) };
    let mut shop = Config::defaults()?.shop;
    let findings = shop.resolve_channels(&known);
    let mut types = of_shop(&shop);
    for (kind, id) in chosen {
        let channel = known.all().into_iter().find(|channel| channel.dc_id == *id);
        let name = channel.map_or_else(String::new, |channel| channel.name.clone());
        for (_, channel) in types.iter_mut().filter(|(own, _)| own == kind) {
            *channel = DistributionChannel { dc_id: *id, name: name.clone() };
        }
    }
    let is_open = |finding: &&ChannelFinding| {
        let is_chosen = chosen.iter().any(|(kind, _)| *kind == finding.order_type);
        !is_chosen && matches!(finding.found, ChannelMatch::Unknown | ChannelMatch::Ambiguous(_))
    };
    let open: Vec<ChannelFinding> = findings.iter().filter(is_open).cloned().collect();
    if open.is_empty() {
        return Ok(types);
    }
    say_lines(&words::channels_detail(&open, &known, texts));
    Err(Failure::said(Exit::Config, texts.t("init.choose_channels")))
}

fn write_all(file: &Path, key_file: &Path, key: &SecretString, settings: &str) -> io::Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    if key_file == file.with_file_name("api-key") {
        write(key_file, &format!("{}\n", key.expose_secret()))?;
    }
    write(file, settings)
}

/// A file of its owner's, whole or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let fresh = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let done = options.open(&fresh).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    });
    if done.is_err() {
        fs::remove_file(&fresh).ok();
    }
    done
}
