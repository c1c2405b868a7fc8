//! What a request with a key gives away of the way it took.

use std::net::SocketAddr;

use ananke_store::{ApiKey, INSTANCE_TENANT};
use axum::extract::ConnectInfo;
use axum::http::request::Parts;

use crate::app::App;
use crate::network::{self, Transport};

/// Notes a key that crossed the network in clear, or may have; and a proxy nobody declared.
pub(super) fn note(parts: &Parts, app: &App, key: &ApiKey, now: i64) {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
        return;
    };
    let headers = &parts.headers;
    if network::is_undeclared(*peer, headers, &app.proxies) {
        let from = network::around(peer.ip()).to_string();
        app.seen
            .note(INSTANCE_TENANT, Transport::UNDECLARED, &from, now);
    }
    if app.certificate.get().is_some() {
        return;
    }
    let kind = match network::transport(*peer, headers, &app.proxies) {
        Transport::Safe => return,
        Transport::Clear => Transport::CLEAR,
        Transport::Untold => Transport::UNTOLD,
    };
    app.seen.note(key.tenant, kind, &key.id, now);
}
