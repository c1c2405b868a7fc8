//! Rules about the store's own text.

/// The only finders without a tenant. Adding one here needs a reason in the review.
#[test]
fn functions_of_locate() {
    let text = include_str!("../../src/locate.rs");
    let functions: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub fn "))
        .filter_map(|line| line.split('(').next())
        .collect();
    assert_eq!(
        functions,
        [
            "by_reference",
            "by_hash",
            "by_api_key",
            "by_issuer_code",
            "by_certificate",
            "tenants",
            "expired"
        ]
    );
}

/// Every other public finder names its tenant.
#[test]
fn finders_name_their_tenant() {
    let modules = [
        ("alerts", include_str!("../../src/alerts.rs")),
        ("api_keys", include_str!("../../src/api_keys.rs")),
        ("attestations", include_str!("../../src/attestations.rs")),
        (
            "content_hashes",
            include_str!("../../src/content_hashes.rs"),
        ),
        ("counters", include_str!("../../src/counters.rs")),
        ("data_keys", include_str!("../../src/data_keys.rs")),
        ("document_list", include_str!("../../src/document_list.rs")),
        ("documents", include_str!("../../src/documents.rs")),
        ("events", include_str!("../../src/events.rs")),
        ("files", include_str!("../../src/files.rs")),
        ("jobs", include_str!("../../src/jobs.rs")),
        ("sightings", include_str!("../../src/sightings.rs")),
        (
            "signed_artifacts",
            include_str!("../../src/signed_artifacts.rs"),
        ),
        ("signing_keys", include_str!("../../src/signing_keys.rs")),
        ("status_lists", include_str!("../../src/status_lists.rs")),
        ("templates", include_str!("../../src/templates.rs")),
        ("tenants", include_str!("../../src/tenants.rs")),
        ("verifications", include_str!("../../src/verifications.rs")),
    ];
    let mut seen = 0;
    for (module, text) in modules {
        for found in text.split("\npub fn ").skip(1) {
            let head = found.split('{').next().unwrap();
            if head.contains("View<'_>") {
                seen += 1;
                // A file's row carries its tenant.
                assert!(
                    head.contains("tenant: Uuid") || head.contains("file: &FileRow"),
                    "{module}: {head}"
                );
            }
        }
    }
    assert!(seen > 20);
}

#[test]
fn no_sql_the_distributed_relatives_lack() {
    let migration = concat!(
        include_str!("../../migrations/0001_initial.sql"),
        include_str!("../../migrations/0002_smaller.sql"),
        include_str!("../../migrations/0003_hardening.sql"),
        include_str!("../../migrations/0004_stamps.sql")
    );
    for word in [
        "SERIAL",
        "SEQUENCE",
        "TRIGGER",
        "REFERENCES",
        "AUTOINCREMENT",
        "JSONB",
    ] {
        assert!(!migration.to_uppercase().contains(word), "{word}");
    }
    for table in migration.split("CREATE TABLE ").skip(1) {
        assert!(table.contains("PRIMARY KEY (tenant_id"), "{table}");
    }
}
