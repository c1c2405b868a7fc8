// Generated from openapi.json by scripts/generate.mjs; a test compares.

export interface components {
    schemas: {
        /**
         * @description What a lifecycle request does.
         * @enum {string}
         */
        Action: "suspend" | "revoke" | "reinstate" | "reactivate" | "expire";
        /** @description An alert. There is at most one open of a kind about a subject; seen again, it counts. */
        Alert: {
            /** @description Facts. */
            details: Record<string, unknown>;
            /**
             * Format: date-time
             * @description When somebody acknowledged it, or it was over because nothing was seen of it for a day.
             */
            endedAt: string | null;
            /** @description Who did: an actor as in the audit log. */
            endedBy: string | null;
            /**
             * Format: date-time
             * @description When it was seen first.
             */
            firstAt: string;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description What happened, such as `auth_failures`; see `/v1/reference-data/alert-kinds`. */
            kind: string;
            /**
             * Format: date-time
             * @description When it was seen last.
             */
            lastAt: string;
            /** @description What happened and the way out, in words. */
            message: string;
            /**
             * Format: int64
             * @description How often it was seen.
             */
            occurrences: number;
            /** @description How urgent it is. */
            severity: components["schemas"]["AlertSeverity"];
            /** @description About what: `key:` and an id, `network:` and a network, a reference, the name of a limit, or empty. */
            subject: string;
        };
        /** @description A channel of a tenant, shared by its two modes. */
        AlertChannel: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When a delivery failed last.
             */
            failedAt: string | null;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description How it sends. */
            kind: components["schemas"]["AlertChannelKind"];
            lastError: components["schemas"]["DeliveryFailure"] | null;
            /** @description Where to: an e-mail address, or the address of a webhook. */
            target: string;
            /**
             * Format: date-time
             * @description When a test delivery succeeded last.
             */
            testedAt: string | null;
        };
        /**
         * @description How a channel sends.
         * @enum {string}
         */
        AlertChannelKind: "email" | "webhook";
        /**
         * @description How urgent an alert is.
         * @enum {string}
         */
        AlertSeverity: "info" | "warning" | "critical";
        /** @description An API key, without its secret. */
        ApiKey: {
            /** @description The only networks it may be used from; `null`: all. */
            allowedCidrs: string[] | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description Environment label. */
            environment: string;
            /**
             * Format: date-time
             * @description When it lapses.
             */
            expiresAt: string | null;
            /** @description Key id: 12 characters, may be logged. */
            id: string;
            /** @description Not used for 30 days, or since it was made that long ago: a key nobody needs is better deleted. */
            isIdle: boolean;
            /** @description Last four characters of the key. */
            last4: string;
            /**
             * Format: date-time
             * @description When it was last used, to the minute.
             */
            lastUsedAt: string | null;
            /** @description Documents it sees and makes. */
            mode: components["schemas"]["KeyMode"];
            /** @description Name. */
            name: string;
            /** @description Note. */
            note: string | null;
            /**
             * Format: date-time
             * @description Until when it works beside the key that took its place.
             */
            overlapEndsAt: string | null;
            /** @description What may be logged: `ak_live_` and the id. */
            prefix: string;
            /**
             * Format: int64
             * @description How many live documents it may take out of force in a day (UTC); `null`: the server's default.
             */
            revocationsPerDay: number | null;
            /** @description What it may do. */
            scopes: string[];
            /** @description Service label. */
            service: string | null;
            /** @description The key that took its place. */
            supersededBy: string | null;
            /** @description The only templates it may issue from and change documents of; `null`: all. */
            templateIds: string[] | null;
        };
        /** @description Body of `POST …/{id}/archive`. */
        ArchiveRequest: {
            /** @description Why, at most 500 characters. */
            reason?: string | null;
        };
        /** @description Body of `PUT /v1/checklist/{item}/attestation`. */
        AttestRequest: {
            /** @description Who vouches: a name, 1 to 200 characters. */
            attestedBy: string;
            /** @description Where it is written down: `https://…`, at most 2,000 characters. Required for `rotation`. */
            link?: string | null;
        };
        /** @description Something that happened. */
        AuditEvent: components["schemas"]["Event"] & {
            /**
             * Format: uuid
             * @description What it is about: the id of a document, a template or a tenant; of an API key, a digest of its id.
             */
            subject: string;
        };
        /** @description Answer of `GET /v1/audit-events`. */
        AuditPage: {
            /** @description Events, at most as many as asked for; fewer does not mean that there are no more. */
            items: components["schemas"]["AuditEvent"][];
            /** @description Where the list goes on. With `order=recorded` always present: asked again later, it gives what came since. */
            nextCursor: string | null;
        };
        /**
         * Format: binary
         * @description Bytes as they are.
         */
        Binary: string;
        /** @description Body of `POST /v1/trust/verify/by-hash`. */
        ByHash: {
            /** @description SHA-256 in hexadecimal. */
            hash: string;
            /** @description Only documents of this issuer. */
            issuerCode?: string | null;
        };
        /** @description Body of `POST /v1/tcode/verify`. */
        ByPayload: {
            /** @description The bytes of the barcode, base64. */
            payload: string;
        };
        /** @description Body of `POST /v1/trust/verify/by-reference`. */
        ByReference: {
            /** @description A reference, at most 64 characters; case and spaces do not matter, nor hyphens behind the prefix. */
            reference: string;
        };
        /** @description Body of `POST /v1/tcode/verify/sync`. */
        BySync: {
            /**
             * @description Where and by what it was scanned, such as `scannerId` and `location`: at most 20 texts of 200 characters. Kept in the
             *     history, and believed by nobody.
             */
            context?: {
                [key: string]: string;
            } | null;
            /** @description The bytes of the barcode, base64. */
            payload: string;
        };
        /** @description One check of a verification. */
        Check: {
            /** @description What was looked at. */
            name: components["schemas"]["CheckName"];
            /** @description A word from a closed list that says why; `null` where it passed plainly. */
            reason: string | null;
            /** @description How it came out. */
            result: components["schemas"]["CheckResult"];
        };
        /** @description Answer of `GET /v1/checklist`. */
        Checklist: {
            /**
             * Format: date-time
             * @description When it was looked at: now.
             */
            checkedAt: string;
            /** @description The tenant's issuer code. */
            issuerCode: string;
            /** @description The items, in the order of the guide. */
            items: components["schemas"]["ChecklistItem"][];
            /** @description The tenant's name. */
            tenant: string;
        };
        /** @description A person's word. */
        ChecklistAttestation: {
            /**
             * Format: date-time
             * @description Since when.
             */
            attestedAt: string;
            /** @description Who vouches. */
            attestedBy: string;
            /**
             * Format: date-time
             * @description When it lapses: 180 days later.
             */
            lapsesAt: string;
            /** @description Where it is written down. */
            link: string | null;
        };
        /** @description An item of the checklist. */
        ChecklistItem: {
            /** @description Whether a person may vouch for it. */
            attestable: boolean;
            attestation: components["schemas"]["ChecklistAttestation"] | null;
            /** @description What was seen: numbers and dates. */
            details: Record<string, unknown>;
            /** @description What was seen, in words. */
            evidence: string;
            /** @description What to do, where it neither passes nor is attested. */
            fix: string | null;
            /** @description Its name, such as `secrets_manager`. */
            item: string;
            /** @description How it stands. */
            state: components["schemas"]["ChecklistState"];
            /** @description The same for people. */
            title: string;
        };
        /**
         * @description How an item stands.
         * @enum {string}
         */
        ChecklistState: "pass" | "fail" | "attested" | "cannot_be_seen";
        /**
         * @description What a check looks at.
         * @enum {string}
         */
        CheckName: "integrity" | "issuer" | "time" | "status" | "log";
        /**
         * @description Result of one check.
         * @enum {string}
         */
        CheckResult: "passed" | "failed" | "not_checked";
        /**
         * @description What went wrong, in a word that programs may match on.
         * @enum {string}
         */
        Code: "BAD_REQUEST" | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_FAILED" | "UNPROCESSABLE" | "RATE_LIMITED" | "INTERNAL" | "SERVICE_UNAVAILABLE";
        /** @description Body of `POST /v1/signing-keys/{id}/compromise`. */
        CompromiseSigningKey: {
            /**
             * Format: date-time
             * @description Since when the key may have been in wrong hands, not in the future. When in doubt, the earlier date: it can be moved
             *     to an earlier one later, and never to a later one.
             */
            at: string;
            /** @description Why, for the record; at most 500 characters. */
            reason?: string | null;
        };
        /** @description Body of `POST /v1/alert-channels`. */
        CreateAlertChannel: {
            /** @description How it sends. */
            kind: components["schemas"]["AlertChannelKind"];
            /** @description An e-mail address, or the address of a webhook, which begins with `https://`. */
            target: string;
        };
        /** @description Body of `POST /v1/api-keys`. */
        CreateApiKey: {
            /** @description The only networks it may be used from, such as `["192.0.2.0/24"]`; default: those of the key that asks. */
            allowedCidrs?: string[] | null;
            /** @description `development`, `staging` or `production`; default `production` for live keys, `development` for test keys. */
            environment?: string | null;
            /**
             * Format: date-time
             * @description When it lapses; default: when the key that asks does.
             */
            expiresAt?: string | null;
            mode?: components["schemas"]["KeyMode"] | null;
            /** @description A name people recognise, 1 to 100 characters. */
            name: string;
            /** @description A note, at most 500 characters. */
            note?: string | null;
            /**
             * Format: int32
             * @description How many live documents it may take out of force in a day (UTC); default: as the key that asks.
             */
            revocationsPerDay?: number | null;
            /**
             * @description What it may do, such as `["issuances:write", "templates:read"]`; `["*"]` is everything. Default: what the key
             *     that asks may do, which can give no more.
             */
            scopes?: string[] | null;
            /** @description The service that holds it, at most 100 characters. */
            service?: string | null;
            /** @description The only templates it may issue from and change documents of; default: those of the key that asks. */
            templateIds?: string[] | null;
        };
        /** @description A channel as it was made or changed: the only time a secret is shown. */
        CreatedAlertChannel: components["schemas"]["AlertChannel"] & {
            /**
             * @description What a webhook's messages are signed with, to be stored in a secrets manager now. `null` for e-mail, and in an
             *     idempotent replay.
             */
            secret: string | null;
            /** @description Present and `true` where `secret` is `null` because it was shown already. */
            secretShownOnce?: boolean | null;
        };
        /** @description Answer of `POST /v1/api-keys` and of a roll: the only time the secret is shown. */
        CreatedApiKey: components["schemas"]["ApiKey"] & {
            /** @description The whole key, to be stored in a secrets manager now. `null` in an idempotent replay. */
            secret: string | null;
            /** @description Present and `true` where `secret` is `null` because it was shown already. */
            secretShownOnce?: boolean | null;
        };
        /** @description Body of `POST /v1/signing-keys`. */
        CreateSigningKey: {
            /**
             * Format: date-time
             * @description From when on it signs, in the future and at most a year ahead, cut to the second; until then the keys there are go
             *     on. Default: at once.
             */
            startsAt?: string | null;
        };
        /** @description One column of the CSV a template accepts. */
        CsvField: {
            /** @description Column header. */
            column: string;
            /** @description Name for people. */
            label: string;
            /**
             * Format: int32
             * @description Longest value in characters.
             */
            maxLength: number;
            /** @description Whether a row must fill it. */
            required: boolean;
            /** @description Type of the value. */
            type: components["schemas"]["FieldType"];
        };
        /**
         * @description Why a delivery failed.
         * @enum {string}
         */
        DeliveryFailure: "no_address" | "unreachable" | "certificate" | "timed_out" | "redirected" | "refused" | "gone" | "no_mail_server";
        /**
         * @description Kind of document a template makes.
         * @enum {string}
         */
        DocType: "certificate" | "credential" | "contract" | "other";
        /**
         * @description How a verification was asked.
         * @enum {string}
         */
        Door: "reference" | "hash" | "file" | "page" | "payload" | "image";
        /** @description Body of `POST …/{id}/duplicate`. */
        DuplicateRequest: {
            /** @description Name of the copy, 1 to 200 characters. */
            name: string;
        };
        /** @description A signing key that was ended, or would be. */
        EndedSigningKey: components["schemas"]["SigningKey"] & {
            effect?: components["schemas"]["EndingEffect"] | null;
            /**
             * Format: uuid
             * @description What signs from now on, where a key was made for that because there was no other.
             */
            successorId: string | null;
        };
        /** @description What ending a signing key does to documents. */
        EndingEffect: {
            /**
             * Format: int64
             * @description Documents signed with it.
             */
            documents: number;
            /**
             * Format: int64
             * @description Those of them that would be invalid.
             */
            invalidDocuments: number;
        };
        /** @description One entry of a list. */
        Entry: {
            /** @description The word used in the API. */
            code: string;
            /** @description What it means, in English. */
            label: string;
        };
        /** @description Body of `POST …/{id}/erase`. */
        EraseRequest: {
            /** @description Why the personal data goes, for the record; at most 500 characters, itself free of personal data. */
            reason: string;
        };
        /** @description One event in the life of a document. */
        Event: {
            /** @description Who: `key:` and the id of an API key, `operator` or `system`. */
            actor: string;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What was recorded with it; `null` once erased. */
            data: Record<string, unknown> | null;
            /** @description Hash of the event header, chained to the one before. */
            hash: string;
            /**
             * Format: uuid
             * @description Event id, in time order.
             */
            id: string;
            /** @description Request that caused it. */
            requestId: string | null;
            /**
             * Format: int64
             * @description Its place in the stream, without gaps.
             */
            sequence: number;
            /**
             * Format: uuid
             * @description Writer stream the event stands in.
             */
            stream: string;
            /** @description Trace that caused it. */
            traceId: string | null;
            /** @description What happened, such as `issuance.issued`; the list is `/v1/reference-data/event-types`. */
            type: string;
        };
        /** @description Whether the document stands in the transparency log. */
        Evidence: {
            /** @description Where the receipt is. */
            receiptUrl: string | null;
            /** @description `none` until the log exists. */
            status: components["schemas"]["EvidenceStatus"];
        };
        /**
         * @description State of the evidence.
         * @enum {string}
         */
        EvidenceStatus: "none" | "pending" | "anchored" | "failed";
        /**
         * @description Type of a field's value.
         * @enum {string}
         */
        FieldType: "text" | "date" | "number" | "email" | "url" | "enum";
        /** @description One field of a document. */
        FieldValue: {
            /** @description Key in the template's schema. */
            key: string;
            /** @description Value, at most 500 characters. */
            value: string;
        };
        /** @description Parts of `POST /v1/trust/verify/by-file`. */
        FileUpload: {
            /** @description Only documents of this issuer. */
            issuerCode?: string;
            /** @description The file, at most 10 MB. */
            pdf: components["schemas"]["Binary"];
        };
        /**
         * @description Why a good key was refused.
         * @enum {string}
         */
        ForbiddenReason: "browser_origin" | "tenant_suspended" | "insufficient_scope" | "ip_not_allowed" | "quota_exhausted" | "revocation_cap";
        /**
         * @description What a key did to a document.
         * @enum {string}
         */
        Harm: "suspended" | "revoked" | "expired" | "replaced" | "erased";
        /** @description A document that a key took out of force. */
        HarmedDocument: {
            /** @description What the key did to it last. */
            harm: components["schemas"]["Harm"];
            /**
             * Format: date-time
             * @description When.
             */
            harmedAt: string;
            /**
             * Format: uuid
             * @description Issuance id.
             */
            id: string;
            /** @description Whether its personal data are gone: then it is lost. */
            isErased: boolean;
            /** @description Its reference. */
            reference: string;
            remedy: components["schemas"]["Remedy"] | null;
            /** @description Reference of the document that replaced it. */
            replacedBy: string | null;
            /** @description What it is now. */
            status: components["schemas"]["Status"];
        };
        /** @description One verification of one of the tenant's documents. */
        HistoryEntry: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: uuid
             * @description Id of the document.
             */
            documentId: string;
            /** @description How it was asked. */
            door: components["schemas"]["Door"];
            /**
             * Format: uuid
             * @description Id, in time order.
             */
            id: string;
            /** @description Reference of the document. */
            reference: string;
            scan?: components["schemas"]["Scan"] | null;
            /** @description What was answered. */
            verdict: components["schemas"]["Verdict"];
        };
        /**
         * @description How far the issuer's identity was proved.
         * @enum {string}
         */
        Identity: "self_asserted" | "domain_proved";
        /** @description Parts of `POST /v1/tcode/verify/image`. */
        ImageUpload: {
            /** @description A PNG, a JPEG or a PDF with the barcode, at most 10 MB. */
            file: components["schemas"]["Binary"];
        };
        /** @description The verdict in the words of ETSI EN 319 102-1. */
        Indication: {
            /** @description `TOTAL-PASSED`, `TOTAL-FAILED` or `INDETERMINATE`. */
            indication: string;
            /** @description Why, such as `REVOKED`. */
            subIndication: string | null;
        };
        /** @description An issued document. */
        Issuance: {
            /**
             * Format: date
             * @description A date the issuer states.
             */
            awardedOn: string | null;
            /** @description SHA-256 of the submitted PDF, or, without one, of the compact credential. */
            contentHash: string;
            /** @description The signed record: a W3C VC 2.0 as compact JWS; `null` once erased. */
            credential: string | null;
            /** @description Title; `null` once erased. */
            documentTitle: string | null;
            /** @description Kind of document. */
            documentType: components["schemas"]["DocType"];
            /** @description Evidence outside the record. */
            evidence: components["schemas"]["Evidence"];
            /**
             * Format: date-time
             * @description When it lapses.
             */
            expiresAt: string | null;
            /** @description The issuer's own number. */
            externalId: string | null;
            /** @description Values of the template's fields. */
            fields: components["schemas"]["FieldValue"][];
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issuedAt: string;
            /** @description `live` or `test`. */
            mode: components["schemas"]["KeyMode"];
            pdf: components["schemas"]["PdfInfo"] | null;
            /** @description The recipient's address. */
            recipientEmail: string | null;
            /** @description Who it was issued to; `null` once erased. */
            recipientName: string | null;
            /** @description Public reference, `TRF-` and 13 characters. */
            reference: string;
            /** @description Reference of the document that took its place. */
            replacedBy: string | null;
            /** @description Reference of the document it takes the place of. */
            replaces: string | null;
            /** @description Status at the time of the answer. */
            status: components["schemas"]["Status"];
            /** @description Why it has its status, where there is a reason. */
            statusReason: string | null;
            /**
             * Format: uuid
             * @description Template it was issued from.
             */
            templateId: string;
            /**
             * Format: int32
             * @description Version of the template it pins.
             */
            templateVersion: number;
            /** @description The page where anybody verifies it. */
            verificationUrl: string;
            /** @description What the issuer should know, such as a public URL others cannot reach. */
            warnings?: string[];
        };
        /** @description Who issued a document. */
        Issuer: {
            /** @description Issuer code. */
            code: string;
            /** @description Domain, where proved. */
            domain: string | null;
            /** @description How far the identity was proved. */
            identity: components["schemas"]["Identity"];
            /** @description Name. */
            name: string;
            /**
             * Format: date-time
             * @description When the domain was proved.
             */
            provedAt: string | null;
        };
        /** @description Body of `POST /v1/trust/issuances`. */
        IssueRequest: {
            /**
             * Format: date
             * @description A date the issuer states, `YYYY-MM-DD`.
             */
            awardedOn?: string | null;
            /** @description Whether to e-mail it; this release has no mailer, so nothing is sent. */
            deliver?: boolean | null;
            /** @description Title; default: the template's name. */
            documentTitle?: string | null;
            /** @description An instant, or a date: the end of that day in the tenant's time zone. */
            expiresAt?: string | null;
            /** @description The issuer's own number, at most 255 characters, unique among documents not replaced. */
            externalId?: string | null;
            /** @description Values of the template's fields, at most 60. */
            fields: components["schemas"]["FieldValue"][];
            /** @description The document itself, base64; at most 10 MB decoded. Without it a rendition is made on request. */
            pdf?: string | null;
            /** @description The recipient's address. Stored, never signed, never public. */
            recipientEmail?: string | null;
            /** @description Who it is issued to, 1 to 500 characters. */
            recipientName: string;
            /**
             * Format: uuid
             * @description Template to issue from.
             */
            templateId: string;
            validityType?: components["schemas"]["ValidityType"] | null;
            /**
             * Format: int32
             * @description With `validityType`, instead of `expiresAt`.
             */
            validityValue?: number | null;
        };
        /** @description Parts of `POST /v1/trust/issuances`. */
        IssueUpload: {
            /** @description The file, at most 10 MB. */
            pdf?: components["schemas"]["Binary"];
            /** @description The request, without its member `pdf`. */
            request: components["schemas"]["IssueRequest"];
        };
        /**
         * @description Which documents a key sees and makes.
         * @enum {string}
         */
        KeyMode: "live" | "test";
        /** @description Body of `POST /v1/leaks`. */
        LeakReport: {
            /** @description What was found and looks like API keys, 1 to 100. */
            keys: string[];
        };
        /** @description Body of `POST …/{id}/lifecycle`. */
        LifecycleRequest: {
            /** @description What to do. */
            action: components["schemas"]["Action"];
            /** @description A note for the issuer's own records, at most 500 characters. Never public. */
            note?: string | null;
            /**
             * @description For `revoke`: one of the lifecycle reasons of `/v1/reference-data/lifecycle-reasons`;
             *     default `other`.
             */
            reason?: string | null;
        };
        /** @description Limits in force for the caller. */
        Limits: {
            /**
             * Format: int64
             * @description Longest field value, in characters.
             */
            fieldValueMaxChars: number;
            /**
             * Format: int64
             * @description How long an idempotency key is kept, in hours.
             */
            idempotencyHours: number;
            /**
             * Format: int64
             * @description Largest PDF, in bytes.
             */
            pdfMaxBytes: number;
            /** @description How often may be asked; what is not in it has no limit. */
            rates: components["schemas"]["Rate"][];
        };
        /** @description How much of a limit is used. */
        LimitUsed: {
            /**
             * Format: int64
             * @description How many there will be by then if the rest of the period is like what has passed of it.
             */
            forecast: number;
            /**
             * Format: int64
             * @description How many there may be in the period.
             */
            limit: number;
            /** @description `issuancesPerMonth`, `stampsPerMonth` or `revocationsPerDay` of the tenant, `keyRevocationsPerDay` of the key that asks. */
            name: string;
            /**
             * Format: int64
             * @description How many there may still be.
             */
            remaining: number;
            /**
             * Format: date-time
             * @description When it begins anew.
             */
            resetsAt: string;
            /**
             * Format: int64
             * @description How many there were.
             */
            used: number;
        };
        /** @description Another document with the same hash. */
        Match: {
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issuedAt: string;
            /** @description Its issuer. */
            issuer: components["schemas"]["Issuer"];
            /** @description Its reference. */
            reference: string;
            /** @description Its own verdict. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Alert: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Alert"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_AlertChannel: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["AlertChannel"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_ApiKey: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["ApiKey"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Event: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Event"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_HarmedDocument: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["HarmedDocument"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_HistoryEntry: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["HistoryEntry"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Issuance: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Issuance"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_PlacementTemplate: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["PlacementTemplate"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Restoration: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Restoration"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Revocation: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Revocation"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_SigningKey: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["SigningKey"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Stamp: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Stamp"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description One page of a list, newest first, stable while new items are created. */
        Page_Template: {
            /** @description The items of this page, at most `limit` of them. */
            items: components["schemas"]["Template"][];
            /** @description Pass it as `cursor` for the next page; `null` on the last. */
            nextCursor: string | null;
        };
        /** @description A page: its number from 1, or one of two words. */
        PageNumber: number | components["schemas"]["PageWord"];
        /**
         * @description The two pages every file has.
         * @enum {string}
         */
        PageWord: "first" | "last";
        /** @description The PDF of a document. */
        PdfInfo: {
            /** @description SHA-256 of the file. */
            sha256: string;
            /**
             * Format: int64
             * @description Size in bytes.
             */
            size: number;
            /** @description Where the issuer fetches it, with a key. */
            url: string;
        };
        /** @description Body of `PUT …/{id}/placement-template`. */
        PlacementChoice: {
            /**
             * Format: uuid
             * @description A placement template, or `null` for none.
             */
            placementTemplateId: string | null;
        };
        /**
         * @description Body of `POST` and `PUT /v1/tcode/placement-templates`. Lengths are in points of 1/72 inch; the origin is at the
         *     bottom left of the visible page, as it is turned.
         */
        PlacementInput: {
            /** @description Words beside the barcode, at most 200 characters; default: how to check the document. */
            labelText?: string | null;
            /**
             * Format: double
             * @description The distance from the edges where no position is given; default 18.
             */
            margin?: number | null;
            /** @description Name for people, 1 to 200 characters. */
            name: string;
            pageNumber?: components["schemas"]["PageNumber"] | null;
            /**
             * Format: double
             * @description The side of the barcode with a quiet zone of one module; default 90.
             */
            size?: number | null;
            /**
             * Format: double
             * @description The stamp's left edge; default: at the right, `margin` from the edge. Also taken: `positionX`.
             */
            x?: number | null;
            /**
             * Format: double
             * @description Its lower edge; default: at the bottom, `margin` from the edge. Also taken: `positionY`.
             */
            y?: number | null;
        };
        /** @description A placement template. */
        PlacementTemplate: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Words beside the barcode; `null`: how to check the document. */
            labelText: string | null;
            /**
             * Format: double
             * @description The distance from the edges where no position is given.
             */
            margin: number;
            /** @description Name for people. */
            name: string;
            /** @description Which page. */
            pageNumber: components["schemas"]["PageNumber"];
            /**
             * Format: double
             * @description The side of the barcode with a quiet zone of one module.
             */
            size: number;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updatedAt: string;
            /**
             * Format: int32
             * @description Counts its changes from 1. Also the `ETag`.
             */
            version: number;
            /**
             * Format: double
             * @description The stamp's left edge; `null`: at the right.
             */
            x: number | null;
            /**
             * Format: double
             * @description Its lower edge; `null`: at the bottom.
             */
            y: number | null;
        };
        /** @description What the public sees of a template's documents. */
        Presentation: {
            /** @description Personal facts a public verification shows: `recipientName` (the default), none (`[]`). */
            publicFields?: string[] | null;
        };
        /** @description An error body. */
        Problem: {
            /** @description The word to match on. */
            code: components["schemas"]["Code"];
            /** @description What happened this time, and the way out. */
            detail: string;
            /** @description Member path, such as `recipientEmail` or `fields[0].value`, to what is wrong with it. */
            errors?: {
                [key: string]: string[];
            };
            /** @description The same as `detail`, for clients that look for a message. */
            message: string;
            reason?: components["schemas"]["ForbiddenReason"] | null;
            /** @description Request id, also in `x-request-id`. */
            requestId: string;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description Short title, the same for every occurrence of the code. */
            title: string;
            /** @description W3C trace id, also in `traceparent`. */
            traceId: string;
            /** @description Address of the page about this code, on this server. */
            type: string;
        };
        /** @description A limit on how often may be asked: so many units per so many seconds, so many at once. */
        Rate: {
            /**
             * Format: int32
             * @description So many may come at once.
             */
            burst: number;
            /**
             * @description `public`: verification without a key, of one network; `reads`, `writes`, `files`: of one key; `tenant`: of all
             *     keys of a tenant.
             */
            name: string;
            /**
             * Format: int32
             * @description Requests.
             */
            requests: number;
            /**
             * Format: int32
             * @description Per so many seconds.
             */
            seconds: number;
        };
        /**
         * @description What a restoration does about a document.
         * @enum {string}
         */
        Remedy: "reinstate" | "replace";
        /** @description Body of `POST …/{id}/replace`: an issuance, and what becomes of the original. */
        ReplaceRequest: {
            /**
             * Format: date
             * @description A date the issuer states, `YYYY-MM-DD`.
             */
            awardedOn?: string | null;
            /** @description Whether to e-mail it; this release has no mailer, so nothing is sent. */
            deliver?: boolean | null;
            /** @description Title; default: the template's name. */
            documentTitle?: string | null;
            /** @description An instant, or a date: the end of that day in the tenant's time zone. */
            expiresAt?: string | null;
            /** @description The issuer's own number, at most 255 characters, unique among documents not replaced. */
            externalId?: string | null;
            /** @description Values of the template's fields, at most 60. */
            fields: components["schemas"]["FieldValue"][];
            /** @description The document itself, base64; at most 10 MB decoded. Without it a rendition is made on request. */
            pdf?: string | null;
            /** @description The recipient's address. Stored, never signed, never public. */
            recipientEmail?: string | null;
            /** @description Who it is issued to, 1 to 500 characters. */
            recipientName: string;
            /** @description Revoke the original with reason `superseded`; default `true`. */
            revokeOriginal?: boolean | null;
            /**
             * Format: uuid
             * @description Template to issue from.
             */
            templateId: string;
            validityType?: components["schemas"]["ValidityType"] | null;
            /**
             * Format: int32
             * @description With `validityType`, instead of `expiresAt`.
             */
            validityValue?: number | null;
        };
        /** @description Parts of `POST …/{id}/replace`. */
        ReplaceUpload: {
            /** @description The file, at most 10 MB. */
            pdf?: components["schemas"]["Binary"];
            /** @description The request, without its member `pdf`. */
            request: components["schemas"]["ReplaceRequest"];
        };
        /** @description A restoration of many documents. */
        Restoration: {
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            createdAt: string;
            /** @description By whom: an actor as in the audit log. */
            createdBy: string;
            /**
             * Format: date-time
             * @description Done at or after.
             */
            from: string | null;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description The key that took them out of force. */
            keyId: string;
            /** @description What it waits for, why it ended before it was done, or why a document could not be replaced. */
            lastError: string | null;
            /**
             * Format: int64
             * @description Documents there were to reinstate or, where that is asked for, to replace when it was asked for.
             */
            matched: number;
            /**
             * Format: date-time
             * @description When it goes on, where it waits for something.
             */
            nextTryAt: string | null;
            /**
             * Format: int64
             * @description Documents reinstated so far.
             */
            reinstated: number;
            /** @description Whether what was revoked is replaced. */
            replace: boolean;
            /**
             * Format: int64
             * @description Documents replaced so far.
             */
            replaced: number;
            /**
             * Format: int64
             * @description Documents met so far that could be neither.
             */
            skipped: number;
            /** @description How far it is. */
            state: components["schemas"]["WorkState"];
            /**
             * Format: date-time
             * @description Done before.
             */
            to: string;
        };
        /** @description What a restoration would do. */
        RestorationPreview: {
            /** @description The first 100, those harmed last first. */
            documents: components["schemas"]["HarmedDocument"][];
            /**
             * Format: int64
             * @description Documents the key took out of force, whatever became of them.
             */
            harmed: number;
            /**
             * Format: int64
             * @description Of them those whose personal data are gone.
             */
            lost: number;
            /**
             * Format: int64
             * @description Of them those that would be reinstated.
             */
            toReinstate: number;
            /**
             * Format: int64
             * @description Of them those that would be replaced, where that is asked for.
             */
            toReplace: number;
        };
        /** @description Body of `POST /v1/restorations`: what a key took out of force, or of that what it did in a time. */
        RestorationRequest: {
            /** @description Say what would be done, and do nothing. */
            dryRun?: boolean | null;
            /**
             * Format: date-time
             * @description Only what it did at or after this instant.
             */
            from?: string | null;
            /** @description Id of the key, also of one that was deleted. */
            keyId: string;
            /**
             * @description Also replace what it revoked, or expired ahead of time, by new documents of the same content; needs the scope
             *     `issuances:write` too.
             */
            replace?: boolean | null;
            /**
             * Format: date-time
             * @description Only what it did before this instant; default now.
             */
            to?: string | null;
        };
        /** @description Body of `POST /v1/signing-keys/{id}/retire`. */
        RetireSigningKey: {
            /** @description Why, for the record; at most 500 characters. */
            reason?: string | null;
        };
        /** @description A revocation of many documents. */
        Revocation: {
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            createdAt: string;
            /** @description By whom: an actor as in the audit log. */
            createdBy: string;
            /**
             * Format: int64
             * @description Documents revoked so far.
             */
            done: number;
            /**
             * Format: date-time
             * @description Issued at or after.
             */
            from: string | null;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description The key that issued. */
            keyId: string | null;
            /** @description What it waits for, or why it ended before it was done. */
            lastError: string | null;
            /**
             * Format: int64
             * @description Documents there were to revoke when it was asked for.
             */
            matched: number;
            /**
             * Format: date-time
             * @description When it goes on, where it waits for something.
             */
            nextTryAt: string | null;
            /** @description A note for the issuer's own records. */
            note: string | null;
            /** @description Why. */
            reason: string;
            /**
             * Format: int64
             * @description Documents met so far that were left as they are.
             */
            skipped: number;
            /** @description How far it is. */
            state: components["schemas"]["WorkState"];
            /**
             * Format: date-time
             * @description Issued before.
             */
            to: string;
        };
        /** @description What a revocation would do. */
        RevocationPreview: {
            /**
             * Format: int64
             * @description Documents that would be revoked.
             */
            matched: number;
            /** @description References of the first 100 that would be revoked. */
            references: string[];
            /**
             * Format: int64
             * @description Documents that would be left: of templates the asking key is not for, or expired ones that cannot be revoked for
             *     this reason.
             */
            skipped: number;
        };
        /** @description Body of `POST /v1/revocations`: what a key issued, what was issued in a time, or both. At least `keyId` or `from`. */
        RevocationRequest: {
            /** @description Say what would be done, and do nothing. */
            dryRun?: boolean | null;
            /**
             * Format: date-time
             * @description Only what was issued at or after this instant.
             */
            from?: string | null;
            /** @description Id of the key that issued, also of one that was deleted. */
            keyId?: string | null;
            /** @description A note for the issuer's own records, at most 500 characters. Never public. */
            note?: string | null;
            /** @description One of the lifecycle reasons of `/v1/reference-data/lifecycle-reasons`. */
            reason: string;
            /**
             * Format: date-time
             * @description Only what was issued before this instant; default now.
             */
            to?: string | null;
        };
        /** @description Body of `POST /v1/api-keys/{id}/roll`. */
        RollApiKey: {
            /**
             * Format: int32
             * @description How long the old key works beside the new one: 0 to 2592000 seconds (30 days), default 86400 (a day).
             */
            overlapSeconds?: number | null;
        };
        /** @description Body of `POST /v1/alert-channels/{id}/rotate-secret`. */
        RotateAlertChannelSecret: {
            /**
             * Format: int32
             * @description So long messages are signed with both secrets, at most a week; default a day.
             */
            overlapSeconds?: number | null;
        };
        /** @description What somebody said of a scan. Nobody checked any of it. */
        Scan: {
            /** @description What was said. */
            context: {
                [key: string]: string;
            };
            /** @description Always `false`: it is what the asker said. */
            verified: boolean;
        };
        /** @description One field of a template. */
        SchemaField: {
            /** @description A hint for the person who fills it in, at most 500 characters. */
            help?: string | null;
            /** @description Name in requests: a letter, then letters, digits, `_` or `-`; at most 64 characters; unique. */
            key: string;
            /** @description Name for people, 1 to 100 characters. */
            label: string;
            /**
             * Format: int32
             * @description Longest value in characters, 1 to 500; default 500.
             */
            maxLength?: number | null;
            /** @description The allowed values of an `enum`, 1 to 100. */
            options?: string[] | null;
            /** @description Whether an issuance must carry it. */
            required?: boolean;
            /** @description Type of the value; default `text`. */
            type?: components["schemas"]["FieldType"];
        };
        /** @description A field of a seal. */
        SealField: {
            /** @description Its key; `null` where the template is not at hand. */
            key: string | null;
            /** @description Its name for people; `null` where the template is not at hand. */
            label: string | null;
            /**
             * Format: int32
             * @description Its place among the template's fields, from 0.
             */
            position: number;
            /** @description Its value, as it was signed. */
            value: string;
        };
        /** @description What only the server knows. */
        ServerFacts: {
            /** @description Evidence outside the record. */
            evidence: components["schemas"]["Evidence"];
            /** @description Reference of the document that took its place. */
            replacedBy: string | null;
            /** @description Why the document has its status; `erased` once its content was erased. */
            statusReason: string | null;
            /**
             * Format: date-time
             * @description As of when: all that was recorded before is in the answer.
             */
            verifiedAt: string;
        };
        /** @description A signing key with its certificate. The private key never leaves the server. */
        SigningKey: {
            /** @description The eight characters that documents name it by; also the serial number of the certificate. */
            certificateReference: string;
            /** @description Where its certificate is, with `.pem` behind it the whole chain. */
            certificateUrl: string;
            /**
             * Format: date-time
             * @description Since when it may have been in wrong hands.
             */
            compromisedAt: string | null;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /**
             * Format: date-time
             * @description From when on nothing that it signed counts. It stopped signing a few seconds before.
             */
            retiredAt: string | null;
            /** @description Whether new documents are signed with it now: of those that are active, the one that began last. */
            signs: boolean;
            /** @description What it is good for now. */
            state: components["schemas"]["SigningKeyState"];
            /**
             * Format: date-time
             * @description From when on it may sign: the start of its certificate.
             */
            validFrom: string;
            /**
             * Format: date-time
             * @description Until when it may sign. What it signed outlives it.
             */
            validUntil: string;
        };
        /**
         * @description What a signing key is good for.
         * @enum {string}
         */
        SigningKeyState: "active" | "scheduled" | "retired" | "compromised" | "expired";
        /** @description A stamp. */
        Stamp: {
            /** @description SHA-256 of the PDF as it was submitted. */
            contentHash: string;
            /** @description Kind of document. */
            documentTypeCode: string;
            /** @description Evidence outside the record. */
            evidence: components["schemas"]["Evidence"];
            /**
             * Format: date-time
             * @description When it lapses: the end of its last day, UTC.
             */
            expiresAt: string | null;
            /** @description The issuer's own number. */
            externalId: string | null;
            /** @description Values of the fields in the seal. */
            fields: components["schemas"]["FieldValue"][];
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issuedAt: string;
            /** @description `live` or `test`. */
            mode: components["schemas"]["KeyMode"];
            /** @description Name for people; `null` once erased. */
            name: string | null;
            pdf: components["schemas"]["PdfInfo"] | null;
            /**
             * Format: uuid
             * @description Placement template it was made with.
             */
            placementTemplateId: string | null;
            /** @description Public reference, `TCR-` and 13 characters. */
            reference: string;
            /** @description Reference of the stamp that took its place. */
            replacedBy: string | null;
            /** @description Reference of the stamp it takes the place of. */
            replaces: string | null;
            /** @description The signed record, base64: the bytes in the barcode; `null` once erased. */
            seal: string | null;
            /** @description SHA-256 of the stamped PDF. */
            stampedHash: string;
            /** @description Status at the time of the answer. */
            status: components["schemas"]["Status"];
            /** @description Why it has its status, where there is a reason. */
            statusReason: string | null;
            /**
             * Format: uuid
             * @description TDoc template it was made from.
             */
            tdocTemplateId: string | null;
            /**
             * Format: int32
             * @description Version of the TDoc template it pins.
             */
            tdocTemplateVersion: number | null;
            /** @description The page where anybody verifies it. */
            verificationUrl: string;
            /** @description What the issuer should know, such as modules too small for some scanners. Told once, when it is made. */
            warnings: string[];
        };
        /** @description Body of `POST …/{id}/suspend` and `…/reactivate`, if there is one. */
        StampChangeRequest: {
            /** @description For the issuer's own records, at most 500 characters; never public. */
            note?: string | null;
        };
        /** @description Body of `POST …/{id}/replace`: a stamp, and what becomes of the original. */
        StampReplaceRequest: {
            /**
             * @description Stamp a PDF that carries a signature; default `false`. The signature stays intact, and readers say that the file
             *     was changed since.
             */
            allowSigned?: boolean | null;
            /**
             * @description Kind of document: a code of `/v1/reference-data/document-types`, or one of the issuer's own of 2 to 16 capital
             *     letters and digits.
             */
            documentTypeCode: string;
            /**
             * Format: date
             * @description The last day on which it is valid, `YYYY-MM-DD`, through its last second UTC.
             */
            expiresAt?: string | null;
            /** @description The issuer's own number, at most 255 characters, unique among stamps not replaced. */
            externalId?: string | null;
            /** @description Values of the TDoc template's fields, at most 60. They stand in the barcode, readable by whoever has the paper. */
            fields?: components["schemas"]["FieldValue"][] | null;
            /** @description Name for people, 1 to 500 characters. Stored, never signed, never public. */
            name: string;
            /** @description The document, base64; at most 10 MB decoded. */
            pdf?: string | null;
            /**
             * Format: uuid
             * @description Where the stamp goes; default: last page, bottom right, 90 pt, 18 pt from the edges.
             */
            placementTemplateId?: string | null;
            /**
             * @description Repair a damaged PDF first; default `false`: it is refused. Then the repaired file is the original, and `contentHash`
             *     its hash.
             */
            repair?: boolean | null;
            /** @description Revoke the original with reason `superseded`; default `true`. */
            revokeOriginal?: boolean | null;
            /**
             * Format: uuid
             * @description Which fields go into the seal; without one, none.
             */
            tdocTemplateId?: string | null;
        };
        /** @description Parts of `POST …/{id}/replace`. */
        StampReplaceUpload: {
            /** @description The file, at most 10 MB. */
            pdf: components["schemas"]["Binary"];
            /** @description The request, without its member `pdf`. */
            request: components["schemas"]["StampReplaceRequest"];
        };
        /** @description Body of `POST /v1/tcode/stamps`. */
        StampRequest: {
            /**
             * @description Stamp a PDF that carries a signature; default `false`. The signature stays intact, and readers say that the file
             *     was changed since.
             */
            allowSigned?: boolean | null;
            /**
             * @description Kind of document: a code of `/v1/reference-data/document-types`, or one of the issuer's own of 2 to 16 capital
             *     letters and digits.
             */
            documentTypeCode: string;
            /**
             * Format: date
             * @description The last day on which it is valid, `YYYY-MM-DD`, through its last second UTC.
             */
            expiresAt?: string | null;
            /** @description The issuer's own number, at most 255 characters, unique among stamps not replaced. */
            externalId?: string | null;
            /** @description Values of the TDoc template's fields, at most 60. They stand in the barcode, readable by whoever has the paper. */
            fields?: components["schemas"]["FieldValue"][] | null;
            /** @description Name for people, 1 to 500 characters. Stored, never signed, never public. */
            name: string;
            /** @description The document, base64; at most 10 MB decoded. */
            pdf?: string | null;
            /**
             * Format: uuid
             * @description Where the stamp goes; default: last page, bottom right, 90 pt, 18 pt from the edges.
             */
            placementTemplateId?: string | null;
            /**
             * @description Repair a damaged PDF first; default `false`: it is refused. Then the repaired file is the original, and `contentHash`
             *     its hash.
             */
            repair?: boolean | null;
            /**
             * Format: uuid
             * @description Which fields go into the seal; without one, none.
             */
            tdocTemplateId?: string | null;
        };
        /** @description Body of `POST …/{id}/revoke`, if there is one. */
        StampRevokeRequest: {
            /** @description For the issuer's own records, at most 500 characters; never public. */
            note?: string | null;
            /** @description Why, public: a code of `/v1/reference-data/lifecycle-reasons`; default `other`. */
            reason?: string | null;
        };
        /** @description Parts of `POST /v1/tcode/stamps`. */
        StampUpload: {
            /** @description The file, at most 10 MB. */
            pdf: components["schemas"]["Binary"];
            /** @description The request, without its member `pdf`. */
            request: components["schemas"]["StampRequest"];
        };
        /**
         * @description Status of a document at the time of the answer.
         * @enum {string}
         */
        Status: "Active" | "Suspended" | "Revoked" | "Expired";
        /** @description A TDoc template: a document profile of BSI TR-03171, version by version. */
        TdocTemplate: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Whether stamps can be made from it. */
            isActive: boolean;
            /** @description Whether it was put away. */
            isArchived: boolean;
            /** @description Name for people. */
            name: string;
            /**
             * Format: uuid
             * @description Id of this version, which its seals name: the number of its profile.
             */
            profileId: string;
            /** @description Keys of the fields that a verification by reference or hash shows; `null`: all. */
            publicFields: string[] | null;
            /** @description Fields of the seal in their order. */
            schema: components["schemas"]["SchemaField"][];
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updatedAt: string;
            /**
             * Format: int32
             * @description Counts its changes from 1; stamps pin it. Also the `ETag`.
             */
            version: number;
        };
        /** @description Body of `POST` and `PUT /v1/tcode/templates`. */
        TdocTemplateInput: {
            /** @description Whether stamps can be made from it; default `true`. */
            isActive?: boolean | null;
            /** @description Name for people, 1 to 200 characters. */
            name: string;
            /** @description Keys of the fields that a verification by reference or hash shows; default: all. Whoever has the seal reads all of it. */
            publicFields?: string[] | null;
            /** @description Fields of the seal in their order, at most 60. Every value takes room in the barcode: keep `maxLength` small. */
            schema?: components["schemas"]["SchemaField"][] | null;
        };
        /** @description A template. */
        Template: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description Kind of document. */
            docType: components["schemas"]["DocType"];
            /**
             * Format: uuid
             * @description Id.
             */
            id: string;
            /** @description Whether documents can be issued from it. */
            isActive: boolean;
            /** @description Whether it was put away. */
            isArchived: boolean;
            /** @description Languages, the default first. */
            languages: string[];
            /** @description Name for people. */
            name: string;
            /**
             * Format: uuid
             * @description A placement template that says where a barcode goes.
             */
            placementTemplateId: string | null;
            /** @description Look and public fields. */
            presentation: components["schemas"]["Presentation"];
            /** @description Fields. */
            schema: components["schemas"]["SchemaField"][];
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updatedAt: string;
            validity: components["schemas"]["Validity"] | null;
            /**
             * Format: int32
             * @description Counts its changes from 1; documents pin it. Also the `ETag`.
             */
            version: number;
        };
        /** @description Body of `POST` and `PUT /v1/trust/templates`. */
        TemplateInput: {
            /** @description Kind of document. */
            docType: components["schemas"]["DocType"];
            /** @description Whether documents can be issued from it; default `true`. */
            isActive?: boolean | null;
            /** @description Languages of the documents, the first is the default: codes of `/v1/reference-data/languages`. */
            languages?: string[] | null;
            /** @description Name for people, 1 to 200 characters. */
            name: string;
            /**
             * Format: uuid
             * @description A placement template that says where a barcode goes; left out or `null`, it stays as it is.
             */
            placementTemplateId?: string | null;
            presentation?: components["schemas"]["Presentation"] | null;
            /** @description Fields, at most 60. */
            schema?: components["schemas"]["SchemaField"][] | null;
            validity?: components["schemas"]["Validity"] | null;
        };
        /** @description What became of a test delivery. */
        TestedAlertChannel: {
            /** @description Whether the receiver took it. */
            delivered: boolean;
            error: components["schemas"]["DeliveryFailure"] | null;
        };
        /** @description What the trust in an answer rests on. */
        TrustAnchor: {
            /**
             * Format: date-time
             * @description State of knowledge the answer rests on.
             */
            asOf: string;
            /** @description SHA-256 of the root certificate, `sha256:` and hexadecimal. */
            fingerprint: string;
            /** @description Where the root came from: `server`, `pinned`, `succession`, `first_use`, `bundle_file`. */
            source: string;
        };
        /** @description Body of `POST …/{id}/unarchive`, if there is one. */
        UnarchiveRequest: Record<string, unknown>;
        /** @description Body of `PATCH /v1/api-keys/{id}`: what is left out stays, `null` takes away. */
        UpdateApiKey: {
            /** @description The only networks it may be used from; `null`: all. */
            allowedCidrs?: string[] | null;
            /** @description `development`, `staging` or `production`. */
            environment?: string | null;
            /**
             * Format: date-time
             * @description When it lapses; `null`: never.
             */
            expiresAt?: string | null;
            /** @description A name people recognise, 1 to 100 characters. */
            name?: string | null;
            /** @description A note, at most 500 characters. */
            note?: string | null;
            /**
             * Format: int32
             * @description How many live documents it may take out of force in a day (UTC); `null`: the server's default.
             */
            revocationsPerDay?: number | null;
            /** @description What it may do. */
            scopes?: string[] | null;
            /** @description The service that holds it, at most 100 characters. */
            service?: string | null;
            /** @description The only templates it may issue from and change documents of; `null`: all. */
            templateIds?: string[] | null;
        };
        /** @description Answer of `GET /v1/usage`. */
        Usage: {
            /**
             * Format: date
             * @description The first day, `YYYY-MM-DD`, UTC.
             */
            from: string;
            /** @description By day, every one of them, oldest first; or by key, those that did something. */
            items: components["schemas"]["Used"][];
            /**
             * @description Quotas and caps in force; what is not in it has no limit. They are for live documents; with a test key the list
             *     is empty.
             */
            limits: components["schemas"]["LimitUsed"][];
            /** @description Documents of this mode are counted, and requests of its keys. */
            mode: components["schemas"]["KeyMode"];
            /**
             * Format: date
             * @description The last day.
             */
            to: string;
            /** @description All together. */
            total: components["schemas"]["Used"];
        };
        /** @description What was used on a day or by a key. */
        Used: {
            /**
             * Format: date
             * @description The day, with `by=day`.
             */
            day?: string | null;
            /**
             * Format: int64
             * @description Documents issued.
             */
            issuances: number;
            /** @description The key, with `by=key`; what no key did is `operator` or `system`. */
            keyId?: string | null;
            /**
             * Format: int64
             * @description Requests with a key, refused ones apart.
             */
            requests: number;
            /**
             * Format: int64
             * @description Documents suspended, revoked, expired ahead of time, erased or replaced.
             */
            revocations: number;
            /**
             * Format: int64
             * @description Documents stamped.
             */
            stamps: number;
        };
        /** @description How long documents of a template are valid. */
        Validity: {
            /** @description Unit. */
            type: components["schemas"]["ValidityType"];
            /**
             * Format: int32
             * @description How many, 1 to 36,500.
             */
            value: number;
        };
        /**
         * @description Unit of a validity rule.
         * @enum {string}
         */
        ValidityType: "Days" | "Months" | "Years";
        /**
         * @description The answer in one word.
         * @enum {string}
         */
        Verdict: "valid" | "suspended" | "revoked" | "expired" | "invalid" | "not_found" | "indeterminate";
        /** @description Answer of a verification. */
        Verification: {
            /**
             * Format: date
             * @description A date the issuer states.
             */
            awardedOn: string | null;
            /** @description Integrity, issuer, time, status, log: what was looked at and how it came out. */
            checks: components["schemas"]["Check"][];
            /** @description Title. */
            documentTitle: string | null;
            documentType: components["schemas"]["DocType"] | null;
            /** @description Of a stamp: the code of its kind of document. */
            documentTypeCode?: string | null;
            /**
             * Format: date-time
             * @description When it lapses.
             */
            expiresAt: string | null;
            /** @description Of a stamp: the fields of its seal. */
            fields?: components["schemas"]["SealField"][] | null;
            /**
             * Format: int64
             * @description With the reason `appended_after_stamp`: so many bytes from the start of the file are a stamped file with a signed seal.
             */
            genuineBytes?: number | null;
            /** @description The same in the words of ETSI EN 319 102-1. */
            indication: components["schemas"]["Indication"];
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issuedAt: string | null;
            issuer: components["schemas"]["Issuer"] | null;
            /** @description The same as `issuer.code`. */
            issuerCode: string | null;
            /** @description The same as `issuer.name`. */
            issuerName: string | null;
            /** @description Other documents with the same hash, at most 20. */
            matches: components["schemas"]["Match"][];
            mode: components["schemas"]["KeyMode"] | null;
            /** @description Who it was issued to, where the template makes it public. */
            recipientName: string | null;
            /** @description Reference. */
            reference: string | null;
            scan?: components["schemas"]["Scan"] | null;
            server: components["schemas"]["ServerFacts"] | null;
            status: components["schemas"]["Status"] | null;
            /**
             * Format: date-time
             * @description The time the status is from, where a signed list told it: offline, or from a sealed server.
             */
            statusAsOf: string | null;
            trustAnchor: components["schemas"]["TrustAnchor"] | null;
            /** @description The answer in one word. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description Answer of `GET /v1/whoami`. */
        Whoami: {
            /** @description The tenant's issuer code. */
            issuerCode: string;
            /** @description The key that asked. */
            key: components["schemas"]["WhoamiKey"];
            /** @description Limits in force. */
            limits: components["schemas"]["Limits"];
            /** @description The tenant's name. */
            tenant: string;
        };
        /** @description The key that asked. */
        WhoamiKey: {
            /** @description Environment label. */
            environment: string;
            /**
             * Format: date-time
             * @description When it lapses.
             */
            expiresAt: string | null;
            /** @description Key id. */
            id: string;
            /** @description Documents it sees and makes. */
            mode: components["schemas"]["KeyMode"];
            /** @description Its name. */
            name: string;
            /**
             * Format: date-time
             * @description Until when it works beside that one.
             */
            overlapEndsAt: string | null;
            /** @description What may be logged: `ak_live_` and the id. */
            prefix: string;
            /** @description What it may do. */
            scopes: string[];
            /** @description Service label. */
            service: string | null;
            /** @description The key that took its place. */
            supersededBy: string | null;
            /** @description The only templates it may issue from and change documents of; `null`: all. */
            templateIds: string[] | null;
        };
        /**
         * @description How far the work on many documents is.
         * @enum {string}
         */
        WorkState: "waiting" | "done" | "stopped";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Action = components['schemas']['Action'];
export type Alert = components['schemas']['Alert'];
export type AlertChannel = components['schemas']['AlertChannel'];
export type AlertChannelKind = components['schemas']['AlertChannelKind'];
export type AlertSeverity = components['schemas']['AlertSeverity'];
export type ApiKey = components['schemas']['ApiKey'];
export type ArchiveRequest = components['schemas']['ArchiveRequest'];
export type AttestRequest = components['schemas']['AttestRequest'];
export type AuditEvent = components['schemas']['AuditEvent'];
export type AuditPage = components['schemas']['AuditPage'];
export type Binary = components['schemas']['Binary'];
export type ByHash = components['schemas']['ByHash'];
export type ByPayload = components['schemas']['ByPayload'];
export type ByReference = components['schemas']['ByReference'];
export type BySync = components['schemas']['BySync'];
export type Check = components['schemas']['Check'];
export type Checklist = components['schemas']['Checklist'];
export type ChecklistAttestation = components['schemas']['ChecklistAttestation'];
export type ChecklistItem = components['schemas']['ChecklistItem'];
export type ChecklistState = components['schemas']['ChecklistState'];
export type CheckName = components['schemas']['CheckName'];
export type CheckResult = components['schemas']['CheckResult'];
export type Code = components['schemas']['Code'];
export type CompromiseSigningKey = components['schemas']['CompromiseSigningKey'];
export type CreateAlertChannel = components['schemas']['CreateAlertChannel'];
export type CreateApiKey = components['schemas']['CreateApiKey'];
export type CreatedAlertChannel = components['schemas']['CreatedAlertChannel'];
export type CreatedApiKey = components['schemas']['CreatedApiKey'];
export type CreateSigningKey = components['schemas']['CreateSigningKey'];
export type CsvField = components['schemas']['CsvField'];
export type DeliveryFailure = components['schemas']['DeliveryFailure'];
export type DocType = components['schemas']['DocType'];
export type Door = components['schemas']['Door'];
export type DuplicateRequest = components['schemas']['DuplicateRequest'];
export type EndedSigningKey = components['schemas']['EndedSigningKey'];
export type EndingEffect = components['schemas']['EndingEffect'];
export type Entry = components['schemas']['Entry'];
export type EraseRequest = components['schemas']['EraseRequest'];
export type Event = components['schemas']['Event'];
export type Evidence = components['schemas']['Evidence'];
export type EvidenceStatus = components['schemas']['EvidenceStatus'];
export type FieldType = components['schemas']['FieldType'];
export type FieldValue = components['schemas']['FieldValue'];
export type FileUpload = components['schemas']['FileUpload'];
export type ForbiddenReason = components['schemas']['ForbiddenReason'];
export type Harm = components['schemas']['Harm'];
export type HarmedDocument = components['schemas']['HarmedDocument'];
export type HistoryEntry = components['schemas']['HistoryEntry'];
export type Identity = components['schemas']['Identity'];
export type ImageUpload = components['schemas']['ImageUpload'];
export type Indication = components['schemas']['Indication'];
export type Issuance = components['schemas']['Issuance'];
export type Issuer = components['schemas']['Issuer'];
export type IssueRequest = components['schemas']['IssueRequest'];
export type IssueUpload = components['schemas']['IssueUpload'];
export type KeyMode = components['schemas']['KeyMode'];
export type LeakReport = components['schemas']['LeakReport'];
export type LifecycleRequest = components['schemas']['LifecycleRequest'];
export type Limits = components['schemas']['Limits'];
export type LimitUsed = components['schemas']['LimitUsed'];
export type Match = components['schemas']['Match'];
export type Page_Alert = components['schemas']['Page_Alert'];
export type Page_AlertChannel = components['schemas']['Page_AlertChannel'];
export type Page_ApiKey = components['schemas']['Page_ApiKey'];
export type Page_Event = components['schemas']['Page_Event'];
export type Page_HarmedDocument = components['schemas']['Page_HarmedDocument'];
export type Page_HistoryEntry = components['schemas']['Page_HistoryEntry'];
export type Page_Issuance = components['schemas']['Page_Issuance'];
export type Page_PlacementTemplate = components['schemas']['Page_PlacementTemplate'];
export type Page_Restoration = components['schemas']['Page_Restoration'];
export type Page_Revocation = components['schemas']['Page_Revocation'];
export type Page_SigningKey = components['schemas']['Page_SigningKey'];
export type Page_Stamp = components['schemas']['Page_Stamp'];
export type Page_Template = components['schemas']['Page_Template'];
export type PageNumber = components['schemas']['PageNumber'];
export type PageWord = components['schemas']['PageWord'];
export type PdfInfo = components['schemas']['PdfInfo'];
export type PlacementChoice = components['schemas']['PlacementChoice'];
export type PlacementInput = components['schemas']['PlacementInput'];
export type PlacementTemplate = components['schemas']['PlacementTemplate'];
export type Presentation = components['schemas']['Presentation'];
export type Problem = components['schemas']['Problem'];
export type Rate = components['schemas']['Rate'];
export type Remedy = components['schemas']['Remedy'];
export type ReplaceRequest = components['schemas']['ReplaceRequest'];
export type ReplaceUpload = components['schemas']['ReplaceUpload'];
export type Restoration = components['schemas']['Restoration'];
export type RestorationPreview = components['schemas']['RestorationPreview'];
export type RestorationRequest = components['schemas']['RestorationRequest'];
export type RetireSigningKey = components['schemas']['RetireSigningKey'];
export type Revocation = components['schemas']['Revocation'];
export type RevocationPreview = components['schemas']['RevocationPreview'];
export type RevocationRequest = components['schemas']['RevocationRequest'];
export type RollApiKey = components['schemas']['RollApiKey'];
export type RotateAlertChannelSecret = components['schemas']['RotateAlertChannelSecret'];
export type Scan = components['schemas']['Scan'];
export type SchemaField = components['schemas']['SchemaField'];
export type SealField = components['schemas']['SealField'];
export type ServerFacts = components['schemas']['ServerFacts'];
export type SigningKey = components['schemas']['SigningKey'];
export type SigningKeyState = components['schemas']['SigningKeyState'];
export type Stamp = components['schemas']['Stamp'];
export type StampChangeRequest = components['schemas']['StampChangeRequest'];
export type StampReplaceRequest = components['schemas']['StampReplaceRequest'];
export type StampReplaceUpload = components['schemas']['StampReplaceUpload'];
export type StampRequest = components['schemas']['StampRequest'];
export type StampRevokeRequest = components['schemas']['StampRevokeRequest'];
export type StampUpload = components['schemas']['StampUpload'];
export type Status = components['schemas']['Status'];
export type TdocTemplate = components['schemas']['TdocTemplate'];
export type TdocTemplateInput = components['schemas']['TdocTemplateInput'];
export type Template = components['schemas']['Template'];
export type TemplateInput = components['schemas']['TemplateInput'];
export type TestedAlertChannel = components['schemas']['TestedAlertChannel'];
export type TrustAnchor = components['schemas']['TrustAnchor'];
export type UnarchiveRequest = components['schemas']['UnarchiveRequest'];
export type UpdateApiKey = components['schemas']['UpdateApiKey'];
export type Usage = components['schemas']['Usage'];
export type Used = components['schemas']['Used'];
export type Validity = components['schemas']['Validity'];
export type ValidityType = components['schemas']['ValidityType'];
export type Verdict = components['schemas']['Verdict'];
export type Verification = components['schemas']['Verification'];
export type Whoami = components['schemas']['Whoami'];
export type WhoamiKey = components['schemas']['WhoamiKey'];
export type WorkState = components['schemas']['WorkState'];
export interface operations {
    get_certificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description DER or PEM. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pem-certificate-chain": string;
                    "application/pkix-cert": components["schemas"]["Binary"];
                    "application/pkix-crl": components["schemas"]["Binary"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    get_did: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description did:web document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    get_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RFC 7517 key set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    get_test_did: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description did:web document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    get_test_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RFC 7517 key set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    get_status_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Compact JWS. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/statuslist+jwt": string;
                };
            };
        };
    };
    get_bitstring_status_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Compact JWS. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vc+jwt": string;
                };
            };
        };
    };
    get_trust_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Compact JWS. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jose": string;
                };
            };
        };
    };
    list_alert_channels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, at most ten. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AlertChannel"];
                };
            };
        };
    };
    create_alert_channel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAlertChannel"];
            };
        };
        responses: {
            /** @description The channel with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAlertChannel"];
                };
            };
        };
    };
    delete_alert_channel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rotate_alert_channel_secret: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateAlertChannelSecret"];
            };
        };
        responses: {
            /** @description The channel with its new secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAlertChannel"];
                };
            };
        };
    };
    test_alert_channel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedAlertChannel"];
                };
            };
        };
    };
    list_alerts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description `open` or `ended` */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of alerts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Alert"];
                };
            };
        };
    };
    acknowledge_alert: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApiKey"];
                };
            };
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKey"];
            };
        };
        responses: {
            /** @description The key with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
        };
    };
    delete_api_key: {
        parameters: {
            query?: {
                /** @description Delete a key that was used within 24 hours */
                force?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    update_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateApiKey"];
            };
        };
        responses: {
            /** @description The key as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    cancel_roll_of_api_key: {
        parameters: {
            query?: {
                /** @description Although its successor was used within 24 hours */
                force?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
        };
    };
    roll_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RollApiKey"];
            };
        };
        responses: {
            /** @description The successor with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
        };
    };
    list_audit_events: {
        parameters: {
            query?: {
                /** @description By this actor, such as `key:` and an id */
                actor?: string;
                /** @description At or after this instant */
                after?: string;
                /** @description Before this instant */
                before?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description `newest` (default) or `recorded`, which takes no filters */
                order?: string;
                /** @description Caused by this request */
                requestId?: string;
                /** @description About this object */
                subject?: string;
                /** @description Of this type; see `/v1/reference-data/event-types` */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
        };
    };
    export_audit_events: {
        parameters: {
            query?: {
                /** @description By this actor */
                actor?: string;
                /** @description At or after this instant */
                after?: string;
                /** @description Before this instant */
                before?: string;
                /** @description `csv` (default) or `ndjson` */
                format?: string;
                /** @description Caused by this request */
                requestId?: string;
                /** @description About this object */
                subject?: string;
                /** @description Of this type */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
        };
    };
    show_checklist: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checklist"];
                };
            };
        };
    };
    attest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AttestRequest"];
            };
        };
        responses: {
            /** @description The item as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChecklistItem"];
                };
            };
        };
    };
    withdraw_attestation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody vouches for it now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    report_leaks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakReport"];
            };
        };
        responses: {
            /** @description Taken. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    alert_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    countries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    document_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    event_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    languages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    lifecycle_reasons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    verdicts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"][];
                };
            };
        };
    };
    list_restorations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of restorations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Restoration"];
                };
            };
        };
    };
    restore_many: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestorationRequest"];
            };
        };
        responses: {
            /** @description With `dryRun`: what would be done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestorationPreview"];
                };
            };
            /** @description The restoration, which goes on by itself. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restoration"];
                };
            };
        };
    };
    get_restoration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The restoration. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Restoration"];
                };
            };
        };
    };
    list_restoration_documents: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HarmedDocument"];
                };
            };
        };
    };
    list_revocations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of revocations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Revocation"];
                };
            };
        };
    };
    revoke_many: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevocationRequest"];
            };
        };
        responses: {
            /** @description With `dryRun`: what would be done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevocationPreview"];
                };
            };
            /** @description The revocation, which goes on by itself. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocation"];
                };
            };
        };
    };
    get_revocation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The revocation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revocation"];
                };
            };
        };
    };
    list_signing_keys: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of signing keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SigningKey"];
                };
            };
        };
    };
    create_signing_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateSigningKey"];
            };
        };
        responses: {
            /** @description The key. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKey"];
                };
            };
        };
    };
    compromise_signing_key: {
        parameters: {
            query?: {
                /** @description Only say what it would do */
                dryRun?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompromiseSigningKey"];
            };
        };
        responses: {
            /** @description The key as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedSigningKey"];
                };
            };
        };
    };
    retire_signing_key: {
        parameters: {
            query?: {
                /** @description Only say what it would do */
                dryRun?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetireSigningKey"];
            };
        };
        responses: {
            /** @description The key as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedSigningKey"];
                };
            };
        };
    };
    list_placement_templates: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description Part of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of templates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PlacementTemplate"];
                };
            };
        };
    };
    create_placement_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlacementInput"];
            };
        };
        responses: {
            /** @description The template. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementTemplate"];
                };
            };
        };
    };
    get_placement_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template; `ETag` is its version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementTemplate"];
                };
            };
        };
    };
    update_placement_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlacementInput"];
            };
        };
        responses: {
            /** @description The template at its new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementTemplate"];
                };
            };
        };
    };
    delete_placement_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    duplicate_placement_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DuplicateRequest"];
            };
        };
        responses: {
            /** @description The copy. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementTemplate"];
                };
            };
        };
    };
    list_stamps: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description With this number of the issuer's */
                externalId?: string;
                /** @description Made at or after this instant */
                issuedAfter?: string;
                /** @description Made before this instant */
                issuedBefore?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description With this reference */
                reference?: string;
                /** @description Status at the time of the question */
                status?: components["schemas"]["Status"];
                /** @description Made from this TDoc template */
                tdocTemplateId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of stamps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Stamp"];
                };
            };
        };
    };
    create_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description JSON, or the same JSON as part `request` beside the file as part `pdf` */
        requestBody: {
            content: {
                "application/json": components["schemas"]["StampRequest"];
                "multipart/form-data": components["schemas"]["StampUpload"];
            };
        };
        responses: {
            /** @description The stamp. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    get_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stamp. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    erase_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseRequest"];
            };
        };
        responses: {
            /** @description What is left of the stamp. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    list_stamp_events: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Event"];
                };
            };
        };
    };
    get_stamp_pdf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": components["schemas"]["Binary"];
                };
            };
        };
    };
    reactivate_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StampChangeRequest"];
            };
        };
        responses: {
            /** @description The stamp. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    replace_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description JSON, or the same JSON as part `request` beside the file as part `pdf` */
        requestBody: {
            content: {
                "application/json": components["schemas"]["StampReplaceRequest"];
                "multipart/form-data": components["schemas"]["StampReplaceUpload"];
            };
        };
        responses: {
            /** @description The new stamp. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    revoke_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StampRevokeRequest"];
            };
        };
        responses: {
            /** @description The stamp. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    suspend_stamp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StampChangeRequest"];
            };
        };
        responses: {
            /** @description The stamp. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stamp"];
                };
            };
        };
    };
    list_tdoc_templates: {
        parameters: {
            query?: {
                /** @description Only active, or only inactive */
                isActive?: boolean;
                /** @description Only archived, or only not */
                isArchived?: boolean;
                /** @description Part of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The templates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"][];
                };
            };
        };
    };
    create_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TdocTemplateInput"];
            };
        };
        responses: {
            /** @description The template. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    get_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template; `ETag` is its version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    update_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TdocTemplateInput"];
            };
        };
        responses: {
            /** @description The template at its new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    delete_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    archive_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ArchiveRequest"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    list_tdoc_template_csv_fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The columns. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CsvField"][];
                };
            };
        };
    };
    get_tdoc_template_profile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
        };
    };
    unarchive_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UnarchiveRequest"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    import_tdoc_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The profile, at most 1 MiB */
        requestBody: {
            content: {
                "application/xml": string;
            };
        };
        responses: {
            /** @description The template. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TdocTemplate"];
                };
            };
        };
    };
    verify_payload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ByPayload"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    verify_stamp_by_hash: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    list_stamp_verifications: {
        parameters: {
            query?: {
                /** @description At or after this instant */
                after?: string;
                /** @description Before this instant */
                before?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description Of this stamp */
                reference?: string;
                /** @description With this verdict */
                verdict?: components["schemas"]["Verdict"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of verifications. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HistoryEntry"];
                };
            };
        };
    };
    verify_image: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The picture as part `file` */
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ImageUpload"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    verify_stamp_by_reference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    verify_sync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BySync"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    list_issuances: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description With this number of the issuer's */
                externalId?: string;
                /** @description Issued at or after this instant */
                issuedAfter?: string;
                /** @description Issued before this instant */
                issuedBefore?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description Part of the recipient's name or address */
                recipient?: string;
                /** @description With this reference */
                reference?: string;
                /** @description Status at the time of the question */
                status?: components["schemas"]["Status"];
                /** @description Issued from this template */
                templateId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Issuance"];
                };
            };
        };
    };
    issue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description JSON, or the same JSON as part `request` beside the file as part `pdf` */
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssueRequest"];
                "multipart/form-data": components["schemas"]["IssueUpload"];
            };
        };
        responses: {
            /** @description The document. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuance"];
                };
            };
        };
    };
    get_issuance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuance"];
                };
            };
        };
    };
    get_issuance_credential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vc+jwt": string;
                };
            };
        };
    };
    erase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseRequest"];
            };
        };
        responses: {
            /** @description What is left of the document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuance"];
                };
            };
        };
    };
    list_issuance_events: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Event"];
                };
            };
        };
    };
    change_lifecycle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LifecycleRequest"];
            };
        };
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuance"];
                };
            };
        };
    };
    get_issuance_pdf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": components["schemas"]["Binary"];
                };
            };
        };
    };
    replace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description JSON, or the same JSON as part `request` beside the file as part `pdf` */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceRequest"];
                "multipart/form-data": components["schemas"]["ReplaceUpload"];
            };
        };
        responses: {
            /** @description The new document. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuance"];
                };
            };
        };
    };
    list_templates: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description Only active, or only inactive */
                isActive?: boolean;
                /** @description Only archived, or only not */
                isArchived?: boolean;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description Part of the name */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of templates. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Template"];
                };
            };
        };
    };
    create_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateInput"];
            };
        };
        responses: {
            /** @description The template. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    get_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template; `ETag` is its version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    update_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateInput"];
            };
        };
        responses: {
            /** @description The template at its new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    delete_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    archive_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ArchiveRequest"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    list_template_csv_fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The columns. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CsvField"][];
                };
            };
        };
    };
    duplicate_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DuplicateRequest"];
            };
        };
        responses: {
            /** @description The copy. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    set_template_placement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlacementChoice"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    unarchive_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UnarchiveRequest"];
            };
        };
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    verify_by_file: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file as part `pdf`; optionally `issuerCode` */
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["FileUpload"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    verify_by_hash: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ByHash"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    verify_by_reference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ByReference"];
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    list_verifications: {
        parameters: {
            query?: {
                /** @description At or after this instant */
                after?: string;
                /** @description Before this instant */
                before?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description Of this document */
                reference?: string;
                /** @description With this verdict */
                verdict?: components["schemas"]["Verdict"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of verifications. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HistoryEntry"];
                };
            };
        };
    };
    usage: {
        parameters: {
            query?: {
                /** @description `day` (default) or `key` */
                by?: string;
                /** @description The first day, `YYYY-MM-DD`, UTC; default 29 days before `to` */
                from?: string;
                /** @description The last day; default today. At most 92 days in all */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was used. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key and its tenant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Whoami"];
                };
            };
        };
    };
}
