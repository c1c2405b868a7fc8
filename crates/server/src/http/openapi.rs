//! The contract as OpenAPI, made from the handlers and their types.
//!
//! What every operation shares (errors, idempotency, ids) is added here once.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use utoipa::PartialSchema as _;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, ResponseBuilder,
};

use super::auth::API_KEY;
use super::limits;

/// What the document begins with.
pub fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Ananke")
        .version(crate::VERSION)
        .description(Some(
            "Issues signed documents, manages their lifecycle, and lets anyone verify them. Every answer carries \
             `x-request-id` and `traceparent`; every error is `application/problem+json`.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme(
            "apiKey",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                API_KEY,
                "`ak_live_…` or `ak_test_…`; for servers only, a browser that sends it is refused",
            ))),
        )
        .schema("Problem", ananke_api::Problem::schema())
        .schema("Code", ananke_api::Code::schema())
        .schema("ForbiddenReason", ananke_api::ForbiddenReason::schema())
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let (_, _, mut document) = super::parts();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                limits::of_parameters(path, operation);
                limits::of_body(operation);
                complete(path, method, operation);
            }
        }
    }
    if let Some(components) = &mut document.components {
        for names in [
            ("IssueRequest", "ReplaceRequest"),
            ("StampRequest", "StampReplaceRequest"),
        ] {
            merge_replacement(&mut components.schemas, names);
        }
        limits::of_uploads(&mut components.schemas);
        limits::of_reasons(&mut components.schemas);
    }
    document
}

/// A replacement is a new document with one member more. Made of two closed objects, as derived, no body would fit.
fn merge_replacement(
    schemas: &mut BTreeMap<String, RefOr<Schema>>,
    (new, replacement): (&str, &str),
) {
    let whole = match (schemas.get(new), schemas.get(replacement)) {
        (Some(RefOr::T(Schema::Object(issue))), Some(RefOr::T(Schema::AllOf(parts)))) => {
            let mut whole = issue.clone();
            whole.description.clone_from(&parts.description);
            for part in &parts.items {
                if let RefOr::T(Schema::Object(own)) = part {
                    whole.properties.extend(own.properties.clone());
                }
            }
            whole
        }
        _ => return,
    };
    schemas.insert(replacement.to_owned(), RefOr::T(Schema::Object(whole)));
}

fn complete(path: &str, method: &str, operation: &mut Operation) {
    let keyed = operation.security.is_some();
    let api = path.starts_with("/v1/");
    let has_body = operation.request_body.is_some();
    let writes = keyed && method != "get";
    if keyed && method == "post" {
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("At most 255 characters; the same request sent again gets the same answer for 72 hours"))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))
                .pattern(Some("^[!-~]([ -~]*[!-~])?$")).build()))
            .build();
        operation
            .parameters
            .get_or_insert_default()
            .push(RefOr::T(parameter));
    }
    let mut problems = vec![(503, "Not now; `Retry-After` says when")];
    if api {
        problems.push((500, "A fault of the server"));
    }
    let has_parameters = operation.parameters.as_ref().is_some_and(|all| {
        all.iter()
            .any(|one| matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Query))
    });
    if api && (has_body || has_parameters || method != "post") {
        problems.push((
            422,
            "Members or parameters at fault, or it makes no sense now",
        ));
    }
    if has_body || keyed && method == "post" {
        problems.push((400, "The body, or a header, cannot be read"));
    }
    if keyed || path.contains("/verify") || path.contains("/reference-data/") || path == "/v1/leaks"
    {
        problems.push((429, "Asked too often; `Retry-After` says when"));
        problems.push((401, "No valid key"));
        problems.push((403, "The key may not do this"));
    }
    if path.contains('{') {
        problems.push((404, "Absent, or another tenant's"));
    }
    if writes {
        problems.push((409, "It contradicts the present state"));
    }
    if has_body {
        problems.push((413, "Too large"));
    }
    let takes_file = ["/issuances", "/stamps", "/replace", "/verify/image"];
    if method == "post" && takes_file.iter().any(|end| path.ends_with(end)) {
        problems.push((415, "Not a PDF"));
    }
    let is_conditional = operation
        .parameters
        .iter()
        .flatten()
        .any(|one| matches!(one, RefOr::T(one) if one.name == "If-Match"));
    if is_conditional {
        problems.push((412, "`If-Match` names another version"));
    }
    for (status, description) in problems {
        let response = ResponseBuilder::new()
            .description(description)
            .content(
                "application/problem+json",
                Content::new(Some(Ref::from_schema_name("Problem"))),
            )
            .build();
        operation
            .responses
            .responses
            .entry(status.to_string())
            .or_insert(RefOr::T(response));
    }
}

/// `GET /openapi.json`.
pub async fn serve() -> Response {
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(document()),
    )
        .into_response()
}
