//! Where the platform keeps settings and data. Creates nothing.

use std::path::{Path, PathBuf};

use directories::{BaseDirs, ProjectDirs};

/// Directories of this program on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The configuration file; may not exist.
    pub config_file: PathBuf,
    /// Orders, log; may not exist.
    pub data_dir: PathBuf,
    /// The demo's own; may not exist.
    pub demo_dir: PathBuf,
    /// For `~/`.
    pub home: PathBuf,
}

impl Places {
    /// The platform's places; `None` for a user without a home directory.
    pub fn of_platform() -> Option<Self> {
        let project = ProjectDirs::from("", "", "oktodesk")?;
        let base = BaseDirs::new()?;
        Some(Self {
            config_file: project.config_dir().join("config.toml"),
            data_dir: project.data_dir().to_owned(),
            demo_dir: base.data_dir().join("oktodesk-demo"),
            home: base.home_dir().to_owned(),
        })
    }
}

/// A path as it stands in the configuration, with a leading `~/` replaced.
pub fn home_path(text: &str, home: Option<&Path>) -> PathBuf {
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_leading_tilde_is_home() {
        let home = Some(Path::new("/home/user"));
        assert_eq!(home_path("~/key", home), Path::new("/home/user/key"));
        assert_eq!(home_path("/a/~/key", home), Path::new("/a/~/key"));
        assert_eq!(home_path("~/key", None), Path::new("~/key"));
    }
}
