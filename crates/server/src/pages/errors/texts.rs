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
            "The request carried a key beside Origin or Sec-Fetch-Site, so it came from a web page. A key in a \
             web page is a key given away: call from your server, and replace the key."
        }
        ForbiddenReason::TenantSuspended => {
            "The tenant is suspended or closed. Reading and verification go on; writing does not. Ask the \
             operator of this server."
        }
        ForbiddenReason::InsufficientScope => {
            "The key is good, but not for this: it lacks the scope the detail names, is bound to other templates, or \
             was to give away more than it has. Use a key made for this, or widen the key with one that may."
        }
        ForbiddenReason::IpNotAllowed => {
            "The key is bound to networks, and the request came from none of them. Behind a proxy, the server must \
             trust it (server.trusted_proxies) to see where a request comes from."
        }
        ForbiddenReason::QuotaExhausted => {
            "The tenant has issued as many documents as it may in this month. Nothing was issued. The detail says when \
             the quota begins anew; the operator of this server raises it. Verification goes on."
        }
        ForbiddenReason::RevocationCap => {
            "As many documents were suspended, revoked, expired, erased or replaced today as this key, or its tenant, \
             may. The cap bounds what a stolen key can destroy. The detail says when it begins anew and who raises it."
        }
    }
}

pub(super) fn text(code: Code) -> Text {
    match code {
        Code::BadRequest => Text {
            meaning: "The server could not read the request at all.",
            when: &[
                "The body is not well-formed JSON or multipart, or ends too early.",
                "Content-Type is not application/json (or multipart/form-data where a file is taken).",
                "Idempotency-Key or If-Match has a form this header cannot have, or the query cannot be decoded.",
                "A query parameter with a wrong value, such as limit=abc, is VALIDATION_FAILED instead.",
            ],
            fix: &[
                "Send what a JSON library wrote, not a string put together by hand.",
                "Set Content-Type: application/json.",
                "The detail names the header, or the position in the body.",
            ],
            detail: "the body is not valid JSON: key must be a string at line 1 column 2",
        },
        Code::Unauthorized => Text {
            meaning: "The request carried no API key that is good now.",
            when: &[
                "The header x-api-key is missing, or the key is malformed, unknown, deleted or expired. \
                 All five are answered alike, so that nobody learns which keys exist.",
                "Also on public verification and reference data, which need no key, if a wrong one is sent along.",
            ],
            fix: &[
                "Send the key as x-api-key: ak_live_… (or ak_test_…), without quotes or line ends.",
                "GET /v1/whoami tells whether a key is good and whose it is.",
                "Was it deleted, or has it expired? Make a new one; a lost secret cannot be shown again.",
            ],
            detail: "send a valid API key in the header x-api-key: it is missing, malformed, unknown, deleted or expired",
        },
        Code::Forbidden => Text {
            meaning: "The key is not accepted for this; the member reason says why.",
            when: &["One of the reasons below applies."],
            fix: &["See the reason. Sending the same request again gives the same answer."],
            detail: "an API key was sent by a browser: whoever opens the page can read it; call from a server, and \
                     replace this key",
        },
        Code::NotFound => Text {
            meaning: "There is no such object for this key, or no such path.",
            when: &[
                "The id is wrong, or the object belongs to another tenant: both are answered alike.",
                "The document or key is of the other mode: an ak_test_… key sees test documents and test keys only.",
                "The credential or the PDF is asked for of a document that was erased.",
            ],
            fix: &[
                "Check id, path and mode of the key.",
                "A verification that finds nothing is not an error: it answers 200 with not_found.",
            ],
            detail: "there is nothing here under this address for this key",
        },
        Code::MethodNotAllowed => Text {
            meaning: "The path exists, but not with this method.",
            when: &["For example PUT on a path that offers GET and POST."],
            fix: &[
                "The header Allow lists the methods offered; /openapi.json lists all of the API.",
            ],
            detail: "this address takes other methods; `Allow` names them",
        },
        Code::Conflict => Text {
            meaning: "The request is right, but the present state forbids it.",
            when: &[
                "externalId belongs to another document that was not replaced; the detail names it.",
                "The lifecycle does not allow the action, such as suspending a revoked document; the \
                 detail lists the actions allowed.",
                "The document was replaced already (the detail may name its successor), or erased.",
                "Documents were issued from the template, so it cannot be deleted; or archiving or unarchiving \
                 finds it so already.",
                "The API key to be deleted was used within 24 hours; the detail says how often and when last.",
                "The first request with this Idempotency-Key is still running, or other requests changed the \
                 document at the same moment (Retry-After is set).",
            ],
            fix: &[
                "Read the object again and decide from its present state.",
                "A template in use: archive it. A key in use: see who uses it, or send ?force=true.",
                "With Retry-After: wait that long and send the same request again.",
            ],
            detail: "cannot reinstate a document that is Active; allowed: suspend, revoke, expire",
        },
        Code::PreconditionFailed => Text {
            meaning: "Somebody changed the template since you read it.",
            when: &["A template is changed (PUT), and If-Match does not name its current ETag."],
            fix: &["Read the template again, make your change on top, send its new ETag."],
            detail: "it was changed in the meantime and is now at version 2: read it again, then repeat",
        },
        Code::PayloadTooLarge => Text {
            meaning: "The PDF or the whole body is over its limit.",
            when: &[
                "The PDF has more than 10 MB (10 x 1024 x 1024 bytes), after base64 decoding.",
                "The body has more than 1 MiB, at an address that takes no file.",
            ],
            fix: &[
                "Write the PDF again with its images at 150 or 300 dpi.",
                "A PDF of exactly 10485760 bytes is accepted.",
            ],
            detail: "the PDF is larger than 10 MB (10485760 bytes), the most that is accepted",
        },
        Code::UnsupportedMediaType => Text {
            meaning: "The file is not a PDF, or not a whole one.",
            when: &[
                "There is no %PDF- within the first 1024 bytes of the file.",
                "There is no %%EOF within the last 1024: mostly an upload that broke off.",
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
                "A member or query parameter is unknown: a typing error is told, not ignored.",
                "A query parameter has a value nothing can be made of, such as limit=abc.",
                "fields lacks one the template requires, or has a value that does not fit its type.",
                "templateId is not a template of this tenant.",
                "expiresAt stands together with validityType or validityValue.",
            ],
            fix: &["Correct every path in errors; each has one or more messages."],
            detail: "2 members are not valid, `fields[0].value` among them; see `errors`",
        },
        Code::Unprocessable => Text {
            meaning: "Every member is well-formed, but together they make no sense now.",
            when: &[
                "The template is archived or inactive.",
                "fields has a key the template's schema does not have.",
                "The Idempotency-Key was used before with another body.",
            ],
            fix: &[
                "Read the template and compare its schema.",
                "Make a new Idempotency-Key for every new intent; repeat it only for a repetition.",
            ],
            detail: "this Idempotency-Key was used with another body: use a new key for a new request",
        },
        Code::RateLimited => Text {
            meaning: "The same caller asked more often than its limit allows.",
            when: &[
                "Without a key: too many verifications from one network. With one: too many requests of the key, or of all \
                 keys of its tenant together.",
                "Requests with a wrong key count as those without one.",
            ],
            fix: &[
                "Wait as many seconds as Retry-After says; the same request passes then.",
                "RateLimit on every answer says what is left, RateLimit-Policy what the limit is; /docs/rate-limits has all.",
                "Spread the work, or ask the operator of this server for other limits.",
            ],
            detail: "too many requests for the limit `public`: wait as long as Retry-After says; /docs/rate-limits has all \
                     limits",
        },
        Code::Internal => Text {
            meaning: "A fault of the server.",
            when: &[
                "Something happened that should not. It was recorded with the request id.",
                "A record was edited behind the server's back: it is not shown.",
            ],
            fix: &[
                "Send the same request again with the same Idempotency-Key: nothing is done twice.",
                "If it stays, give requestId to the operator of the server.",
            ],
            detail: "the server could not do this, through no fault of the request; tell its operator the request id",
        },
        Code::ServiceUnavailable => Text {
            meaning: "The server cannot do this now, or cannot tell whether it was done.",
            when: &[
                "The database cannot be reached or written, the disk is full, or too much is waiting.",
                "The request took too long, or it is not known whether its change was stored.",
                "The server is sealed: its key-encryption key is not there, so it verifies and does nothing that \
                 needs a key.",
            ],
            fix: &[
                "Wait as long as Retry-After says, then send the same request again with the same Idempotency-Key.",
            ],
            detail: "the request took too long; repeat it with the same Idempotency-Key to find out what became of it",
        },
    }
}
