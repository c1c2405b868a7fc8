//! Verification by a server, which sees a reference, a hash or the bytes of a barcode, and never a file.

use ananke_api::verification::{Verdict, Verification};
use ananke_client::Client;
use ananke_format::seal::{Seal, Statement};
use ananke_format::trust::{Pin, Trust};
use ananke_format::verify::{self, Failure as Refusal, Reason};
use ananke_format::{Instant, Mode, Sha256};

use super::evidence::chain;
use super::offline::{Evidence, judge};
use super::target::{Record, Target};
use crate::exit::{Exit, Failure};

/// Asks. Pictures are read before.
pub(crate) async fn ask(
    client: &Client,
    target: &Target,
    issuer: Option<&str>,
    now: Instant,
) -> Result<Verification, Failure> {
    let verify = client.trust().verify();
    let hash = match target {
        Target::Reference(reference) => return Ok(verify.by_reference(reference).await?),
        Target::Record(Record::Seal(seal)) if seal.is_empty() => {
            // There is nothing to ask about.
            let trust = believed(client, Mode::Live).await?;
            return Ok(judge(target, &bare(trust, now)));
        }
        Target::Record(Record::Seal(seal)) => return by_seal(client, seal).await,
        Target::Stamped { file, mode } => return stamped(client, file, *mode, now).await,
        Target::Copied { seal, .. } => {
            // Whatever the server knows of the seal, this is not its file.
            let mode = mode_of(seal).unwrap_or(Mode::Live);
            let trust = believed(client, mode).await?;
            return Ok(judge(target, &bare(trust, now)));
        }
        Target::Record(Record::Credential(credential)) => Sha256::of(credential.as_bytes()),
        Target::Hash(hash) => *hash,
        Target::Pages(file) | Target::Picture(file) => Sha256::of(file),
    };
    let answer = match issuer {
        Some(issuer) => verify.by_hash_of(&hash.to_hex(), issuer).await?,
        None => verify.by_hash(&hash.to_hex()).await?,
    };
    match target {
        Target::Record(Record::Credential(credential)) if answer.verdict == Verdict::NotFound => {
            Ok(look_again(client, credential, now).await?.unwrap_or(answer))
        }
        _ => Ok(answer),
    }
}

async fn by_seal(client: &Client, seal: &[u8]) -> Result<Verification, Failure> {
    Ok(client.tcode().verify().by_payload(seal).await?)
}

/// Every byte is checked here, with the keys the server publishes; then the server is asked about the seal.
async fn stamped(
    client: &Client,
    file: &[u8],
    mode: Mode,
    now: Instant,
) -> Result<Verification, Failure> {
    let trust = believed(client, mode).await?;
    match verify::stamped(file, &trust) {
        Ok(seal) => by_seal(client, &seal.seal).await,
        Err(_) => {
            let file = file.to_vec();
            Ok(judge(&Target::Stamped { file, mode }, &bare(trust, now)))
        }
    }
}

/// What a seal says of itself: live or test.
fn mode_of(seal: &[u8]) -> Option<Mode> {
    let statement = Statement::read(&Seal::parse(seal).ok()?).ok()?;
    Some(statement.mode)
}

/// The keys of a mode, as the server publishes them.
async fn believed(client: &Client, mode: Mode) -> Result<Trust, Failure> {
    let bundle = client.published().trust_bundle(mode).await?;
    Trust::from_bundle(&bundle, Pin::FirstUse, None).map_err(|error| {
        let why = chain(&error);
        Failure::with(
            Exit::CannotDecide,
            format!("the server's trust bundle is refused: {why}"),
        )
    })
}

/// Keys and nothing else to judge with.
const fn bare(trust: Trust, now: Instant) -> Evidence {
    Evidence {
        trust,
        lists: Vec::new(),
        record: None,
        allow_test: true,
        now,
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
        let trust = believed(client, *mode).await?;
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
    let target = Target::Record(Record::Credential(credential.to_owned()));
    Ok(refused.map(|trust| judge(&target, &bare(trust, now))))
}
