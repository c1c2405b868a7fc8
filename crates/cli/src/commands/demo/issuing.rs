//! The university issues: from a template, around a PDF of its own, and for a test.

use ananke_api::issuance::Issuance;
use ananke_api::template::{
    DocType, FieldType, SchemaField, Template, TemplateInput, Validity, ValidityType,
};
use ananke_client::trust::Issue;
use ananke_client::{Client, Error};
use ananke_format::Sha256;

use super::book::{Book, Miss, ensure};
use super::leaflet::leaflet;
use super::opening::Cast;
use super::out::Out;

/// What was issued.
pub(super) struct Issued {
    /// From the template, without a PDF.
    pub(super) diploma: Issuance,
    /// Its PDF, drawn by the server.
    pub(super) diploma_pdf: Vec<u8>,
    /// Around a PDF.
    pub(super) letter: Issuance,
    /// That PDF.
    pub(super) letter_pdf: Vec<u8>,
    /// For a test.
    pub(super) rehearsal: Issuance,
}

/// A template for diplomas.
pub(super) async fn template(client: &Client) -> Result<Template, Error> {
    let field = |key: &str, label: &str, required| SchemaField {
        key: key.to_owned(),
        label: label.to_owned(),
        required,
        kind: FieldType::Text,
        max_length: None,
        help: None,
        options: None,
    };
    let input = TemplateInput {
        name: "Diploma".to_owned(),
        doc_type: DocType::Certificate,
        languages: None,
        schema: Some(vec![
            field("course", "Course", true),
            field("grade", "Grade", false),
        ]),
        validity: Some(Validity {
            kind: ValidityType::Years,
            value: 10,
        }),
        presentation: None,
        placement_template_id: None,
        is_active: None,
    };
    client.trust().templates().create(&input).await
}

/// A diploma for somebody.
pub(super) fn diploma(template: &Template, recipient: &str) -> Issue {
    Issue::new(template.id, recipient)
        .document_title("Diploma of Careful Reading")
        .field("course", "Signatures, and who believes them")
}

/// Issues.
pub(super) async fn issue(book: &mut Book, cast: &Cast, out: &mut Out) -> Option<Issued> {
    book.chapter("Issuing");
    let documents = cast.live.trust().documents();
    let template = book
        .claim(
            "a template says which fields a diploma has, and how long it is valid",
            async {
                let template = template(&cast.live).await?;
                let version = format!("version {}", template.version);
                Ok((template, version))
            },
        )
        .await?;
    let diploma_issued = book
        .claim("a diploma is issued, signed, and has a reference", async {
            let request = diploma(&template, "Zoë Ångström").field("grade", "with distinction");
            let issued = documents
                .issue(&request.external_id("2026-0001").into())
                .await?;
            ensure(issued.credential.is_some(), "no credential in the answer")?;
            out.answer("issued.json", "The answer to an issuance", &issued)?;
            let reference = issued.reference.clone();
            Ok((issued, reference))
        })
        .await?;
    let diploma_pdf = book
        .claim(
            "its PDF is drawn from the template, with reference and QR code",
            async {
                let pdf = documents.pdf(diploma_issued.id).await?;
                ensure(pdf.starts_with(b"%PDF-"), "not a PDF")?;
                ensure(
                    pdf == documents.pdf(diploma_issued.id).await?,
                    "drawn differently the second time",
                )?;
                out.write("diploma.pdf", "A diploma, drawn from its template", &pdf)?;
                let size = format!("{} kB, each time the same", pdf.len() / 1000);
                Ok((pdf, size))
            },
        )
        .await?;
    let letter_pdf = leaflet(&[
        "University of Careful Reading",
        "",
        "To whom it may concern:",
        "Ada has read it all.",
    ]);
    let letter = book
        .claim(
            "a letter is issued around a PDF of the university's own",
            async {
                let request = Issue::new(template.id, "Ada Byron")
                    .document_title("Letter of recommendation")
                    .field("course", "Everything")
                    .pdf(&letter_pdf);
                let issued = documents.issue(&request.into()).await?;
                let hash = Sha256::of(&letter_pdf).to_hex();
                ensure(
                    issued.content_hash == hash,
                    "the content hash is not the file's",
                )?;
                out.write(
                    "letter.pdf",
                    "A PDF of the issuer's own, as submitted",
                    &letter_pdf,
                )?;
                let reference = issued.reference.clone();
                Ok((issued, reference))
            },
        )
        .await?;
    let rehearsal = book
        .claim(
            "a test key makes a test document, which the live key does not see",
            async {
                let issued = cast
                    .test
                    .trust()
                    .documents()
                    .issue(&diploma(&template, "Nobody").into())
                    .await?;
                missing(documents.get(issued.id).await.map(drop))?;
                let reference = issued.reference.clone();
                Ok((issued, reference))
            },
        )
        .await?;
    book.claim(
        "the same number of the university's own twice is refused",
        async {
            let again = diploma(&template, "Zoë Ångström").external_id("2026-0001");
            match documents.issue(&again.into()).await {
                Err(Error::Api(error)) if error.status == 409 => {
                    Ok(((), "409 CONFLICT".to_owned()))
                }
                Err(error) => Err(error.into()),
                Ok(_) => Err(Miss("issued twice".to_owned())),
            }
        },
    )
    .await;
    Some(Issued {
        diploma: diploma_issued,
        diploma_pdf,
        letter,
        letter_pdf,
        rehearsal,
    })
}

/// The claim that something is not there, for this key.
pub(super) fn missing(answer: Result<(), Error>) -> Result<String, Miss> {
    match answer {
        Err(Error::Api(error)) if error.status == 404 => Ok(error.message),
        Err(error) => Err(error.into()),
        Ok(()) => Err(Miss("it is there".to_owned())),
    }
}
