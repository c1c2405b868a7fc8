//! Under what a request is counted, and from where it comes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method};

use crate::app::App;
use crate::network;
use crate::ops::Error;
use crate::rates::{Class, Standing};
use crate::telemetry::trail::Trail;

/// The route's path, as it stands in the contract.
pub(super) fn route(parts: &Parts) -> &str {
    let matched = parts.extensions.get::<MatchedPath>();
    matched.map_or("", MatchedPath::as_str)
}

/// What a question without a key costs: a file is hashed here, reference data cost nothing.
pub(super) fn public_cost(parts: &Parts) -> i64 {
    match route(parts) {
        "/v1/leaks" => 10,
        route if route.ends_with("/by-file") || route.ends_with("/verify/image") => 5,
        route if route.starts_with("/v1/reference-data/") => 0,
        _ => 1,
    }
}

/// Under what a request with a key is counted.
pub(super) fn class(parts: &Parts) -> Class {
    let route = route(parts);
    let is_file = ["/pdf", "/by-file", "/verify/image"];
    // Each stamp is a file in, a process, and a file out.
    let stamps = ["/v1/tcode/stamps", "/v1/tcode/stamps/{id}/replace"];
    let is_stamped = parts.method == Method::POST && stamps.contains(&route);
    if is_stamped || is_file.iter().any(|end| route.ends_with(end)) {
        Class::Files
    } else if parts.method == Method::GET || route.contains("/verify") {
        Class::Reads
    } else {
        Class::Writes
    }
}

pub(super) fn count_public(parts: &Parts, app: &App, cost: i64) -> Result<(), Error> {
    match address(&parts.extensions, &parts.headers, app) {
        Some(address) if cost > 0 => passed(
            parts,
            app.limiter.public(address, app.ctx.steady_nanos(), cost),
        ),
        _ => Ok(()),
    }
}

/// Tells of it in the headers, and refuses what comes too often.
pub(super) fn passed(parts: &Parts, standing: Option<Standing>) -> Result<(), Error> {
    let Some(standing) = standing else {
        return Ok(());
    };
    if let Some(trail) = parts.extensions.get::<Arc<Trail>>() {
        trail.counted(standing);
    }
    match standing.wait {
        None => Ok(()),
        Some(retry_after) => Err(Error::TooOften {
            class: standing.class.as_str(),
            retry_after,
        }),
    }
}

/// Where the request comes from, as far as anybody can say.
pub(in crate::http) fn address(
    extensions: &Extensions,
    headers: &HeaderMap,
    app: &App,
) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(network::client(*peer, headers, &app.proxies))
}
