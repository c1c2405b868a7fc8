//! `/v/{reference}`: the verdict in one big word, who issued the document, and why.

mod reasons;
mod words;

use ananke_api::tcode::verify::SealField;
use ananke_api::verification::{self, CheckName, CheckResult, Verdict, Verification};
use askama::Template;

use super::{Moment, Site, html, icons};

/// Everything the verdict page shows.
#[derive(Debug, Clone)]
pub struct VerdictPage {
    /// The server.
    pub site: Site,
    /// The reference in its canonical form, or what was typed where it is none.
    pub reference: String,
    /// The answer.
    pub verdict: Verdict,
    /// Where the reference cannot exist: a typing error. Told from the reference alone.
    pub mistyped: bool,
    /// Where the content was erased.
    pub erased: bool,
    /// True for documents of test mode.
    pub test: bool,
    /// Who issued it; `None` only where no document was found.
    pub issuer: Option<IssuerView>,
    /// What the issuer signed; `None` where nothing signed was found or the signature failed.
    pub facts: Option<Facts>,
    /// The checks, in the order they are shown.
    pub checks: Vec<CheckView>,
    /// Why the document has its status: a word of the API such as `issuedInError`.
    pub status_reason: Option<String>,
    /// Reference of the document that took its place.
    pub replaced_by: Option<String>,
    /// What the trust rests on.
    pub anchor: Option<Anchor>,
    /// Other documents with the same content.
    pub matches: Vec<MatchView>,
    /// When the server answered.
    pub verified_at: Option<Moment>,
}

/// An issuer, and how far we know it is who it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerView {
    /// Name it goes by.
    pub name: String,
    /// Issuer code.
    pub code: String,
    /// What was proved.
    pub identity: Identity,
}

/// How far an issuer's identity was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Nobody checked.
    SelfAsserted,
    /// It proved control of a domain.
    DomainProved {
        /// The domain.
        domain: String,
        /// When.
        proved_at: Option<Moment>,
    },
}

/// The signed facts, to be compared with the paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Recipient, where it is public.
    pub recipient: Option<String>,
    /// Kind of document, such as `Certificate`.
    pub document_type: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// When it was issued.
    pub issued_at: Option<Moment>,
    /// A date the issuer states.
    pub awarded_on: Option<Moment>,
    /// When it lapses; `None` for never.
    pub expires_at: Option<Moment>,
    /// Further public fields, label and value.
    pub fields: Vec<(String, String)>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckView {
    /// What was looked at.
    pub name: CheckName,
    /// How it came out.
    pub result: CheckResult,
    /// Why, as the API says it.
    pub reason: Option<String>,
}

/// What the trust rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Fingerprint of the root.
    pub fingerprint: String,
    /// State of knowledge.
    pub as_of: Option<Moment>,
}

/// Another document with the same content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchView {
    /// Its reference.
    pub reference: String,
    /// Its issuer.
    pub issuer: IssuerView,
    /// Its own verdict.
    pub verdict: Verdict,
    /// When it was issued.
    pub issued_at: Moment,
}

impl VerdictPage {
    /// The page for an answer of the API. `asked` is what was typed; `mistyped` is true where the
    /// caller knows that it cannot be a reference (the reason `malformed_reference` tells it too).
    #[must_use]
    pub fn new(site: Site, asked: &str, mistyped: bool, answer: &Verification) -> Self {
        let checks: Vec<CheckView> = answer.checks.iter().map(CheckView::from).collect();
        let proved = |name| {
            checks
                .iter()
                .any(|check| check.name == name && check.result == CheckResult::Passed)
        };
        // Facts are shown as signed only where the signature and its signer held.
        let signed = proved(CheckName::Integrity) && proved(CheckName::Issuer);
        let server = answer.server.as_ref();
        let status_reason = server.and_then(|facts| facts.status_reason.clone());
        Self {
            site,
            reference: answer.reference.clone().unwrap_or_else(|| asked.to_owned()),
            verdict: answer.verdict,
            mistyped: mistyped
                || answer
                    .checks
                    .iter()
                    .any(|check| check.reason.as_deref() == Some("malformed_reference")),
            erased: status_reason.as_deref() == Some("erased"),
            test: answer.mode == Some(ananke_api::api_key::KeyMode::Test),
            issuer: answer.issuer.as_ref().map(IssuerView::from),
            facts: signed.then(|| Facts::from(answer)),
            checks,
            status_reason,
            replaced_by: server.and_then(|facts| facts.replaced_by.clone()),
            anchor: answer.trust_anchor.as_ref().map(|anchor| Anchor {
                fingerprint: anchor.fingerprint.clone(),
                as_of: Some(Moment::new(&anchor.as_of)),
            }),
            matches: answer.matches.iter().map(MatchView::from).collect(),
            verified_at: server.map(|facts| Moment::new(&facts.verified_at)),
        }
    }

    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&Page {
            page: self,
            site: &self.site,
            look: self.look(),
            icon: icons::verdict(self.verdict, self.erased),
        })
    }

    /// Class of the banner. A verdict never looks stronger than the issuer's identity or the mode.
    fn look(&self) -> &'static str {
        if self.test {
            return "test";
        }
        match self.verdict {
            Verdict::Valid if self.issuer_proved() => "proved",
            Verdict::Valid => "asserted",
            _ => "plain",
        }
    }
}

#[derive(Template)]
#[template(path = "verdict.html")]
struct Page<'a> {
    page: &'a VerdictPage,
    site: &'a Site,
    look: &'static str,
    icon: &'static str,
}

impl From<&verification::Issuer> for IssuerView {
    fn from(issuer: &verification::Issuer) -> Self {
        let identity = match (issuer.identity, &issuer.domain) {
            (verification::Identity::DomainProved, Some(domain)) => Identity::DomainProved {
                domain: domain.clone(),
                proved_at: issuer.proved_at.as_deref().map(Moment::new),
            },
            _ => Identity::SelfAsserted,
        };
        Self {
            name: issuer.name.clone(),
            code: issuer.code.clone(),
            identity,
        }
    }
}

impl From<&Verification> for Facts {
    fn from(answer: &Verification) -> Self {
        Self {
            recipient: answer.recipient_name.clone(),
            document_type: answer
                .document_type
                .map(words::document_type)
                .or_else(|| answer.document_type_code.clone()),
            title: answer.document_title.clone(),
            issued_at: answer.issued_at.as_deref().map(Moment::new),
            awarded_on: answer.awarded_on.as_deref().map(Moment::new),
            expires_at: answer.expires_at.as_deref().map(Moment::end),
            fields: answer.fields.iter().flatten().map(labelled).collect(),
        }
    }
}

/// A field of a seal as people read it; without its template it is told by its place.
fn labelled(field: &SealField) -> (String, String) {
    let number = usize::from(field.position) + 1;
    let label = field.label.clone();
    (
        label.unwrap_or_else(|| format!("Field {number}")),
        field.value.clone(),
    )
}

impl From<&verification::Check> for CheckView {
    fn from(check: &verification::Check) -> Self {
        Self {
            name: check.name,
            result: check.result,
            reason: check.reason.clone(),
        }
    }
}

impl From<&verification::Match> for MatchView {
    fn from(other: &verification::Match) -> Self {
        Self {
            reference: other.reference.clone(),
            issuer: IssuerView::from(&other.issuer),
            verdict: other.verdict,
            issued_at: Moment::new(&other.issued_at),
        }
    }
}
