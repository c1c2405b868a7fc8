//! Verification by a server, which sees a reference or a hash and never a file.

use ananke_api::verification::{Verdict, Verification};
use ananke_client::Client;
use ananke_format::trust::{Pin, Trust};
use ananke_format::verify::{self, Failure as Refusal, Reason};
use ananke_format::{Instant, Mode, Sha256};

use super::evidence::chain;
use super::offline::{Evidence, judge};
use super::target::Target;
use crate::exit::{Exit, Failure};

/// Asks.
pub(crate) async fn ask(
    client: &Client,
    target: &Target,
    issuer: Option<&str>,
    now: Instant,
) -> Result<Verification, Failure> {
    let verify = client.trust().verify();
    let hash = match target {
        Target::Reference(reference) => return Ok(verify.by_reference(reference).await?),
        Target::Hash(hash) => *hash,
        Target::Credential(credential) => Sha256::of(credential.as_bytes()),
    };
    let answer = match issuer {
        Some(issuer) => verify.by_hash_of(&hash.to_hex(), issuer).await?,
        None => verify.by_hash(&hash.to_hex()).await?,
    };
    match target {
        Target::Credential(credential) if answer.verdict == Verdict::NotFound => {
            Ok(look_again(client, credential, now).await?.unwrap_or(answer))
        }
        _ => Ok(answer),
    }
}

/// A record the server does not know by its hash was altered, or is another's: its signature tells. One that is well
/// signed stays what the server called it.
async fn look_again(
    client: &Client,
    credential: &str,
    now: Instant,
) -> Result<Option<Verification>, Failure> {
    let mut refused: Option<Trust> = None;
    for mode in Mode::ALL {
        let bundle = client.published().trust_bundle(*mode).await?;
        let trust = Trust::from_bundle(&bundle, Pin::FirstUse, None).map_err(|error| {
            let why = chain(&error);
            Failure::with(
                Exit::CannotDecide,
                format!("the server's trust bundle is refused: {why}"),
            )
        })?;
        match verify::signature(credential, &trust) {
            Ok(_) => return Ok(None),
            // The certificate hangs under the other authority, perhaps.
            Err(Refusal {
                reason: Reason::CertificateUntrusted,
                ..
            }) if refused.is_some() => {}
            Err(_) => refused = Some(trust),
        }
    }
    Ok(refused.map(|trust| {
        let evidence = Evidence {
            trust,
            lists: Vec::new(),
            credential: None,
            allow_test: true,
            now,
        };
        judge(&Target::Credential(credential.to_owned()), &evidence)
    }))
}
