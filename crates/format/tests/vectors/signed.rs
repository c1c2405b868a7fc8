//! Kinds with signatures, short of a verdict.

use ananke_format::certificate::{Certificate, CertificateError, check_chain};
use ananke_format::lifecycle::LifecycleStatement;
use ananke_format::status;
use ananke_format::trust::{Pin, RootFingerprint, Roots, Trust};
use ananke_format::verify;
use ananke_format::{HeadStatement, Instant};

use crate::case::{Case, refused};
use crate::keys::vectors;
use crate::texts::or_dash;

/// A file of `vectors/pki`, without the line break at its end.
pub(crate) fn given(name: &str) -> String {
    std::fs::read_to_string(vectors().join("pki").join(name))
        .unwrap()
        .trim_end()
        .to_owned()
}

/// The trust a case names, under the pinned root.
pub(crate) fn trust_of(case: &Case) -> Trust {
    let root = Certificate::from_pem(&given("root.pem")).unwrap();
    Trust::from_bundle(
        &given(case.header("trust")),
        Pin::Fingerprint(RootFingerprint::of(&root)),
        None,
    )
    .unwrap()
}

pub(crate) fn certificate(case: &Case) -> String {
    let at = Instant::parse(case.header("at")).unwrap();
    let read = || {
        let mut chain = case
            .input
            .split_inclusive("-----END CERTIFICATE-----")
            .map(|pem| Certificate::from_pem(pem.trim_start()));
        let mut next = || chain.next().ok_or(CertificateError::Malformed)?;
        let (leaf, ca, root) = (next()?, next()?, next()?);
        check_chain(&leaf, &ca, &root, at)?;
        Ok::<_, CertificateError>(format!("passed {} {}", leaf.mode(), leaf.reference()?))
    };
    read().unwrap_or_else(|error| refused(&error))
}

pub(crate) fn trust(case: &Case) -> String {
    let pin = match case.header("pin") {
        "first_use" => Pin::FirstUse,
        "bundle_file" => Pin::BundleFile,
        fingerprint => Pin::Fingerprint(RootFingerprint::parse(fingerprint).unwrap()),
    };
    let last = case.find("last-sequence").map(|text| text.parse().unwrap());
    match Trust::from_bundle(&case.input, pin, last) {
        Ok(trust) => format!(
            "accepted {} {}",
            trust.anchor().source,
            or_dash(trust.sequence())
        ),
        Err(error) => refused(&error),
    }
}

pub(crate) fn roots(case: &Case) -> String {
    let held = RootFingerprint::parse(case.header("held")).unwrap();
    let at = Instant::parse(case.header("at")).unwrap();
    let read = Roots::from_pem(&case.input);
    match read.and_then(|roots| roots.newest_from(held, at).map(RootFingerprint::of)) {
        Ok(newest) => format!("accepted {newest}"),
        Err(error) => refused(&error),
    }
}

pub(crate) fn credential(case: &Case) -> String {
    match verify::signature(&case.input, &trust_of(case)) {
        Ok(credential) => format!("passed {}", credential.certificate_reference),
        Err(failure) => format!("{} {}", failure.check, failure.reason),
    }
}

pub(crate) fn status(case: &Case) -> String {
    let index = case.header("index").parse().unwrap();
    let read = || {
        let list = status::verify(&case.input, &trust_of(case))?;
        let value = list.value(index)?;
        Ok::<_, status::ListError>(format!("accepted {} {}", list.purpose(), value.bits()))
    };
    read().unwrap_or_else(|error| refused(&error))
}

pub(crate) fn lifecycle_statement(case: &Case) -> String {
    match LifecycleStatement::verify(&case.input, &trust_of(case)) {
        Ok(done) => format!(
            "accepted {} {} {} {}",
            done.action,
            done.from,
            done.to,
            or_dash(done.reason)
        ),
        Err(error) => refused(&error),
    }
}

pub(crate) fn head(case: &Case) -> String {
    match HeadStatement::verify(&case.input, &trust_of(case)) {
        Ok(said) => format!("accepted {} {}", said.iat, said.streams.len()),
        Err(error) => refused(&error),
    }
}
