//! Log lines: the only way from an event of the program to standard error, for people or for machines.
//!
//! Fields go through the list in `fields`; what stands in text is made harmless for a terminal. Libraries are heard from
//! `warn` on, since nobody here decides what they write. A line that cannot be written is lost and counted: it never
//! stops whoever had something to say.

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{fields, trail};

/// Lines of this process that could not be written.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, in colours or without.
    Text {
        /// Whether in colours.
        colours: bool,
    },
    /// One JSON object a line.
    Json,
}

/// From now on, what happens in this process is written to standard error.
///
/// # Errors
/// The level cannot be read, or something else takes the events already.
pub fn write_to_stderr(format: Format, level: &str) -> Result<(), String> {
    let filter: Targets = level
        .parse()
        .map_err(|error: ParseError| error.to_string())?;
    tracing_subscriber::registry()
        .with(filter)
        .with(Lines { format })
        .try_init()
        .map_err(|error| error.to_string())
}

/// How many lines could not be written.
pub(crate) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

struct Lines {
    format: Format,
}

/// What libraries say below a warning holds whatever they like: a driver logs the values of statements.
fn is_heard(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("ananke") || *metadata.level() <= Level::WARN
}

impl<S: Subscriber> Layer<S> for Lines {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match is_heard(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_heard(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        thread_local! {
            static ROOM: RefCell<String> = const { RefCell::new(String::new()) };
        }
        ROOM.with(|room| match room.try_borrow_mut() {
            Ok(mut line) => {
                line.clear();
                write(self.format, event, &mut line);
            }
            // Something that was being printed had something to say itself.
            Err(_) => write(self.format, event, &mut String::new()),
        });
    }
}

fn write(format: Format, event: &Event<'_>, line: &mut String) {
    compose(format, event, line);
    if std::io::stderr().write_all(line.as_bytes()).is_err() {
        LOST.fetch_add(1, Ordering::Relaxed);
    }
}

/// Writing into a text cannot fail: what these calls return says nothing.
fn compose(format: Format, event: &Event<'_>, line: &mut String) {
    let (metadata, now) = (event.metadata(), super::now());
    let _ = match format {
        Format::Json => write!(
            line,
            "{{\"timestamp\":\"{now:.6}\",\"level\":\"{}\",\"target\":\"{}\"",
            metadata.level(),
            metadata.target()
        ),
        Format::Text { colours } => {
            let (begin, end) = match (colours, *metadata.level()) {
                (false, _) => ("", ""),
                (true, Level::ERROR) => ("\x1b[31m", "\x1b[0m"),
                (true, Level::WARN) => ("\x1b[33m", "\x1b[0m"),
                (true, _) => ("\x1b[2m", "\x1b[0m"),
            };
            write!(line, "{now:.6} {begin}{:>5}{end}", metadata.level())
        }
    };
    let mut fields = Fields { format, line };
    event.record(&mut fields);
    trail::here(|trail| {
        fields.text("requestId", &trail.request);
        fields.text("traceId", &trail.trace);
        fields.text("spanId", &trail.span);
    });
    line.push_str(match format {
        Format::Json => "}\n",
        Format::Text { .. } => "\n",
    });
}

/// The fields of a line, those that may be printed.
struct Fields<'a> {
    format: Format,
    line: &'a mut String,
}

impl Fields<'_> {
    fn text(&mut self, name: &str, value: &dyn fmt::Display) {
        self.put(name, '"', value);
    }

    fn bare(&mut self, name: &str, value: &dyn fmt::Display) {
        self.put(name, ' ', value);
    }

    fn put(&mut self, name: &str, quote: char, value: &dyn fmt::Display) {
        if fields::listed(name).is_none() {
            return;
        }
        match self.format {
            Format::Json => {
                let _ = write!(self.line, ",\"{name}\":");
                if quote == '"' {
                    self.line.push('"');
                    let _ = write!(Json(self.line), "{value}");
                    self.line.push('"');
                } else {
                    let _ = write!(self.line, "{value}");
                }
            }
            Format::Text { .. } => {
                self.line.push(' ');
                if name != "message" {
                    let _ = write!(self.line, "{name}=");
                }
                let _ = write!(Plain(self.line), "{value}");
            }
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.bare(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.bare(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.bare(field.name(), &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field.name(), &format_args!("{value:?}"));
    }
}

/// The inside of a JSON string.
struct Json<'a>(&'a mut String);

impl fmt::Write for Json<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                control if control.is_control() => {
                    write!(self.0, "\\u{:04x}", u32::from(control))?;
                }
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

/// Text on one line, without what a terminal would obey.
struct Plain<'a>(&'a mut String);

impl fmt::Write for Plain<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if character.is_control() {
                write!(self.0, "{}", character.escape_default())?;
            } else {
                self.0.push(character);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps the lines instead of printing them.
    struct Kept(Format, Arc<Mutex<String>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            compose(self.0, event, &mut self.1.lock().unwrap());
        }
    }

    fn printed(format: Format, say: impl FnOnce()) -> String {
        let text = Arc::<Mutex<String>>::default();
        let kept = tracing_subscriber::registry().with(Kept(format, text.clone()));
        tracing::subscriber::with_default(kept, say);
        let text = text.lock().unwrap();
        text.clone()
    }

    #[test]
    fn only_what_is_listed_is_printed() {
        let say = || tracing::warn!(secret = "x-canary", status = 200, mode = %"live", "said");
        let json: serde_json::Value = serde_json::from_str(&printed(Format::Json, say)).unwrap();
        let names: Vec<&str> = json
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let expected = ["timestamp", "level", "target", "message", "status", "mode"];
        assert_eq!(
            names.iter().collect::<std::collections::BTreeSet<_>>(),
            expected.iter().collect()
        );
        assert_eq!(
            (&json["level"], &json["message"]),
            (&"WARN".into(), &"said".into())
        );
        assert_eq!(
            (&json["status"], &json["mode"]),
            (&200.into(), &"live".into())
        );
        let text = printed(Format::Text { colours: false }, say);
        assert!(
            text.ends_with("  WARN said status=200 mode=live\n"),
            "{text}"
        );
    }

    /// What somebody typed begins no line of its own, and moves no cursor.
    #[test]
    fn a_line_stays_a_line() {
        let typed = "a\"b\\c\nd\u{1b}[2Je\u{7f}ü";
        let say = || tracing::error!(error = typed, "bad");
        let json = printed(Format::Json, say);
        assert_eq!(json.matches('\n').count(), 1, "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["error"], typed);
        let text = printed(Format::Text { colours: false }, say);
        assert!(
            text.contains(r#"error=a"b\c\nd\u{1b}[2Je\u{7f}ü"#),
            "{text}"
        );
        assert_eq!(text.matches(char::is_control).count(), 1, "{text}");
    }
}
