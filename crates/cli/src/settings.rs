//! Settings of the server as the command line takes them: flag > environment > file > default.

use std::path::PathBuf;

use ananke_server::config::{Config, ConfigError, Layers, secrets};

use crate::exit::Failure;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

/// Where help lists these: after what a command itself is about.
pub(crate) const HEADING: &str = "Settings of the server";

/// Where the settings of a server come from; what every command on the server's own machine takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Settings {
    /// Configuration file; `ananke config init` writes one
    #[arg(long, value_name = "FILE", env = "ANANKE_CONFIG", global = true, help_heading = HEADING)]
    config: Option<PathBuf>,
    /// Directory of everything the server keeps
    #[arg(long, value_name = "DIR", global = true, help_heading = HEADING)]
    data: Option<PathBuf>,
    /// `sqlite`, or postgres://user@host/database
    #[arg(long, value_name = "URL", global = true, help_heading = HEADING)]
    database: Option<String>,
    /// Any setting, such as `--set log.level=debug`
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE", global = true, help_heading = HEADING)]
    set: Vec<String>,
}

impl Settings {
    /// Settings for a data directory, all else from the environment and the defaults.
    pub(crate) fn of_data(dir: impl Into<PathBuf>) -> Self {
        Self {
            data: Some(dir.into()),
            ..Self::default()
        }
    }

    /// The layers, with flags that only some commands have laid on top: setting, value, flag.
    pub(crate) fn layers(&self, more: &[(&str, Option<String>, &str)]) -> Result<Layers, Failure> {
        let mut layers = Layers::default();
        if let Some(path) = &self.config {
            layers.file(path)?;
        }
        layers.environment(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))?;
        for setting in &self.set {
            let (key, value) = setting.split_once('=').ok_or_else(|| {
                Failure::usage(format!(
                    "--set {setting}: write it as SECTION.KEY=VALUE, such as --set log.level=debug"
                ))
            })?;
            refuse_secret(key.trim(), value)?;
            layers.flag(key.trim(), value, "--set")?;
        }
        let data = self.data.as_ref().map(|path| path.display().to_string());
        let own = [
            ("data.dir", data, "--data"),
            ("data.database", self.database.clone(), "--database"),
        ];
        for (key, value, flag) in own.iter().chain(more) {
            if let Some(value) = value {
                refuse_secret(key, value)?;
                layers.flag(key, value, flag)?;
            }
        }
        Ok(layers)
    }

    /// The settings, checked as a whole.
    pub(crate) fn checked(&self) -> Result<Config, Failure> {
        Ok(self.layers(&[])?.check()?)
    }
}

/// A flag is visible to every user of the machine.
fn refuse_secret(key: &str, value: &str) -> Result<(), Failure> {
    if !secrets::is_secret(key, value) {
        return Ok(());
    }
    let variable = format!("ANANKE__{}", key.replace('.', "__").to_ascii_uppercase());
    Err(Failure::usage(format!(
        "{key} holds a secret, and everybody on this machine can read a command line: give it by \
         {variable}_FILE, {variable}_COMMAND or {variable}, or in the configuration file"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[&str]) -> Result<Config, Failure> {
        let set = set.iter().map(|&setting| setting.to_owned()).collect();
        Settings {
            set,
            ..Settings::default()
        }
        .checked()
    }

    #[test]
    fn any_setting_can_be_set() {
        assert_eq!(with(&["log.level=debug"]).unwrap().log.level, "debug");
    }

    #[test]
    fn mistakes_are_usage_errors_that_say_the_way_out() {
        for (set, way_out) in [
            ("log.levle=debug", "did you mean `log.level`?"),
            ("log.level", "SECTION.KEY=VALUE"),
            ("keys.sealed=maybe", "true or false"),
            ("keys.kek=00", "ANANKE__KEYS__KEK_FILE"),
            (
                "data.database=postgres://u:pw@localhost/d",
                "ANANKE__DATA__DATABASE_FILE",
            ),
        ] {
            let Err(failure) = with(&[set]) else {
                panic!("{set}")
            };
            assert_eq!(failure.exit as u8, 2, "{set}");
            assert!(failure.message.contains(way_out), "{}", failure.message);
        }
    }
}
