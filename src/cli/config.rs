//! `config`: the settings file, where it is and what is in force. Never the key.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

use super::common::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};
use crate::config::{ShownSetting, template};

/// `config path`
pub fn path(ctx: &mut Context<'_>, file: &Path) -> Result<Exit, Failure> {
    ctx.out.text(&format!("{}\n", file.display()))?;
    Ok(Exit::Done)
}

/// `config init`: never writes over a file.
pub async fn init(ctx: &mut Context<'_>, file: &Path) -> Result<Exit, Failure> {
    let path_text = file.display().to_string();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::said(Exit::Usage, ctx.texts.fill("config.exists", &[("path", &path_text)]))
        }
        _ => {
            let words = [("path", path_text.as_str()), ("detail", &error.to_string())];
            Failure::said(Exit::Config, ctx.texts.fill("config.unwritable", &words))
        }
    };
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).and_then(|mut file| file.write_all(template().as_bytes())).map_err(failed)?;
    say(ctx.texts.t("config.next_steps"));
    ctx.result_text(&format!("{path_text}\n")).await;
    Ok(Exit::Done)
}

/// `config show`: TOML that could be read again, each line with where its value came from.
pub fn show(ctx: &mut Context<'_>, shown: &[ShownSetting]) -> Result<Exit, Failure> {
    for ShownSetting { key, value, origin } in shown {
        ctx.out.text(&format!("{} = {value}  # {origin}\n", dotted(key)))?;
    }
    Ok(Exit::Done)
}

/// A dotted key as TOML takes it: a command's name may hold dots of its own.
fn dotted(key: &str) -> String {
    match key.strip_prefix("keys.") {
        Some(command) => format!("keys.{}", toml::Value::String(command.to_owned())),
        None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, ConfigSources, Origin};

    #[test]
    fn what_is_shown_reads_back() {
        let mut loaded = Config::load(&ConfigSources::default()).unwrap();
        let value = toml::Value::Array(vec!["f9".into()]);
        loaded.shown.push(ShownSetting { key: "keys.order.send".into(), value, origin: Origin::Default });
        let text: String =
            loaded.shown.iter().map(|s| format!("{} = {}  # {}\n", dotted(&s.key), s.value, s.origin)).collect();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, text).unwrap();
        let again =
            Config::load(&ConfigSources { file: Some(path), file_required: true, ..ConfigSources::default() }).unwrap();
        assert_eq!(again.config.shop, loaded.config.shop);
        assert_eq!(again.config.keys["order.send"], ["f9"]);
    }
}
