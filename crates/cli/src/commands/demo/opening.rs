//! The cast: a university with its server, a second tenant beside it, and a forger with a server of his own.

use std::path::Path;

use ananke_client::Client;
use ananke_format::trust::RootFingerprint;
use secrecy::SecretString;
use serde_json::json;

use super::book::{Book, Miss};
use super::stage::{Stage, Tenant};
use crate::operator::text;

/// The university's name, which the forger uses as well.
pub(super) const UNIVERSITY: Tenant = Tenant {
    name: "University of Careful Reading",
    code: "READ01",
};

/// Everybody.
pub(super) struct Cast {
    /// The university's server.
    pub(super) stage: Stage,
    /// The forger's server.
    pub(super) forger: Stage,
    /// The university, with its key for real documents.
    pub(super) live: Client,
    /// The university, with its key for test documents.
    pub(super) test: Client,
    /// Another tenant of the same server.
    pub(super) neighbour: Client,
    /// Somebody with a question.
    pub(super) anybody: Client,
    /// The root, written down before anything was issued.
    pub(super) root: RootFingerprint,
}

/// Starts the servers and makes the tenants.
pub(super) async fn open(book: &mut Book, home: &Path) -> Option<Cast> {
    book.chapter("Opening");
    // Started first, so that it gets ready while others speak.
    let forger = Stage::start(home.join("forger"), UNIVERSITY);
    let stage = book
        .claim(
            "a server starts in an empty directory, on a free port",
            async {
                let mut stage = Stage::start(home.join("university"), UNIVERSITY)?;
                stage.ready().await?;
                let about = stage.about().to_owned();
                Ok((stage, about))
            },
        )
        .await?;
    let [live, test] = book
        .claim(
            "its first tenant has a key for real and one for test documents",
            async {
                let (live, test) = (stage.live()?, stage.test()?);
                let who = live.whoami().await?;
                test.whoami().await?;
                Ok(([live, test], who.issuer_code))
            },
        )
        .await?;
    let neighbour = book
        .claim("a second tenant gets a code and a key of its own", async {
            let key = tenant_key(&stage, "Neighbour GmbH", "NEXT02").await?;
            let client = stage.with_key(key)?;
            let who = client.whoami().await?;
            Ok((client, who.issuer_code))
        })
        .await?;
    let root = book
        .claim(
            "the fingerprint of the root is written down, for later",
            async {
                let answer = stage.operator()?.get("/root").await?;
                let root: RootFingerprint = text(&answer, "fingerprint")
                    .parse()
                    .map_err(|_| Miss("no fingerprint".to_owned()))?;
                let short = root.to_string();
                Ok((root, format!("{}…", short.get(..23).unwrap_or_default())))
            },
        )
        .await?;
    let forger = book
        .claim(
            "elsewhere a forger starts a server under the university's name",
            async {
                let mut forger = forger?;
                forger.ready().await?;
                Ok((forger, UNIVERSITY.code.to_owned()))
            },
        )
        .await?;
    let anybody = stage.anybody().ok()?;
    Some(Cast {
        stage,
        forger,
        live,
        test,
        neighbour,
        anybody,
        root,
    })
}

/// Makes a tenant, as the operator, and a key for it.
pub(super) async fn tenant_key(
    stage: &Stage,
    name: &str,
    code: &str,
) -> Result<SecretString, Miss> {
    let operator = stage.operator()?;
    operator
        .post("/tenants", json!({ "name": name, "code": code }))
        .await?;
    let key = operator
        .post(
            &format!("/tenants/{code}/keys"),
            json!({ "name": "Demo", "mode": "live" }),
        )
        .await?;
    match text(&key, "secret") {
        "" => Err(Miss("the answer holds no secret".to_owned())),
        secret => Ok(SecretString::from(secret)),
    }
}
