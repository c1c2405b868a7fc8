//! One database to test on, whichever engine, and shorthands for what the tests store.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use ananke_store::*;
use tempfile::TempDir;
use uuid::Uuid;

use crate::cluster;

/// Where the test clock begins.
pub(crate) const START: i64 = 1_800_000_000_000_000;

/// A database and everything around it. Reopened as often as a test likes.
pub(crate) struct Db {
    pub(crate) engine: Engine,
    pub(crate) dir: TempDir,
    pub(crate) url: Option<String>,
    pub(crate) clock: Arc<AtomicI64>,
    /// How often the store asked for the time.
    pub(crate) asked: Arc<AtomicI64>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The next number of this process: for ids that must differ and keep their order.
pub(crate) fn number() -> u64 {
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// A UUIDv7 later than all before.
pub(crate) fn id() -> Uuid {
    let number = number();
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis((START / 1000) as u64 + number, &random).into_uuid()
}

/// A digest nobody else has.
pub(crate) fn digest() -> Digest {
    let mut out = [7; 32];
    out[..8].copy_from_slice(&number().to_be_bytes());
    out
}

pub(crate) fn keys() -> RowKeys {
    RowKeys::new(&[11; 32], &[12; 32])
}

impl Db {
    /// `None` where PostgreSQL is asked for and not installed.
    pub(crate) fn new(engine: Engine) -> Option<Self> {
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(cluster::shared()?.database()),
        };
        Some(Self::at(engine, url))
    }

    pub(crate) fn at(engine: Engine, url: Option<String>) -> Self {
        Self {
            engine,
            dir: tempfile::Builder::new()
                .prefix("ananke-store-")
                .tempdir()
                .unwrap(),
            url,
            clock: Arc::new(AtomicI64::new(START)),
            asked: Arc::new(AtomicI64::new(0)),
        }
    }

    /// Another node on the same database, with a data directory of its own.
    pub(crate) fn other_node(&self) -> Self {
        Self {
            clock: Arc::clone(&self.clock),
            ..Self::at(self.engine, self.url.clone())
        }
    }

    pub(crate) fn options(&self) -> Options {
        let (clock, asked) = (Arc::clone(&self.clock), Arc::clone(&self.asked));
        let mut options = Options::new(
            self.dir.path().join("data"),
            Arc::new(move || {
                asked.fetch_add(1, Ordering::SeqCst);
                clock.fetch_add(1_000, Ordering::SeqCst)
            }),
            Arc::new(|buffer: &mut [u8]| {
                for chunk in buffer.chunks_mut(8) {
                    let mixed = number().wrapping_mul(0x9E37_79B9_7F4A_7C15);
                    chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
                }
            }),
        );
        if let Some(url) = &self.url {
            options.database = Database::Postgres(url.clone());
        }
        options
    }

    /// Open and unlocked, made on the first call.
    pub(crate) fn open(&self) -> Store {
        self.try_open(self.options()).unwrap()
    }

    pub(crate) fn try_open(&self, options: Options) -> Result<Store, Error> {
        let store = Store::open(options)?;
        if store.instance()?.is_none() {
            store.initialise(&new_instance(), &keys())?;
        }
        store.unlock(keys())?;
        Ok(store)
    }

    /// The database behind the store's back.
    pub(crate) fn raw(&self) -> Raw {
        match &self.url {
            None => {
                let path = self.dir.path().join("data/ananke.db");
                let connection = rusqlite::Connection::open(path).unwrap();
                connection
                    .busy_timeout(std::time::Duration::from_secs(5))
                    .unwrap();
                Raw::Sqlite(connection)
            }
            Some(url) => Raw::Postgres(Box::new(
                postgres::Client::connect(url, postgres::NoTls).unwrap(),
            )),
        }
    }
}

/// Plain SQL.
pub(crate) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Raw {
    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str) -> u64 {
        match self {
            Self::Sqlite(connection) => connection.execute(sql, []).unwrap() as u64,
            Self::Postgres(client) => client.execute(sql, &[]).unwrap(),
        }
    }

    pub(crate) fn script(&mut self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql).unwrap(),
            Self::Postgres(client) => client.batch_execute(sql).unwrap(),
        }
    }

    /// Every row as text; the statement casts where it must.
    pub(crate) fn query(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(sql).unwrap();
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    (0..columns)
                        .map(|n| {
                            Ok(match row.get_ref(n)? {
                                rusqlite::types::ValueRef::Null => None,
                                rusqlite::types::ValueRef::Integer(n) => Some(n.to_string()),
                                rusqlite::types::ValueRef::Text(text)
                                | rusqlite::types::ValueRef::Blob(text) => {
                                    Some(String::from_utf8_lossy(text).into_owned())
                                }
                                rusqlite::types::ValueRef::Real(n) => Some(n.to_string()),
                            })
                        })
                        .collect()
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Self::Postgres(client) => client
                .query(sql, &[])
                .unwrap()
                .iter()
                .map(|row| {
                    (0..row.len())
                        .map(|n| match row.columns()[n].type_().name() {
                            "int8" => row.get::<_, Option<i64>>(n).map(|n| n.to_string()),
                            "bytea" => row
                                .get::<_, Option<Vec<u8>>>(n)
                                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
                            _ => row.get::<_, Option<String>>(n),
                        })
                        .collect()
                })
                .collect(),
        }
    }

    pub(crate) fn count(&mut self, sql: &str) -> i64 {
        self.query(sql)[0][0].as_deref().unwrap().parse().unwrap()
    }

    /// Every table of the store with its columns, from the schema itself.
    pub(crate) fn tables(&mut self) -> Vec<(String, Vec<String>)> {
        let names = match self {
            Self::Sqlite(_) => {
                self.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            }
            Self::Postgres(_) => self.query(
                "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
                 WHERE table_schema = 'public' ORDER BY table_name",
            ),
        };
        let names: Vec<String> = names
            .into_iter()
            .map(|row| row[0].clone().unwrap())
            .collect();
        names
            .into_iter()
            .map(|table| {
                let columns = match self {
                    Self::Sqlite(_) => {
                        self.query(&format!("SELECT name FROM pragma_table_info('{table}')"))
                    }
                    Self::Postgres(_) => self.query(&format!(
                        "SELECT CAST(column_name AS TEXT) FROM information_schema.columns \
                         WHERE table_name = '{table}' ORDER BY ordinal_position"
                    )),
                };
                let columns = columns.into_iter().map(|row| row[0].clone().unwrap());
                (table, columns.collect())
            })
            .collect()
    }
}

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
            signing_key(INSTANCE_TENANT, Purpose::Root, None),
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

/// Waits for a future on this thread: what the store does for `write_blocking`.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
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
    store.write_blocking(Write {
        claim: None,
        command,
        event,
    })
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
            created_at: START,
        };
        let create = Command::CreateTenant {
            tenant: row,
            data_key: data_key(tenant),
            signing_keys: vec![signing_key(tenant, Purpose::Tenant, Some(Mode::Live))],
        };
        done(put(store, create, event(tenant, "tenant.created", tenant)));
        let create = Command::CreateTemplate {
            id: template,
            name: "Degree Certificate".to_owned(),
            body: r#"{"name":"Degree Certificate"}"#.to_owned(),
            is_active: true,
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
            Command::CreateApiKey(key),
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
        let number = number();
        NewDocument {
            tenant: self.tenant,
            mode: Mode::Live,
            id: id(),
            reference: format!("TRF-{number:013}"),
            template_id: self.template,
            template_version: 1,
            document_type: "certificate".to_owned(),
            title: Some("Bachelor of Lovelace".to_owned()),
            recipient_name: Some("Ada Lovelace".to_owned()),
            recipient_email: Some("ada@lovelace.example".to_owned()),
            external_id: None,
            fields: Some(r#"[{"key":"name","value":"Ada Lovelace"}]"#.to_owned()),
            content_hash: digest(),
            credential: Some("eyJhbGciOiJFUzI1NiJ9.QWRhIExvdmVsYWNl.c2ln".to_owned()),
            credential_hash: digest(),
            certificate_reference: "T0000001".to_owned(),
            status_list: self.lease.list,
            status_index: number as i64 % 131_072,
            issued_at: START + number as i64 * 1_000,
            awarded_on: Some("2026-07-01".to_owned()),
            expires_at: None,
            created_by: format!("key:{}", self.key_id),
        }
    }

    pub(crate) fn write(&self, document: NewDocument) -> Write {
        let event = event(self.tenant, "document.issued", document.id);
        let hashes = vec![NewHash {
            kind: HashKind::Credential,
            hash: document.content_hash,
        }];
        Write {
            claim: None,
            command: Command::Issue(Box::new(NewIssue {
                document,
                hashes,
                file: None,
            })),
            event,
        }
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
            event(self.tenant, "document.status", document.id),
        )
    }
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
    }
}

/// Asks again while the database is away.
fn patiently<T>(mut ask: impl FnMut() -> Result<T, Error>) -> T {
    loop {
        match ask() {
            Err(Error::Unavailable { .. }) => cluster::pause(),
            answer => return answer.unwrap(),
        }
    }
}

/// Nothing is wrong with the whole database.
pub(crate) fn assert_sound(store: &Store) -> audit::Report {
    let report = patiently(|| store.read_blocking(audit::sweep));
    assert_eq!(report.findings, [], "the audit found something");
    report
}

impl Db {
    /// A second server on the same PostgreSQL database, which starts from a copy of the first one's
    /// anchor, as an operator would set it up.
    pub(crate) fn other_node_open(&self) -> Store {
        let node = self.other_node();
        let options = node.options();
        std::fs::copy(self.options().anchor, &options.anchor).unwrap();
        let store = Store::open(options).unwrap();
        store.unlock(keys()).unwrap();
        // Its anchor must outlive this function; the file goes with the temporary directory.
        let _ = node.dir.keep();
        store
    }
}
