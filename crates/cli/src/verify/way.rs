//! Whom the question is put to: a server, or the files at hand. What is looked at is found here, too.

use ananke_api::verification::{Verdict, Verification};
use ananke_client::Client;

use super::offline::{self, Evidence};
use super::online;
use super::present::Seen;
use super::target::Target;
use crate::clock;
use crate::exit::Failure;
use crate::output::Output;

/// Who judges.
pub(crate) enum Way {
    /// The same judge, here, with what is at hand.
    Offline(Box<Evidence>),
    /// A server; of one issuer only, where several have issued the same file.
    Online(Client, Option<String>),
}

/// What was found out.
pub(crate) struct Looked {
    /// What was looked at in the end: the barcode of a picture, perhaps.
    pub(crate) target: Target,
    /// The answer.
    pub(crate) answer: Verification,
    /// How much of what was shown it is about.
    pub(crate) seen: Seen,
}

/// Why there is no answer.
pub(crate) enum Trouble {
    /// The file cannot be looked at; another one perhaps can.
    File(Failure),
    /// Nobody can be asked, about this file or another.
    Server(Failure),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::File(failure) | Trouble::Server(failure) => failure,
        }
    }
}

impl Way {
    /// Has it judged.
    pub(crate) async fn look_at(
        &self,
        mut target: Target,
        output: Output,
    ) -> Result<Looked, Trouble> {
        let is_pages = matches!(target, Target::Pages(_));
        let is_picture = matches!(target, Target::Picture(_));
        let answer = match self {
            Self::Offline(evidence) => {
                // What a record is given for is a file, whatever is drawn on it.
                if evidence.record.is_none() {
                    target = target.looked_at(output).await.map_err(Trouble::File)?;
                }
                offline::judge(&target, evidence)
            }
            Self::Online(client, issuer) => {
                let (issuer, now) = (issuer.as_deref(), clock::now());
                if is_picture {
                    target = target.looked_at(output).await.map_err(Trouble::File)?;
                }
                let ask = async |target: &Target| {
                    let asked = online::ask(client, target, issuer, now).await;
                    asked.map_err(Trouble::Server)
                };
                let mut answer = ask(&target).await?;
                if answer.verdict == Verdict::NotFound && is_pages {
                    target = target.looked_at(output).await.map_err(Trouble::File)?;
                    if !matches!(target, Target::Hash(_)) {
                        answer = ask(&target).await?;
                    }
                }
                answer
            }
        };
        let reasons = answer.checks.iter().map(|check| check.reason.as_deref());
        let differs = reasons.flatten().any(|reason| reason == "file_mismatch");
        let seen = match (target.is_barcode(), is_pages) {
            (false, _) if differs && matches!(target, Target::Copied { .. }) => Seen::Copied,
            (false, _) => Seen::Whole,
            (true, false) => Seen::Barcode,
            (true, true) => Seen::Page,
        };
        Ok(Looked {
            target,
            answer,
            seen,
        })
    }
}
