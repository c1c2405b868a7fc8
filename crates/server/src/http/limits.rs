//! What the types cannot say of themselves in the contract: the limits of parameters, and of bodies made of parts.

use std::collections::BTreeMap;

use ananke_api::reference_data::Entry;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{
    AdditionalProperties, KnownFormat, Object, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

use crate::ops::checklist::Item;
use crate::ops::reference_data;

/// A place in a list that goes by UUIDs: 22 characters, or none, which is the first page.
const CURSOR: &str = "^([A-Za-z0-9_-]{21}[AQgw])?$";
/// The same in a list of API keys, which goes by their ids.
const KEY_CURSOR: &str = "^([A-Za-z0-9]{12})?$";
/// `*`, or an entity tag of characters that headers can carry.
const IF_MATCH: &str = r#"^(\*|(W/)?"[!#-~]*")$"#;
/// Any text; PostgreSQL cannot keep a NUL.
const TEXT: &str = r"^[^\x00]*$";

/// Gives every parameter its range, its form or its closed list.
pub fn of_parameters(path: &str, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(Parameter {
            name,
            schema,
            parameter_in,
            ..
        }) = parameter
        else {
            continue;
        };
        let parameter_in = parameter_in.clone();
        let Some(RefOr::T(Schema::Object(object))) = schema else {
            continue;
        };
        // What is left out of an address or a head is left out, and not `null`.
        if let SchemaType::Array(types) = &mut object.schema_type {
            types.retain(|kind| *kind != Type::Null);
            if let [only] = types.as_slice() {
                object.schema_type = only.clone().into();
            }
        }
        match name.as_str() {
            "limit" => {
                object.minimum = Some(1.into());
                object.maximum = Some(200.into());
            }
            "cursor" if path == "/v1/api-keys" => object.pattern = Some(KEY_CURSOR.to_owned()),
            "cursor" => object.pattern = Some(CURSOR.to_owned()),
            "If-Match" => {
                object.min_length = Some(1);
                object.pattern = Some(IF_MATCH.to_owned());
            }
            "issuedAfter" | "issuedBefore" | "after" | "before" => {
                object.format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime));
            }
            "hash" => object.pattern = Some("^[0-9A-Fa-f]{64}$".to_owned()),
            "reference" if parameter_in == ParameterIn::Path => {
                object.min_length = Some(1);
                object.max_length = Some(64);
            }
            "from" | "to" => {
                object.format = Some(SchemaFormat::KnownFormat(KnownFormat::Date));
            }
            "item" => {
                let items = Item::OF_TENANT.map(Item::as_str).join("|");
                object.pattern = Some(format!("^({items})$"));
            }
            "by" => object.pattern = Some("^(day|key)$".to_owned()),
            "state" => object.pattern = Some("^(open|ended)$".to_owned()),
            "order" => object.pattern = Some("^(newest|recorded)$".to_owned()),
            "format" => object.pattern = Some("^(csv|ndjson)$".to_owned()),
            "type" => object.pattern = Some(one_of(&reference_data::event_types())),
            "search" | "externalId" | "recipient" | "reference" | "actor" | "requestId" => {
                object.pattern = Some(TEXT.to_owned());
            }
            _ => {}
        }
    }
}

/// A body that may be left out is left out, and not `null`.
pub fn of_body(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else {
            continue;
        };
        let Some(RefOr::T(Schema::OneOf(either))) = &content.schema else {
            continue;
        };
        let is_null = |one: &RefOr<Schema>| matches!(one, RefOr::T(Schema::Object(Object { schema_type, .. })) if *schema_type == Type::Null.into());
        let own = either.items.iter().find(|one| !is_null(one)).cloned();
        if own.is_some() {
            content.schema = own;
            body.required = Some(Required::False);
        }
    }
}

/// Why a document is revoked comes from a closed list.
pub fn of_reasons(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for name in [
        "LifecycleRequest",
        "RevocationRequest",
        "StampRevokeRequest",
    ] {
        if let Some(RefOr::T(Schema::Object(body))) = schemas.get_mut(name)
            && let Some(RefOr::T(Schema::Object(reason))) = body.properties.get_mut("reason")
        {
            reason.pattern = Some(one_of(&reference_data::lifecycle_reasons()));
        }
    }
}

/// The pattern of the codes of a closed list.
fn one_of(entries: &[Entry]) -> String {
    let codes: Vec<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    format!("^({})$", codes.join("|").replace('.', r"\."))
}

/// A part nobody asked for is refused, like a member.
pub fn of_uploads(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for (name, schema) in schemas {
        if let (true, RefOr::T(Schema::Object(object))) = (name.ends_with("Upload"), schema) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}
