//! `GET /v1/reference-data/…`.

use ananke_api::reference_data::Entry;
use axum::Json;

use super::auth::Caller;
use crate::ops::reference_data as lists;

macro_rules! list {
    ($name:ident, $path:literal, $summary:literal) => {
        #[doc = $summary]
        #[utoipa::path(get, path = $path, tag = "Reference data", operation_id = stringify!($name),
                    responses((status = 200, description = "The list.", body = Vec<Entry>)))]
        pub async fn $name(_: Option<Caller>) -> Json<Vec<Entry>> {
            Json(lists::$name())
        }
    };
}

list!(
    document_types,
    "/v1/reference-data/document-types",
    "Lists the kinds of document."
);
list!(
    languages,
    "/v1/reference-data/languages",
    "Lists the languages."
);
list!(
    countries,
    "/v1/reference-data/countries",
    "Lists the countries."
);
list!(
    lifecycle_reasons,
    "/v1/reference-data/lifecycle-reasons",
    "Lists why a document is revoked."
);
list!(
    verdicts,
    "/v1/reference-data/verdicts",
    "Lists the words of a verification."
);
list!(
    event_types,
    "/v1/reference-data/event-types",
    "Lists what is recorded."
);
list!(
    alert_kinds,
    "/v1/reference-data/alert-kinds",
    "Lists what alerts tell of."
);
