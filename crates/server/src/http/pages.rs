//! The pages people see, filled from the same operations as the API.

use ananke_api::Code;
use ananke_api::verification::Door;
use ananke_format::certificate::Certificate;
use ananke_format::{IssuerCode, Mode};
use ananke_store::{Purpose, SigningKey};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::InPath;
use super::auth::Visitor;
use super::error::Failure;
use crate::app::{App, Shared};
use crate::ops::verify::{self, Asked};
use crate::ops::words::shown;
use crate::ops::{Error, issuers, tenants};
use crate::pages::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, CertificateRow, CertificateState, EntryPage, ErrorIndex,
    ErrorPage, FailurePage, FrontPage, Identity, IssuerPage, Moment, RateRow, RatesPage, Site,
    VerdictPage, assets,
};

fn site(app: &Shared) -> Site {
    let url = app.base_url.as_str();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, base) = match rest.split_once('/') {
        Some((host, path)) => (host, format!("/{path}")),
        None => (rest, String::new()),
    };
    Site {
        base,
        host: host.to_owned(),
    }
}

fn send(html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, CONTENT_TYPE),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, html).into_response()
}

/// `GET /`.
pub async fn front(State(app): State<App>) -> Response {
    let page = FrontPage {
        site: site(&app),
        root_fingerprint: app.authority.fingerprint().to_string(),
        version: crate::VERSION.to_owned(),
    };
    send(page.render())
}

/// `GET /docs/rate-limits`.
pub async fn rate_limits(State(app): State<App>) -> Response {
    let limits = app.limiter.policies().iter().map(|policy| RateRow {
        name: policy.class.as_str(),
        requests: policy.units,
        seconds: policy.seconds,
        burst: policy.burst,
    });
    let page = RatesPage {
        site: site(&app),
        limits: limits.collect(),
    };
    send(page.render())
}

/// What the form of a page sends.
#[derive(serde::Deserialize)]
pub struct Typed {
    reference: Option<String>,
}

/// `GET /v`: the form, and where it leads.
pub async fn entry(State(app): State<App>, Query(typed): Query<Typed>) -> Response {
    let site = site(&app);
    match typed
        .reference
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        None => send(
            EntryPage {
                site,
                typed: String::new(),
            }
            .render(),
        ),
        Some(text) => {
            let mut path = url_escape(text);
            // `.` and `..` would be taken for directories.
            if path.chars().all(|c| c == '.') {
                path = path.replace('.', "%2E");
            }
            Redirect::to(&format!("{}/v/{path}", site.base)).into_response()
        }
    }
}

fn url_escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.chars()
        .take(64)
        .collect::<String>()
        .bytes()
        .fold(String::new(), |mut escaped, byte| {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => {
                    escaped.push(char::from(byte))
                }
                other => {
                    let _ = write!(escaped, "%{other:02X}");
                }
            }
            escaped
        })
}

/// `GET /v/{reference}`: the verdict.
pub async fn verdict(
    State(app): State<App>,
    _: Visitor,
    InPath(typed): InPath<String>,
) -> Result<Response, Error> {
    let typed: String = typed.chars().take(64).collect();
    let answer = verify::by_reference(
        &app,
        &typed,
        &Asked {
            door: Door::Page,
            caller: None,
        },
    )
    .await?;
    Ok(send(
        VerdictPage::new(site(&app), &typed, false, &answer).render(),
    ))
}

/// `GET /i/{code}`: an issuer.
pub async fn issuer(
    State(app): State<App>,
    InPath(code): InPath<String>,
) -> Result<Response, Error> {
    let code = IssuerCode::parse(&code).map_err(|_| Error::NotFound)?;
    // Name and domain stand in rows, which nobody can authenticate now.
    if app.ring.is_none() {
        return Err(Error::sealed());
    }
    let tenant = tenants::by_code(&app, code.as_str()).await?;
    let rows = app.read(move |view| issuers::read(view, tenant.id)).await?;
    let known = issuers::issuer(&app, &rows)?;
    let identity = match known.domain() {
        Some(domain) => Identity::DomainProved {
            domain: domain.to_owned(),
            proved_at: known.proved_at().map(|at| Moment::new(&at.to_string())),
        },
        None => Identity::SelfAsserted,
    };
    let certificates = |mode| {
        let mut rows = rows
            .keys
            .iter()
            .filter(|key| key.purpose == Purpose::Tenant && key.mode == Some(mode));
        let mut rows: Vec<CertificateRow> = rows.by_ref().map(certificate_row).collect();
        rows.reverse();
        rows
    };
    let page = IssuerPage {
        site: site(&app),
        name: known.name().to_owned(),
        code: code.to_string(),
        identity,
        did: app.base_url.did(&code, Mode::Live),
        root_fingerprint: app.authority.fingerprint().to_string(),
        certificates: certificates(Mode::Live),
        test_certificates: certificates(Mode::Test),
    };
    Ok(send(page.render()))
}

fn certificate_row(key: &SigningKey) -> CertificateRow {
    let moment = |micros| Moment::new(&shown(micros));
    let until = Certificate::from_der(&key.certificate).map(|leaf| leaf.not_after().to_string());
    CertificateRow {
        reference: key.certificate_reference.clone().unwrap_or_default(),
        valid_from: moment(key.valid_from),
        valid_until: Moment::new(&until.unwrap_or_else(|_| shown(key.valid_until))),
        state: match (key.compromised_at, key.retired_at) {
            (Some(at), _) => CertificateState::Compromised { at: moment(at) },
            (None, Some(at)) => CertificateState::Retired { at: moment(at) },
            (None, None) => CertificateState::Active,
        },
    }
}

/// `GET /errors`.
pub async fn errors(State(app): State<App>) -> Response {
    send(ErrorIndex { site: site(&app) }.render())
}

/// `GET /errors/{slug}`.
pub async fn error(
    State(app): State<App>,
    InPath(slug): InPath<String>,
) -> Result<Response, Error> {
    let code = Code::ALL
        .into_iter()
        .find(|code| code.slug() == slug)
        .ok_or(Error::NotFound)?;
    Ok(send(
        ErrorPage {
            site: site(&app),
            code,
        }
        .render(),
    ))
}

/// A request that failed on the way to a page.
pub fn failure(app: &Shared, failure: &Failure, request_id: &str) -> Response {
    let page = FailurePage {
        site: site(app),
        status: failure.code.status(),
        request_id: request_id.to_owned(),
    };
    send(page.render())
}

/// `GET /assets/{path}`.
pub async fn asset(InPath(path): InPath<String>) -> Result<Response, Error> {
    let asset = assets::find(&path).ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, assets::CACHE_CONTROL),
    ];
    Ok((headers, asset.bytes).into_response())
}
