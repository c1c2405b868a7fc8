//! What the tests store.

use ananke_store::*;
use uuid::Uuid;

use crate::harness::*;

pub(crate) fn event(tenant: Uuid, kind: &str, subject: Uuid) -> NewEvent {
    NewEvent {
        id: id(),
        tenant,
        kind: kind.to_owned(),
        subject,
        actor: "key:test".to_owned(),
        request_id: "req".to_owned(),
        trace_id: "trace".to_owned(),
        at: START + number() as i64 * 1_000,
        body: br#"{"note":"body of an event"}"#.to_vec(),
        salt: [5; 16],
    }
}

pub(crate) fn signing_key(tenant: Uuid, purpose: Purpose, mode: Option<Mode>) -> SigningKey {
    SigningKey {
        tenant,
        id: id(),
        purpose,
        mode,
        certificate_reference: (purpose != Purpose::Root).then(|| format!("C{:07}", number())),
        certificate: b"certificate".to_vec(),
        sealed_key: Some(b"sealed".to_vec()),
        dek_version: 1,
        valid_from: START - 1,
        valid_until: START + 1_000_000_000_000,
        retired_at: None,
        compromised_at: None,
        created_at: START,
    }
}

pub(crate) fn data_key(tenant: Uuid) -> DataKey {
    DataKey {
        tenant,
        version: 1,
        wrapped: b"wrapped".to_vec(),
        created_at: START,
    }
}

/// The same, wrapped under what the instance is wrapped under now.
pub(crate) fn beside(store: &Store, row: DataKey) -> NewDataKey {
    let beside = store.instance().unwrap().unwrap().wrapped_secret;
    NewDataKey { row, beside }
}

pub(crate) fn new_instance() -> NewInstance {
    NewInstance {
        instance: InstanceRow {
            wrapped_secret: b"wrapped secret".to_vec(),
            root_certificate: b"root certificate".to_vec(),
            base_urls: r#"["https://one.example"]"#.to_owned(),
            created_at: START,
        },
        data_key: data_key(INSTANCE_TENANT),
        signing_keys: vec![
            SigningKey {
                certificate: b"root certificate".to_vec(),
                ..signing_key(INSTANCE_TENANT, Purpose::Root, None)
            },
            signing_key(INSTANCE_TENANT, Purpose::Status, Some(Mode::Live)),
        ],
        event: event(INSTANCE_TENANT, "instance.created", INSTANCE_TENANT),
    }
}

pub(crate) fn claim(tenant: Uuid, key: &str, body: u8, subject: Uuid) -> Claim {
    Claim {
        tenant,
        mode: Mode::Live,
        operation: "POST /v1/trust/issuances".to_owned(),
        key: key.to_owned(),
        body_hash: [body; 32],
        status: 201,
        response: br#"{"recipientName":"Ada Lovelace"}"#.to_vec(),
        subject,
    }
}

/// A tenant with a template, ready to issue.
pub(crate) struct Issuer {
    pub(crate) store: Store,
    pub(crate) tenant: Uuid,
    pub(crate) code: String,
    pub(crate) template: Uuid,
    pub(crate) key_id: String,
    pub(crate) lease: IndexLease,
}

pub(crate) fn done(outcome: Result<Outcome, Error>) -> Reply {
    match outcome {
        Ok(Outcome::Done(reply)) => reply,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn put(store: &Store, command: Command, event: NewEvent) -> Result<Outcome, Error> {
    store.write_blocking(Write::new(None, command, event))
}

impl Issuer {
    pub(crate) fn new(store: &Store) -> Self {
        let (tenant, template) = (id(), id());
        let code = format!("T{:05}", number() % 100_000);
        let row = Tenant {
            id: tenant,
            code: code.clone(),
            name: "University of Examples".to_owned(),
            domain: Some("example.org".to_owned()),
            identity: Identity::SelfAsserted,
            proved_at: None,
            identity_proof: None,
            time_zone: "Europe/Berlin".to_owned(),
            state: TenantState::Active,
            requires_reason: false,
            created_at: START,
            limits: None,
        };
        let create = Command::CreateTenant {
            tenant: row,
            data_key: beside(store, data_key(tenant)),
            signing_keys: vec![signing_key(tenant, Purpose::Tenant, Some(Mode::Live))],
        };
        done(put(store, create, event(tenant, "tenant.created", tenant)));
        let create = Command::CreateTemplate {
            kind: TemplateKind::Trust,
            id: template,
            name: "Degree Certificate".to_owned(),
            body: r#"{"name":"Degree Certificate"}"#.to_owned(),
            is_active: true,
            placement_id: None,
        };
        done(put(
            store,
            create,
            event(tenant, "template.created", template),
        ));
        let key = api_key(tenant);
        let key_id = key.id.clone();
        done(put(
            store,
            write_key(None, key),
            event(tenant, "key.created", Uuid::nil()),
        ));
        let lease = wait(store.lease_indexes(tenant, Mode::Live)).unwrap();
        Self {
            store: store.clone(),
            tenant,
            code,
            template,
            key_id,
            lease,
        }
    }

    /// A document that can be issued.
    pub(crate) fn document(&self) -> NewDocument {
        let (number, hash) = (number(), digest());
        NewDocument {
            tenant: self.tenant,
            mode: Mode::Live,
            id: id(),
            reference: format!("TRF-{number:013}"),
            product: Product::Trust,
            template_id: self.template,
            template_version: 1,
            document_type: "certificate".to_owned(),
            title: Some("Bachelor of Lovelace".to_owned()),
            recipient_name: Some("Ada Lovelace".to_owned()),
            recipient_email: Some("ada@lovelace.example".to_owned()),
            external_id: None,
            fields: Some(r#"[{"key":"name","value":"Ada Lovelace"}]"#.to_owned()),
            content_hash: hash,
            credential: Some(format!(
                "eyJhbGciOiJFUzI1NiJ9.QWRhIExvdmVsYWNl.{}",
                "A".repeat(86)
            )),
            credential_hash: hash,
            certificate_reference: "T0000001".to_owned(),
            status_list: self.lease.list,
            status_index: number as i64 % 131_072,
            issued_at: START + number as i64 * 1_000,
            awarded_on: Some("2026-07-01".to_owned()),
            expires_at: None,
            created_by: format!("key:{}", self.key_id),
            placement_id: None,
            stamped_hash: None,
        }
    }

    pub(crate) fn write(&self, document: NewDocument) -> Write {
        let event = event(self.tenant, "issuance.issued", document.id);
        let issue = NewIssue {
            document,
            hashes: Vec::new(),
            file: None,
        };
        Write::new(None, Command::Issue(Box::new(issue)), event)
    }

    /// The same with a file.
    pub(crate) fn write_file(&self, document: NewDocument, bytes: &[u8]) -> Write {
        let sha256 = sha256(bytes);
        let mut write = self.write(NewDocument {
            content_hash: sha256,
            ..document
        });
        if let Command::Issue(issue) = &mut write.command {
            issue.hashes.push(NewHash {
                kind: HashKind::Submitted,
                hash: sha256,
            });
            issue.file = Some(NewFile {
                kind: FileKind::Submitted,
                renderer_version: String::new(),
                sha256,
                bytes: bytes.to_vec(),
            });
        }
        write
    }

    pub(crate) fn issue(&self, document: NewDocument) -> Result<Outcome, Error> {
        self.store.write_blocking(self.write(document))
    }

    /// Issues one and reads it back.
    pub(crate) fn issued(&self) -> Document {
        let document = self.document();
        let id = document.id;
        done(self.issue(document));
        self.find(id)
    }

    /// Issues one without any personal data.
    pub(crate) fn issued_to_nobody(&self) {
        let document = NewDocument {
            title: None,
            recipient_name: None,
            recipient_email: None,
            fields: None,
            credential: None,
            ..self.document()
        };
        done(self.issue(document));
    }

    pub(crate) fn find(&self, id: Uuid) -> Document {
        let tenant = self.tenant;
        patiently(|| {
            self.store
                .read_blocking(move |view| documents::find(view, tenant, Mode::Live, id))
        })
        .unwrap()
    }

    pub(crate) fn lifecycle(&self, document: &Document, status: Status) -> Result<Outcome, Error> {
        put(
            &self.store,
            Command::Lifecycle {
                mode: document.mode,
                id: document.id,
                expected: document.newest_event_hash,
                status,
                reason: Some("fraud".to_owned()),
            },
            event(self.tenant, "issuance.status", document.id),
        )
    }
}

pub(crate) fn write_key(before: Option<ApiKey>, after: ApiKey) -> Command {
    let key = Box::new(ApiKeyWrite { before, after });
    Command::WriteApiKey { key, beside: None }
}

pub(crate) fn api_key(tenant: Uuid) -> ApiKey {
    ApiKey {
        tenant,
        id: format!("k{:011}", number()),
        mode: Mode::Live,
        name: "website".to_owned(),
        environment: "production".to_owned(),
        service: Some("shop".to_owned()),
        scopes: r#"["*"]"#.to_owned(),
        template_ids: None,
        allowed_cidrs: None,
        note: None,
        expires_at: None,
        superseded_by: None,
        overlap_end: None,
        deleted_at: None,
        created_by: "operator".to_owned(),
        created_at: START,
        secret_mac: digest(),
        last4: "abcd".to_owned(),
        revocations_per_day: None,
    }
}

pub(crate) fn job(tenant: Uuid, run_at: Micros) -> JobRow {
    JobRow {
        tenant,
        id: id(),
        kind: "sweep".to_owned(),
        state: JobState::Waiting,
        payload: "{}".to_owned(),
        run_at,
        attempts: 0,
        token: 0,
        last_error: None,
        created_at: START,
    }
}

pub(crate) fn alert(tenant: Uuid) -> Alert {
    Alert {
        tenant,
        id: id(),
        kind: "auth_failures".to_owned(),
        subject: "key:k00000000001".to_owned(),
        severity: "warning".to_owned(),
        details: "{}".to_owned(),
        first_at: START,
        last_at: START,
        occurrences: 1,
        ended_at: None,
        ended_by: None,
    }
}

pub(crate) fn channel(tenant: Uuid) -> AlertChannel {
    AlertChannel {
        tenant,
        id: id(),
        kind: "webhook".to_owned(),
        target: "https://hooks.example.org/".to_owned(),
        sealed_secret: Some(vec![1, 2, 3]),
        dek_version: Some(1),
        created_at: START,
        tested_at: None,
        failed_at: None,
        last_error: None,
        deleted_at: None,
    }
}
