//! The words of the error pages: one arm per code, so that a code without its page does not compile.

use ananke_api::error::{Code, ForbiddenReason};

/// What a page says about a code.
pub(super) struct Text {
    pub(super) meaning: &'static str,
    pub(super) when: &'static [&'static str],
    pub(super) fix: &'static [&'static str],
    /// Of the example.
    pub(super) detail: &'static str,
}

pub(super) fn reason_text(reason: ForbiddenReason) -> &'static str {
    match reason {
        ForbiddenReason::BrowserOrigin => {
            "The request carried Origin or Sec-Fetch-Site, so it came from a web page. A key in a web \
             page is a key given away: call from your server."
        }
        ForbiddenReason::TenantSuspended => {
            "The account is suspended. Reading and verification go on; writing does not. Ask the \
             operator of this server."
        }
    }
}

pub(super) fn text(code: Code) -> Text {
    match code {
        Code::BadRequest => Text {
            meaning: "The server could not read the request at all.",
            when: &[
                "The body is not well-formed JSON, or ends too early.",
                "Content-Type is not application/json (or multipart/form-data where a file is taken).",
                "A header or query parameter has a value nothing can be made of, such as limit=abc.",
            ],
            fix: &[
                "Send what a JSON library wrote, not a string put together by hand.",
                "Set Content-Type: application/json.",
                "The detail names the parameter or the position in the body.",
            ],
            detail: "the body is not JSON: expected `,` or `}` at line 3 column 1",
        },
        Code::Unauthorized => Text {
            meaning: "The request carried no API key that is good now.",
            when: &[
                "The header x-api-key is missing, or the key is malformed, unknown, deleted or expired. \
                 All five are answered alike, so that nobody learns which keys exist.",
                "Also on public verification, if a wrong key is sent along.",
            ],
            fix: &[
                "Send the key as x-api-key: ak_live_… (or ak_test_…), without quotes or line ends.",
                "GET /v1/whoami tells whether a key is good and whose it is.",
                "Was it rolled or deleted? Make a new one; a lost secret cannot be shown again.",
            ],
            detail: "no valid API key in x-api-key",
        },
        Code::Forbidden => Text {
            meaning: "The key is good, but this is not allowed; the member reason says why.",
            when: &["One of the reasons below applies."],
            fix: &["See the reason. Sending the same request again gives the same answer."],
            detail: "API keys must not be used from a browser",
        },
        Code::NotFound => Text {
            meaning: "There is no such object for this key, or no such path.",
            when: &[
                "The id is wrong, or the object belongs to another account: both are answered alike.",
                "The object is of the other mode: an ak_test_… key sees test documents only.",
            ],
            fix: &[
                "Check id, path and mode of the key.",
                "A verification that finds nothing is not an error: it answers 200 with not_found.",
            ],
            detail: "no such issuance",
        },
        Code::MethodNotAllowed => Text {
            meaning: "The path exists, but not with this method.",
            when: &["For example PUT on a path that offers GET and POST."],
            fix: &["The header Allow lists the methods offered; /openapi.json lists all of them."],
            detail: "PUT is not offered here",
        },
        Code::Conflict => Text {
            meaning: "The request is right, but the present state forbids it.",
            when: &[
                "externalId belongs to another document that was not replaced; the detail names it.",
                "The lifecycle does not allow the action, such as suspending a revoked document; the \
                 detail lists the actions allowed.",
                "The first request with this Idempotency-Key is still running (Retry-After is set).",
            ],
            fix: &[
                "Read the object again and decide from its present state.",
                "With Retry-After: wait that long and send the same request again.",
            ],
            detail: "a revoked document cannot be suspended; allowed: none",
        },
        Code::PreconditionFailed => Text {
            meaning: "Somebody changed the template since you read it.",
            when: &["If-Match does not name the template's current ETag."],
            fix: &["Read the template again, make your change on top, send its new ETag."],
            detail: "the template has changed since; its current version is 4",
        },
        Code::PayloadTooLarge => Text {
            meaning: "The PDF or the whole body is over its limit.",
            when: &["The PDF has more than 10 MB (10 x 1024 x 1024 bytes) after base64 decoding."],
            fix: &[
                "Reduce images to 150 or 300 dpi; most PDFs then shrink to a few hundred kilobytes.",
                "Exactly 10485760 bytes are accepted.",
            ],
            detail: "the file has 10485761 bytes, 10485760 are allowed",
        },
        Code::UnsupportedMediaType => Text {
            meaning: "The file is not a PDF, or not a whole one.",
            when: &[
                "There is no %PDF- at the start of the file.",
                "There is no %%EOF at its end: mostly an upload that broke off.",
            ],
            fix: &[
                "Send the bytes of the PDF, encoded once in base64 (or as the part pdf of a form).",
                "Open the file in a reader, and export it to PDF again if need be.",
            ],
            detail: "not a PDF: no %PDF- header at the start of the file",
        },
        Code::ValidationFailed => Text {
            meaning: "One or more members are at fault. All of them are named at once, in errors.",
            when: &[
                "A member is missing, of the wrong type, too long or not allowed.",
                "A member is unknown: a typing error is told, not ignored.",
                "expiresAt stands together with validityType and validityValue.",
            ],
            fix: &["Correct every path in errors; each has one or more messages."],
            detail: "2 members are not valid",
        },
        Code::Unprocessable => Text {
            meaning: "Every member is well-formed, but together they make no sense now.",
            when: &[
                "The template is archived or inactive.",
                "fields has a key the template's schema does not know, or lacks a required one.",
                "The Idempotency-Key was used before with another body.",
            ],
            fix: &[
                "Read the template and compare its schema.",
                "Make a new Idempotency-Key for every new intent; repeat it only for a repetition.",
            ],
            detail: "this Idempotency-Key was used with another body",
        },
        Code::Internal => Text {
            meaning: "A fault of the server.",
            when: &["Something happened that should not. It was recorded with the request id."],
            fix: &[
                "Send the same request again with the same Idempotency-Key: nothing is done twice.",
                "If it stays, give requestId to the operator of the server.",
            ],
            detail: "something went wrong; the request id finds it in the log",
        },
        Code::ServiceUnavailable => Text {
            meaning: "The server cannot do this now.",
            when: &[
                "The database does not answer, the disk is full, or too much is waiting.",
                "The server is sealed: its key is not there, so it verifies but does not write.",
            ],
            fix: &["Wait as long as Retry-After says, then send the same request again."],
            detail: "the database does not answer",
        },
    }
}
