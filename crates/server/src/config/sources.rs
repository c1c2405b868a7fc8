//! Where a secret is when it is not written out among the settings: in a file, or in what a command prints.
//!
//! A credential of systemd is a file, too, found by its name. What a command may do is `command.rs`'s.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use toml::{Table, Value};

use super::{ConfigError, Origin, command, secrets};

/// Variable in which systemd tells a service where its credentials are.
pub const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In a file of its own.
    File(PathBuf),
    /// In what this program prints when it is run with these arguments.
    Command(Vec<String>),
}

impl fmt::Display for Source {
    /// Without the arguments: nobody can tell what stands in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(words) => {
                let program = words.first().map_or("", String::as_str);
                write!(f, "command {program}")
            }
        }
    }
}

impl Source {
    /// Reads `…_file` or `…_command` as a text: a path, or the words of a command.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn from_text(form: Form, text: &str) -> Result<Self, String> {
        match form {
            Form::File => Self::from_value(form, &Value::from(text)),
            Form::Command => words(text).and_then(checked).map(Self::Command),
        }
    }

    /// The same as it stands in a file of settings: a text, or a list of texts.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn from_value(form: Form, value: &Value) -> Result<Self, String> {
        match (form, value) {
            (Form::File, Value::String(path)) if !path.is_empty() => Ok(Self::File(path.into())),
            (Form::File, _) => Err("must name a file".to_owned()),
            (Form::Command, Value::Array(items)) => {
                let words: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
                let words = words.ok_or(LIST)?.into_iter().map(str::to_owned).collect();
                checked(words).map(Self::Command)
            }
            (Form::Command, _) => Err(LIST.to_owned()),
        }
    }

    /// Fetches the secret of this setting, without the line break at its end.
    ///
    /// # Errors
    /// The file cannot be read or everybody can read it; the command fails.
    pub fn fetch(&self, key: &str, origin: &Origin) -> Result<SecretString, ConfigError> {
        match self {
            Self::File(path) => secrets::read(path),
            Self::Command(words) => {
                command::run(words, command::PATIENCE).map_err(|message| ConfigError::Value {
                    key: key.to_owned(),
                    origin: origin.clone(),
                    message,
                })
            }
        }
    }
}

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `…_file`
    File,
    /// `…_command`
    Command,
}

impl Form {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::File, Self::Command];

    /// What follows the name of the setting.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::File => "_file",
            Self::Command => "_command",
        }
    }

    /// The secret that `key` says the source of, and how.
    #[must_use]
    pub fn of(key: &str) -> Option<(&'static str, Self)> {
        Self::ALL.into_iter().find_map(|form| {
            let secret = key.strip_suffix(form.suffix())?;
            let known = secrets::SECRETS
                .iter()
                .find(|(known, _)| *known == secret)?;
            Some((known.0, form))
        })
    }
}

/// The credential of this name, if systemd handed this process one.
///
/// # Errors
/// The directory cannot be looked into.
pub fn credential(directory: &Path, name: &str) -> Result<Option<Source>, ConfigError> {
    let path = directory.join(name);
    match path.try_exists() {
        Ok(true) => Ok(Some(Source::File(path))),
        Ok(false) => Ok(None),
        Err(source) => Err(ConfigError::Read { path, source }),
    }
}

const LIST: &str = "must be a list of texts: the program, then its arguments, such as [\"pass\", \"show\", \"ananke\"]";

/// The words of a command. There is no shell, so whatever a shell would do something with must be meant as it is, and
/// is written as a list then.
fn words(text: &str) -> Result<Vec<String>, String> {
    if text.trim_start().starts_with('[') {
        let table = format!("words = {text}").parse::<Table>();
        // What the parser says would quote the line.
        let value = table.ok().and_then(|mut table| {
            let words = table.remove("words");
            words.filter(|_| table.is_empty())
        });
        let items = value.as_ref().and_then(Value::as_array).ok_or(LIST)?;
        let words: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
        return Ok(words.ok_or(LIST)?.into_iter().map(str::to_owned).collect());
    }
    if let Some(special) = text.chars().find(|c| "'\"\\$`|&;<>(){}*?~#".contains(*c)) {
        return Err(format!(
            "has a {special} in it, and no shell is there to make sense of it: write the command as a list, such as \
             [\"program\", \"an argument with {}\"]",
            special.escape_default()
        ));
    }
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

fn checked(words: Vec<String>) -> Result<Vec<String>, String> {
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err("must name a program".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_words_or_a_list() {
        let read = |text| Source::from_text(Form::Command, text);
        let command =
            |words: &[&str]| Source::Command(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(
            read(" vault kv  get -field=kek secret/ananke ").unwrap(),
            command(&["vault", "kv", "get", "-field=kek", "secret/ananke"])
        );
        assert_eq!(
            read(r#"["sh", "-c", "echo \"$X\" | cat", ""]"#).unwrap(),
            command(&["sh", "-c", "echo \"$X\" | cat", ""])
        );
        for special in [
            "cat 'a b'",
            "cat $HOME/x",
            "a | b",
            "a > b",
            "a \\b",
            "a; b",
        ] {
            let message = read(special).unwrap_err();
            assert!(message.contains("as a list"), "{message}");
        }
        for bad in ["", "  ", "[]", "[\"\"]", "[1]", "[\"a\"", "[\"a\"]\nb = 1"] {
            let message = read(bad).unwrap_err();
            assert!(message.starts_with("must "), "{bad}: {message}");
        }
    }

    #[test]
    fn what_is_shown_of_a_command_is_its_program() {
        let source =
            Source::from_text(Form::Command, "curl -H X-Vault-Token:s.1 http://x").unwrap();
        assert_eq!(source.to_string(), "command curl");
    }
}
