//! Objects of a file, written again.

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object};

use super::StampError;

/// So deep may arrays and dictionaries lie in each other.
const DEEPEST: usize = 64;

/// A number of a content stream: at most four decimals.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// Writes an object that another object holds.
pub(super) fn write(out: &mut Vec<u8>, object: &MaybeRef<Object<'_>>) -> Result<(), StampError> {
    value(out, object, 0)
}

fn value(out: &mut Vec<u8>, object: &MaybeRef<Object<'_>>, depth: usize) -> Result<(), StampError> {
    if depth > DEEPEST {
        return Err(StampError::Damaged("objects lie too deep in each other"));
    }
    let object = match object {
        MaybeRef::Ref(to) => {
            out.extend(format!("{} {} R", to.obj_number, to.gen_number).bytes());
            return Ok(());
        }
        MaybeRef::NotRef(object) => object,
    };
    match object {
        Object::Null(_) => out.extend(b"null"),
        Object::Boolean(true) => out.extend(b"true"),
        Object::Boolean(false) => out.extend(b"false"),
        Object::Number(found) => out.extend(number(found.as_f64()).bytes()),
        Object::String(text) => {
            out.push(b'<');
            for byte in text.as_bytes() {
                out.extend(format!("{byte:02x}").bytes());
            }
            out.push(b'>');
        }
        Object::Name(found) => name(out, found),
        Object::Array(items) => array(out, items, depth)?,
        Object::Dict(entries) => {
            out.extend(b"<<");
            dict(out, entries, &[], depth)?;
            out.extend(b" >>");
        }
        Object::Stream(_) => return Err(StampError::Damaged("a stream in another object")),
    }
    Ok(())
}

pub(super) fn name(out: &mut Vec<u8>, name: &Name<'_>) {
    out.push(b'/');
    for byte in name.as_ref() {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            other => out.extend(format!("#{other:02x}").bytes()),
        }
    }
}

fn array(out: &mut Vec<u8>, items: &Array<'_>, depth: usize) -> Result<(), StampError> {
    out.push(b'[');
    for item in items.raw_iter() {
        out.push(b' ');
        value(out, &item, depth + 1)?;
    }
    out.extend(b" ]");
    Ok(())
}

/// Writes the entries of a dictionary but for some.
pub(super) fn entries(out: &mut Vec<u8>, of: &Dict<'_>, but: &[&str]) -> Result<(), StampError> {
    dict(out, of, but, 0)
}

fn dict(out: &mut Vec<u8>, of: &Dict<'_>, but: &[&str], depth: usize) -> Result<(), StampError> {
    for (key, object) in of.entries() {
        if but.iter().any(|but| but.as_bytes() == key.as_ref()) {
            continue;
        }
        out.push(b' ');
        name(out, &key);
        out.push(b' ');
        value(out, &object, depth + 1)?;
    }
    Ok(())
}
