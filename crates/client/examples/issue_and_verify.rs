//! Issues a document, verifies it as anybody would, and revokes it.
//!
//! ```sh
//! ANANKE_BASE_URL=… ANANKE_API_KEY_FILE=/run/secrets/ananke cargo run -p ananke-client --example issue_and_verify -- "Ada Lovelace"
//! ```
//!
//! The key is read from a file when it is first needed, and again when the server no longer takes it: rotate it by writing the new
//! one there, without a restart.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example says what it does"
)]

use ananke_client::api::template::{DocType, TemplateInput};
use ananke_client::trust::{Issue, TemplateFilter};
use ananke_client::{Client, ClientBuilder, Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args()
        .nth(1)
        .ok_or("whose document? say a name")?;
    let path = std::env::var("ANANKE_API_KEY_FILE")?;
    let key = move || {
        let path = path.clone();
        async move { std::fs::read_to_string(path).map(Into::into) }
    };
    let client = ClientBuilder::from_env()
        .api_key_from::<_, std::io::Error>(key)
        .build()?;

    let request = Issue::new(diploma(&client).await?, &name).field("degree", "Mathematics");
    let document = match client.trust().documents().issue(&request.into()).await {
        Ok(document) => document,
        Err(Error::Api(refused)) => {
            // Each member at fault, by its name in the request.
            for fault in &refused.field_errors {
                eprintln!("{}: {}", fault.field, fault.message);
            }
            return Err(refused.into());
        }
        Err(lost) => return Err(lost.into()),
    };
    println!("issued {}", document.reference);

    // Anybody may ask, without a key.
    let anybody = ClientBuilder::from_env().without_api_key().build()?;
    let verify = anybody.trust().verify();
    println!(
        "it is {:?}",
        verify.by_reference(&document.reference).await?.verdict
    );

    client
        .trust()
        .documents()
        .revoke(document.id, Some("issuedInError"))
        .await?;
    println!(
        "it is {:?}",
        verify.by_reference(&document.reference).await?.verdict
    );
    Ok(())
}

/// The template `Diploma`, made where there is none.
async fn diploma(client: &Client) -> Result<uuid::Uuid, Error> {
    let templates = client.trust().templates();
    let filter = TemplateFilter {
        search: Some("Diploma".to_owned()),
        is_archived: Some(false),
        ..TemplateFilter::default()
    };
    // A search finds parts of names, too.
    let mut found = templates.list_all(filter);
    while let Some(template) = found.next().await.transpose()? {
        if template.name == "Diploma" {
            return Ok(template.id);
        }
    }
    let schema = serde_json::from_value(serde_json::json!([
        { "key": "degree", "label": "Degree", "required": true }
    ]));
    let input = TemplateInput {
        name: "Diploma".to_owned(),
        doc_type: DocType::Certificate,
        schema: schema.ok(),
        languages: None,
        validity: None,
        presentation: None,
        placement_template_id: None,
        is_active: None,
    };
    Ok(templates.create(&input).await?.id)
}
