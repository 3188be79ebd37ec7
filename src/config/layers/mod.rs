//! Defaults, file, environment and flags laid over each other; later wins. Remembers where each value came from and
//! refuses names that mean nothing. Does not judge values.

use std::{collections::BTreeMap, io::Read, ops::Range, path::PathBuf};

use serde::de::DeserializeOwned;
use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

use super::{EXAMPLE, error::ConfigError, key::API_KEY_VARIABLE, proxy};
use crate::files;

mod closest;
mod origin;

pub use closest::closest;
pub use origin::Origin;

/// A configuration is small; anything larger is another file.
const MAX_FILE: u64 = 1024 * 1024;
const PREFIX: &str = "OKTODESK_";

/// The variable that names the settings file. It is read before there are settings, so it is none.
pub const CONFIG_VARIABLE: &str = "OKTODESK_CONFIG";

/// Short names of settings that scripts set often.
const VARIABLES: [(&str, &str); 1] = [("OKTODESK_DATA_DIR", "journal.data_dir")];

/// The table whose keys are free: names of commands.
const FREE: &str = "keys";

/// Keys that may stand in the entries of a list.
const ENTRY_KEYS: [(&str, &[&str]); 7] = [
    ("kitchen.steps", &["items", "minutes"]),
    ("shop.order_types", &["order_type", "channel"]),
    ("shop.payment_methods", &["token", "label"]),
    ("shop.tip_types", &["token", "label"]),
    ("shop.staff", &["token", "label"]),
    ("shop.tables", &["from", "to", "seats", "area", "name"]),
    ("workflow.statuses", &["token", "label", "next", "last", "key", "cancels", "order_types"]),
];

/// Settings that stand in another section than the value they belong to: (section in the file, in `Config`).
const MOVED: [(&str, &str); 5] = [
    ("desk.terminal", "shop.terminal"),
    ("desk.extras_groups", "shop.extras_groups"),
    ("kitchen", "shop.kitchen"),
    ("list", "shop.list"),
    ("workflow", "shop.workflow"),
];

/// Everything settings are made from.
#[derive(Debug, Clone, Default)]
pub struct ConfigSources {
    /// The file to read, if any.
    pub file: Option<PathBuf>,
    /// Whether a missing file is an error: it is for one that was named.
    pub file_required: bool,
    /// The environment. Only names that begin with `OKTODESK_` are looked at.
    pub env: BTreeMap<String, String>,
    /// Flags of the command line that are settings.
    pub flags: Vec<Flag>,
}

/// A flag that is a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// `--lang`.
    pub name: &'static str,
    /// `desk.language`.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
}

/// One setting as it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownSetting {
    /// `oktopos.base_url`.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// Path of a setting: sections and name; a command's name may hold dots of its own.
type Path = Vec<String>;

/// All layers in one.
pub(in crate::config) struct Layers {
    values: BTreeMap<Path, (Value, Origin)>,
    /// Lines of the entries of lists, `shop.order_types[1]`.
    entry_origins: BTreeMap<String, Origin>,
    /// Variables with our prefix that name nothing, and are like nothing that there is.
    pub(in crate::config) unknown_variables: Vec<String>,
}

/// Lays the sources over the defaults.
pub(in crate::config) fn merge(sources: &ConfigSources) -> Result<Layers, ConfigError> {
    merge_over(&defaults()?, read_file(sources)?.as_deref(), sources)
}

/// The same for a file that was read already; for tests that read many.
#[cfg(test)]
pub(in crate::config) fn merge_text(text: &str, env: &BTreeMap<String, String>) -> Result<Layers, ConfigError> {
    static DEFAULTS: std::sync::OnceLock<Table> = std::sync::OnceLock::new();
    let defaults = DEFAULTS.get_or_init(|| defaults().unwrap());
    merge_over(defaults, Some(text), &ConfigSources { env: env.clone(), ..ConfigSources::default() })
}

fn defaults() -> Result<Table, ConfigError> {
    let syntax = |detail: &str| ConfigError::Syntax { origin: Origin::Default, detail: detail.to_owned() };
    toml::from_str(EXAMPLE).map_err(|error| syntax(error.message()))
}

fn merge_over(defaults: &Table, text: Option<&str>, sources: &ConfigSources) -> Result<Layers, ConfigError> {
    let mut layers = Layers { values: BTreeMap::new(), entry_origins: BTreeMap::new(), unknown_variables: Vec::new() };
    layers.take_defaults(&mut Vec::new(), defaults);
    if let Some(text) = text {
        let path = sources.file.clone().unwrap_or_default();
        FileLayer { path, text, defaults }.lay_over(&mut layers)?;
    }
    for (name, raw) in &sources.env {
        layers.take_variable(name, raw)?;
    }
    for flag in &sources.flags {
        layers.values.insert(split(flag.key), (flag.value.clone(), Origin::Flag(flag.name)));
    }
    Ok(layers)
}

fn read_file(sources: &ConfigSources) -> Result<Option<String>, ConfigError> {
    let Some(path) = &sources.file else { return Ok(None) };
    let unreadable = |detail: String| ConfigError::Unreadable { path: path.clone(), detail };
    let file = match files::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !sources.file_required => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    let mut text = String::new();
    let read = file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if read as u64 > MAX_FILE {
        return Err(unreadable("> 1 MiB".into()));
    }
    Ok(Some(text))
}

impl Layers {
    /// The typed settings.
    pub(in crate::config) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let mut table = Table::new();
        for (path, (value, _)) in &self.values {
            insert(&mut table, path, value.clone());
        }
        for (from, to) in MOVED {
            if let Some(value) = take(&mut table, &split(from)) {
                insert(&mut table, &split(to), value);
            }
        }
        table.entry(FREE).or_insert_with(|| Value::Table(Table::new()));
        serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
            let key = MOVED.iter().fold(error.path().to_string(), |key, (from, to)| match key.strip_prefix(to) {
                Some(rest) => format!("{from}{rest}"),
                None => key,
            });
            let detail = error.into_inner().message().trim().to_owned();
            ConfigError::WrongType { origin: self.origin(&key), key, detail }
        })
    }

    /// Where a setting, or an entry of a list, came from.
    pub(in crate::config) fn origin(&self, key: &str) -> Origin {
        let entry = key.find(']').and_then(|end| self.entry_origins.get(&key[..=end]));
        let name = key.split('[').next().unwrap_or(key);
        let setting = || self.values.iter().find(|(path, _)| path.join(".") == name).map(|(_, (_, origin))| origin);
        entry.or_else(setting).cloned().unwrap_or(Origin::Default)
    }

    /// Every setting with its origin.
    pub(in crate::config) fn shown(&self) -> Vec<ShownSetting> {
        let shown = |(path, (value, origin)): (&Path, &(Value, Origin))| ShownSetting {
            key: path.join("."),
            value: proxy::value_shown(path, value),
            origin: origin.clone(),
        };
        self.values.iter().map(shown).collect()
    }

    fn take_defaults(&mut self, path: &mut Path, table: &Table) {
        for (name, value) in table {
            path.push(name.clone());
            match value {
                Value::Table(inner) => self.take_defaults(path, inner),
                value => {
                    self.values.insert(path.clone(), (value.clone(), Origin::Default));
                }
            }
            path.pop();
        }
    }

    fn take_variable(&mut self, name: &str, raw: &str) -> Result<(), ConfigError> {
        let Some(rest) = name.strip_prefix(PREFIX).filter(|_| name != API_KEY_VARIABLE) else { return Ok(()) };
        let origin = Origin::Env(name.to_owned());
        let path: Path = match VARIABLES.iter().find(|(short, _)| *short == name) {
            Some((_, key)) => split(key),
            None => rest.to_lowercase().split("__").map(str::to_owned).collect(),
        };
        let known = self.values.get(&path).map(|(value, _)| value.is_str());
        let path = match path.split_first() {
            Some((first, command)) if first == FREE && !command.is_empty() => vec![FREE.into(), command.join(".")],
            _ if known.is_some() => path,
            _ => {
                let short = [API_KEY_VARIABLE, CONFIG_VARIABLE].into_iter().chain(VARIABLES.map(|(short, _)| short));
                // Without the prefix: it is in all of them, and would make every short name like every other.
                let names = self.values.keys().map(variable).chain(short.map(str::to_owned));
                let names = names.map(|name| name.trim_start_matches(PREFIX).to_owned());
                let Some(near) = closest(rest, names) else {
                    // Another program may use the prefix; a misspelled setting is like one that there is.
                    self.unknown_variables.push(name.to_owned());
                    return Ok(());
                };
                return Err(ConfigError::UnknownKey {
                    key: name.to_owned(),
                    nearest: Some(format!("{PREFIX}{near}")),
                    origin,
                });
            }
        };
        let value = match known {
            Some(true) => Value::String(raw.to_owned()),
            _ => raw_value(raw).map_err(|detail| ConfigError::Syntax { origin: origin.clone(), detail })?,
        };
        self.values.insert(path, (value, origin));
        Ok(())
    }
}

/// A file that is laid over the defaults.
struct FileLayer<'a> {
    path: PathBuf,
    text: &'a str,
    defaults: &'a Table,
}

impl FileLayer<'_> {
    fn lay_over(&self, layers: &mut Layers) -> Result<(), ConfigError> {
        let syntax = |error: toml::de::Error| ConfigError::Syntax {
            origin: self.at(error.span().unwrap_or_default()),
            detail: error.message().to_owned(),
        };
        // Once for the places, once for the values: the parser gives only one of them at a time.
        let places = DeTable::parse(self.text).map_err(syntax)?;
        let values: Table = toml::from_str(self.text).map_err(syntax)?;
        self.walk(layers, &mut Vec::new(), self.defaults, places.get_ref(), &values)
    }

    fn walk(
        &self,
        layers: &mut Layers,
        path: &mut Path,
        defaults: &Table,
        places: &DeTable<'_>,
        values: &Table,
    ) -> Result<(), ConfigError> {
        for (name, place) in places {
            let Some(value) = values.get(name.get_ref().as_ref()) else { continue };
            path.push(name.get_ref().to_string());
            let origin = self.at(name.span());
            match (defaults.get(name.get_ref().as_ref()), place.get_ref(), value) {
                (Some(Value::Table(_)), DeValue::Table(places), Value::Table(values)) if path.join(".") == FREE => {
                    self.take_commands(layers, "", places, values);
                }
                (Some(Value::Table(defaults)), DeValue::Table(places), Value::Table(values)) => {
                    self.walk(layers, path, defaults, places, values)?;
                }
                (Some(Value::Table(_)), ..) => {
                    let detail = format!("expected a section [{}]", path.join("."));
                    return Err(ConfigError::WrongType { key: path.join("."), origin, detail });
                }
                (Some(_), place, value) => {
                    self.check_entries(layers, &path.join("."), place)?;
                    layers.values.insert(path.clone(), (value.clone(), origin));
                }
                (None, ..) => return Err(unknown(layers, path, origin)),
            }
            path.pop();
        }
        Ok(())
    }

    /// Keys by command; a command's name may be written in parts.
    fn take_commands(&self, layers: &mut Layers, prefix: &str, places: &DeTable<'_>, values: &Table) {
        for (name, place) in places {
            let Some(value) = values.get(name.get_ref().as_ref()) else { continue };
            let full =
                if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            match (place.get_ref(), value) {
                (DeValue::Table(places), Value::Table(values)) => self.take_commands(layers, &full, places, values),
                _ => {
                    layers.values.insert(vec![FREE.into(), full], (value.clone(), self.at(name.span())));
                }
            }
        }
    }

    /// Looks into the entries of a list of tables.
    fn check_entries(&self, layers: &mut Layers, key: &str, list: &DeValue<'_>) -> Result<(), ConfigError> {
        let allowed = ENTRY_KEYS.iter().find(|(list, _)| *list == key).map_or(&[][..], |(_, keys)| keys);
        let DeValue::Array(entries) = list else { return Ok(()) };
        for (index, entry) in entries.iter().enumerate() {
            let entry_key = format!("{key}[{index}]");
            layers.entry_origins.insert(entry_key.clone(), self.at(entry.span()));
            let DeValue::Table(table) = entry.get_ref() else { continue };
            for (name, _) in table {
                if !allowed.contains(&name.get_ref().as_ref()) {
                    let nearest = closest(name.get_ref(), allowed.iter().map(|&word| word.to_owned()));
                    let key = format!("{entry_key}.{}", name.get_ref());
                    return Err(ConfigError::UnknownKey { key, nearest, origin: self.at(name.span()) });
                }
            }
        }
        Ok(())
    }

    fn at(&self, span: Range<usize>) -> Origin {
        let before = self.text.as_bytes().iter().take(span.start);
        Origin::File { path: self.path.clone(), line: 1 + before.filter(|&&byte| byte == b'\n').count() }
    }
}

fn unknown(layers: &Layers, path: &Path, origin: Origin) -> ConfigError {
    let key = path.join(".");
    let same_name = |full: &&String| full.rsplit('.').next() == path.last().map(String::as_str);
    let names: Vec<String> = layers.values.keys().map(|path| path.join(".")).collect();
    // The right name in the wrong section is nearer than a similar name.
    let nearest = names.iter().find(same_name).cloned().or_else(|| closest(&key, sections(&names)));
    ConfigError::UnknownKey { key, nearest, origin }
}

/// Names of settings and of the sections they stand in.
fn sections(names: &[String]) -> impl Iterator<Item = String> {
    let sections = names.iter().filter_map(|name| Some(name.rsplit_once('.')?.0.to_owned()));
    names.iter().cloned().chain(sections).chain([FREE.to_owned()])
}

fn variable(path: &Path) -> String {
    format!("{PREFIX}{}", path.join("__").to_uppercase())
}

/// A value as it would stand behind `=` in the file.
fn raw_value(raw: &str) -> Result<Value, String> {
    let table: Table = toml::from_str(&format!("value = {raw}")).map_err(|error| error.message().to_owned())?;
    match (table.len(), table.get("value")) {
        (1, Some(value)) => Ok(value.clone()),
        _ => Err("one value expected".into()),
    }
}

fn split(key: &str) -> Path {
    key.split('.').map(str::to_owned).collect()
}

fn insert(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            table.insert(name.clone(), value);
        }
        [section, rest @ ..] => {
            let inner = table.entry(section.clone()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

fn take(table: &mut Table, path: &[String]) -> Option<Value> {
    match path {
        [] => None,
        [name] => table.remove(name),
        [section, rest @ ..] => take(table.get_mut(section)?.as_table_mut()?, rest),
    }
}
