//! The items there are, in the order in which they are shown, and who may say how each stands.

/// An item of a checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the titles below say it, once")]
pub enum Item {
    SecretsManager,
    Https,
    ServerSide,
    Environments,
    Rotation,
    Limits,
    Alerting,
    Audit,
    Disk,
    Clock,
    PublicUrl,
    Proxies,
    Certificate,
    SigningCertificates,
    KekCopy,
    Anchor,
    Backups,
    Metrics,
}

/// What a person's word is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Nothing: the server sees for itself.
    Nothing,
    /// The server does not see all of it, so somebody has to vouch; nobody vouches against what is seen.
    Needed,
    /// Somebody may vouch where the server sees nothing; nobody vouches against what is seen.
    Beyond,
    /// Somebody may vouch that it is done by other means.
    Instead,
}

impl Item {
    /// Of a tenant: the rows of the hardening guide.
    pub const OF_TENANT: [Self; 8] = [
        Self::SecretsManager,
        Self::Https,
        Self::ServerSide,
        Self::Environments,
        Self::Rotation,
        Self::Limits,
        Self::Alerting,
        Self::Audit,
    ];
    /// Of the instance.
    pub const OF_INSTANCE: [Self; 10] = [
        Self::Disk,
        Self::Clock,
        Self::PublicUrl,
        Self::Proxies,
        Self::Certificate,
        Self::SigningCertificates,
        Self::KekCopy,
        Self::Anchor,
        Self::Backups,
        Self::Metrics,
    ];

    /// Its name in the contract and in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretsManager => "secrets_manager",
            Self::Https => "https",
            Self::ServerSide => "server_side",
            Self::Environments => "environments",
            Self::Rotation => "rotation",
            Self::Limits => "limits",
            Self::Alerting => "alerting",
            Self::Audit => "audit",
            Self::Disk => "disk",
            Self::Clock => "clock",
            Self::PublicUrl => "public_url",
            Self::Proxies => "proxies",
            Self::Certificate => "certificate",
            Self::SigningCertificates => "signing_certificates",
            Self::KekCopy => "kek_copy",
            Self::Anchor => "anchor",
            Self::Backups => "backups",
            Self::Metrics => "metrics",
        }
    }

    /// What is asked for, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SecretsManager => "keys are in a secrets manager",
            Self::Https => "HTTPS everywhere",
            Self::ServerSide => "no key on the client side",
            Self::Environments => "keys apart by environment",
            Self::Rotation => "rotation is practised",
            Self::Limits => "limits are in force",
            Self::Alerting => "somebody is told",
            Self::Audit => "the record adds up",
            Self::Disk => "room on the disk",
            Self::Clock => "the clock is right",
            Self::PublicUrl => "the public address",
            Self::Proxies => "proxies are declared",
            Self::Certificate => "certificate of the server",
            Self::SigningCertificates => "signing certificates",
            Self::KekCopy => "a copy of the key-encryption key",
            Self::Anchor => "the anchor",
            Self::Backups => "backups",
            Self::Metrics => "somebody measures",
        }
    }

    /// What a person's word is good for.
    #[must_use]
    pub const fn word(self) -> Word {
        match self {
            Self::SecretsManager | Self::Rotation | Self::Limits | Self::Backups => Word::Needed,
            Self::Clock | Self::Certificate | Self::Metrics => Word::Beyond,
            Self::Environments | Self::Alerting | Self::KekCopy => Word::Instead,
            Self::Https
            | Self::ServerSide
            | Self::Audit
            | Self::Disk
            | Self::PublicUrl
            | Self::Proxies
            | Self::SigningCertificates
            | Self::Anchor => Word::Nothing,
        }
    }

    /// The item of this name among these.
    #[must_use]
    pub fn find(among: &[Self], name: &str) -> Option<Self> {
        among.iter().copied().find(|item| item.as_str() == name)
    }
}
