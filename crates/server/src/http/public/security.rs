//! `GET /.well-known/security.txt` (RFC 9116).

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;

/// Says where to report a vulnerability. `Expires` is always half a year ahead.
pub async fn security_txt(State(app): State<App>) -> Response {
    let expires = app.now().floor_second().plus_seconds(182 * 86_400);
    let text = format!(
        "Contact: {}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        app.config.contact.security, app.base_url
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
