//! `/errors` and `/errors/{slug}`: what each error code means, when it comes, how to get past it.
//!
//! The words stand in `texts`; the example bodies are made from the API's own type.

mod texts;

use std::collections::BTreeMap;

use ananke_api::error::{Code, ForbiddenReason, Problem};
use askama::Template;
use texts::{Text, reason_text, text};

use super::{Site, html};

/// The list of all codes.
#[derive(Debug, Clone)]
pub struct ErrorIndex {
    /// The server.
    pub site: Site,
}

/// The page about one code.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// The server.
    pub site: Site,
    /// The code.
    pub code: Code,
}

impl ErrorIndex {
    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&IndexPage {
            site: &self.site,
            codes: Code::ALL
                .into_iter()
                .map(|code| Row {
                    slug: code.slug(),
                    word: word(code),
                    status: code.status(),
                    title: code.title(),
                })
                .collect(),
        })
    }
}

impl ErrorPage {
    /// The page for `/errors/{slug}`, if there is such a code.
    #[must_use]
    pub fn find(site: Site, slug: &str) -> Option<Self> {
        let code = Code::ALL.into_iter().find(|code| code.slug() == slug)?;
        Some(Self { site, code })
    }

    /// The page as HTML.
    #[must_use]
    pub fn render(&self) -> String {
        html(&OnePage {
            site: &self.site,
            status: self.code.status(),
            title: self.code.title(),
            word: word(self.code),
            text: text(self.code),
            reasons: if self.code == Code::Forbidden {
                REASONS
                    .map(|reason| (reason_word(reason), reason_text(reason)))
                    .to_vec()
            } else {
                Vec::new()
            },
            example: example(&self.site, self.code),
        })
    }
}

const REASONS: [ForbiddenReason; 4] = [
    ForbiddenReason::BrowserOrigin,
    ForbiddenReason::TenantSuspended,
    ForbiddenReason::InsufficientScope,
    ForbiddenReason::IpNotAllowed,
];

struct Row {
    slug: &'static str,
    word: String,
    status: u16,
    title: &'static str,
}

#[derive(Template)]
#[template(path = "errors.html")]
struct IndexPage<'a> {
    site: &'a Site,
    codes: Vec<Row>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct OnePage<'a> {
    site: &'a Site,
    status: u16,
    title: &'static str,
    word: String,
    text: Text,
    reasons: Vec<(String, &'static str)>,
    example: String,
}

fn word(code: Code) -> String {
    code.slug().replace('-', "_").to_ascii_uppercase()
}

fn reason_word(reason: ForbiddenReason) -> String {
    serde_json::to_value(reason)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Members at fault, of the example.
const AT_FAULT: [(&str, &str); 2] = [
    (
        "fields[0].value",
        "has 501 characters; at most 500 are allowed",
    ),
    (
        "recipientEmail",
        "must be an e-mail address, such as name@example.org",
    ),
];

fn example(site: &Site, code: Code) -> String {
    let text = text(code);
    let mut errors = BTreeMap::new();
    if code == Code::ValidationFailed {
        errors.extend(AT_FAULT.map(|(path, message)| (path.to_owned(), vec![message.to_owned()])));
    }
    if matches!(code, Code::PayloadTooLarge | Code::UnsupportedMediaType) {
        errors.insert("pdf".to_owned(), vec![text.detail.to_owned()]);
    }
    let problem = Problem {
        kind: format!("{}/errors/{}", site.address(), code.slug()),
        title: code.title().to_owned(),
        status: code.status(),
        detail: text.detail.to_owned(),
        code,
        message: text.detail.to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        request_id: "019ab0c4-7d2e-7c41-9a53-5d0f2b8e6c11".to_owned(),
        errors,
        reason: (code == Code::Forbidden).then_some(ForbiddenReason::BrowserOrigin),
    };
    serde_json::to_string_pretty(&problem).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What the server said in its tests, quoted as JSON quotes it.
    #[test]
    fn examples_are_the_servers_own_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/snapshots");
        let answers: String = fs::read_dir(folder)
            .unwrap()
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let said = |words: &str| answers.contains(&serde_json::Value::from(words).to_string());
        for code in Code::ALL {
            let detail = text(code).detail;
            // It counts the members at fault, which are other ones in each request.
            assert!(
                code == Code::ValidationFailed || said(detail),
                "{code:?}: {detail}"
            );
        }
        for (path, message) in AT_FAULT {
            assert!(said(message), "{path}: {message}");
        }
    }
}
