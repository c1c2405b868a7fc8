//! How far something is that takes a while: a bar on a terminal, a line now and then anywhere else.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::Output;

/// How often a line is worth reading.
const EVERY: Duration = Duration::from_secs(5);

/// How far it is.
pub(crate) struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    output: Output,
    began: Instant,
    said: Instant,
    done: usize,
    of: usize,
}

impl Progress {
    /// Begins; `what` is done to each of so many.
    pub(crate) fn new(what: &'static str, of: usize, output: Output) -> Self {
        let is_seen = io::stderr().is_terminal() && !output.is_quiet() && of > 1;
        let bar = is_seen.then(|| {
            let bar = ProgressBar::new(of as u64);
            let style = "{prefix} {bar:30} {pos} of {len}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style.progress_chars("#> "));
            }
            bar.with_prefix(what)
        });
        let now = Instant::now();
        Self {
            what,
            bar,
            output,
            began: now,
            said: now,
            done: 0,
            of,
        }
    }

    /// One more is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        match &self.bar {
            Some(bar) => bar.inc(1),
            None if self.said.elapsed() >= EVERY && self.done < self.of => {
                self.said = Instant::now();
                self.output
                    .say(line(self.what, self.done, self.of, self.began.elapsed()));
            }
            None => {}
        }
    }

    /// Says something meanwhile, unless asked to be quiet.
    pub(crate) fn say(&self, words: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.say(words)),
            None => self.output.say(words),
        }
    }

    /// All is done.
    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(what: &str, done: usize, of: usize, took: Duration) -> String {
    let left = of.saturating_sub(done) as f64 * took.as_secs_f64() / done.max(1) as f64;
    format!("{what} {done} of {of}, about {left:.0} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_long_it_will_take() {
        let took = Duration::from_secs(10);
        assert_eq!(
            line("verified", 20, 100, took),
            "verified 20 of 100, about 40 s left"
        );
        assert_eq!(
            line("verified", 0, 3, took),
            "verified 0 of 3, about 30 s left"
        );
    }
}
