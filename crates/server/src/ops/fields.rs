//! Values of a document's fields against the schema of its template.

use ananke_api::FIELD_VALUE_MAX_CHARS;
use ananke_api::issuance::FieldValue;
use ananke_api::template::{FieldType, SchemaField};
use ananke_format::credential::Field;
use jiff::civil::Date;

use super::error::{Error, FieldErrors};

/// Longest e-mail address, in characters (RFC 5321).
pub const EMAIL_MAX_CHARS: usize = 254;
/// Longest number of the issuer's own, in characters.
pub const EXTERNAL_ID_MAX_CHARS: usize = 255;

/// Checks the values and returns them in the schema's order, each with its label.
///
/// # Errors
/// [`Error::Unprocessable`] where a key is not in the schema; else [`Error::Invalid`] with every
/// value at fault.
pub fn check(schema: &[SchemaField], values: &[FieldValue]) -> Result<Vec<Field>, Error> {
    let mut unknown = FieldErrors::new();
    let mut errors = FieldErrors::new();
    for (index, given) in values.iter().enumerate() {
        let Some(field) = schema.iter().find(|field| field.key == given.key) else {
            let known = schema
                .iter()
                .map(|field| field.key.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            let message = format!(
                "`{}` is not a field of this template; it has: {known}",
                given.key
            );
            unknown
                .entry(format!("fields[{index}].key"))
                .or_default()
                .push(message);
            continue;
        };
        if values
            .iter()
            .take(index)
            .any(|earlier| earlier.key == given.key)
        {
            errors
                .entry(format!("fields[{index}].key"))
                .or_default()
                .push(format!("`{}` stands twice", given.key));
        }
        if let Err(message) = check_value(field, &given.value) {
            errors
                .entry(format!("fields[{index}].value"))
                .or_default()
                .push(message);
        }
    }
    for field in schema.iter().filter(|field| field.required) {
        let filled = values
            .iter()
            .any(|given| given.key == field.key && !given.value.trim().is_empty());
        if !filled {
            errors
                .entry("fields".to_owned())
                .or_default()
                .push(format!("`{}` ({}) is required", field.key, field.label));
        }
    }
    if !unknown.is_empty() {
        unknown.extend(errors);
        return Err(Error::Unprocessable {
            detail: "fields that the template does not have; see `errors`".to_owned(),
            errors: unknown,
        });
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let in_order = schema.iter().filter_map(|field| {
        let given = values.iter().find(|given| given.key == field.key)?;
        // Blank is the same as absent.
        (!given.value.trim().is_empty()).then(|| Field {
            key: field.key.clone(),
            label: field.label.clone(),
            value: given.value.clone(),
        })
    });
    Ok(in_order.collect())
}

fn check_value(field: &SchemaField, value: &str) -> Result<(), String> {
    let length = value.chars().count();
    let max = field
        .max_length
        .map_or(FIELD_VALUE_MAX_CHARS, |max| max as usize);
    if length > max {
        return Err(format!(
            "has {length} characters; at most {max} are allowed"
        ));
    }
    if value.trim().is_empty() {
        return Ok(());
    }
    let options = field.options.as_deref().unwrap_or_default();
    let (fits, rule) = match field.kind {
        FieldType::Text => (true, String::new()),
        FieldType::Date => (is_date(value), "must be a date, YYYY-MM-DD".to_owned()),
        FieldType::Number => (
            is_number(value),
            "must be a number, such as 12 or -3.5".to_owned(),
        ),
        FieldType::Email => (is_email(value), "must be an e-mail address".to_owned()),
        FieldType::Url => (
            is_url(value),
            "must be an address that begins with https:// or http://".to_owned(),
        ),
        FieldType::Enum => (
            options.iter().any(|option| option == value),
            format!("must be one of {}", options.join(", ")),
        ),
    };
    if fits { Ok(()) } else { Err(rule) }
}

/// `YYYY-MM-DD`, and nothing else that a date parser would also take.
pub fn is_date(text: &str) -> bool {
    text.len() == 10
        && text
            .parse::<Date>()
            .is_ok_and(|date| date.to_string() == text)
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// One `@`, something before it, a host with a dot or `localhost` behind it, no spaces.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == '@')
    };
    plain(local)
        && local.len() <= 64
        && plain(host)
        && text.len() <= EMAIL_MAX_CHARS
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && !text.chars().any(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        assert!(
            is_date("2024-02-29")
                && !is_date("2023-02-29")
                && !is_date("2024-2-9")
                && !is_date("20240229")
        );
        assert!(
            is_number("12")
                && is_number("-3.5")
                && !is_number("1e5")
                && !is_number(".5")
                && !is_number("١")
        );
        assert!(
            is_email("a@b.example")
                && !is_email("a@")
                && !is_email("a b@c.d")
                && !is_email("a@b@c.d")
        );
        assert!(
            is_url("https://a.example/x") && !is_url("javascript:alert(1)") && !is_url("https://")
        );
    }
}
