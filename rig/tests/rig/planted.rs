//! What G-21 plants: secrets and words of people, made anew from the seed for every run.

use ananke_format::Mode;
use ananke_format::api_key::ApiKey;
use ananke_rig::needles::Canary;
use ananke_rig::seed::Seed;

/// What is planted.
pub(crate) struct Planted {
    pub(crate) kek: String,
    pub(crate) password: String,
    /// That of the mail server.
    pub(crate) smtp_password: String,
    pub(crate) first: ApiKey,
    pub(crate) unknown: ApiKey,
    /// Name of the member, and a value that ends in characters addresses have to escape.
    pub(crate) personal: Vec<(&'static str, String)>,
}

impl Planted {
    pub(crate) fn new(seed: &mut Seed) -> Self {
        let mut key = || {
            let random = std::array::from_fn(|_| u8::try_from(seed.below(248)).unwrap());
            ApiKey::from_random(Mode::Live, &random).unwrap()
        };
        let (first, unknown) = (key(), key());
        let mut word = |length: usize| -> String {
            let letters = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
            let letter =
                |_| char::from(letters[usize::try_from(seed.below(letters.len() as u64)).unwrap()]);
            (0..length).map(letter).collect()
        };
        let personal = vec![
            (
                "recipientName",
                format!("{} {} & {}", word(8), word(5), word(9)),
            ),
            (
                "recipientEmail",
                format!("{}+{}@{}.example", word(9), word(3), word(9).to_lowercase()),
            ),
            ("field", format!("{} / {} = {}", word(8), word(6), word(8))),
            ("note", format!("{}: {}, {}", word(9), word(6), word(9))),
            ("documentTitle", format!("{} {}", word(11), word(11))),
            ("externalId", format!("{}/{}", word(10), word(10))),
            ("pdf", word(24)),
            // Never stored: what people type where it does not belong.
            (
                "a name typed as a reference",
                format!("{} {}", word(10), word(10)),
            ),
            (
                "a name typed as an address",
                format!("{} {}", word(10), word(10)),
            ),
        ];
        let kek = (0..64)
            .map(|_| char::from(b"0123456789abcdef"[usize::try_from(seed.below(16)).unwrap()]))
            .collect();
        let mut letters = || -> String {
            let letter = |_| char::from(b'a' + u8::try_from(seed.below(26)).unwrap());
            (0..24).map(letter).collect()
        };
        let (password, smtp_password) = (letters(), letters());
        Self {
            kek,
            password,
            smtp_password,
            first,
            unknown,
            personal,
        }
    }

    pub(crate) fn personal(&self, name: &str) -> &str {
        &self
            .personal
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1
    }

    /// What may stand nowhere but where it was shown once.
    pub(crate) fn secrets(&self) -> Vec<Canary> {
        let bytes: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&self.kek[at..at + 2], 16).unwrap())
            .collect();
        vec![
            Canary::new("the key-encryption key", self.kek.clone()),
            Canary::new("the bytes of the key-encryption key", bytes),
            Canary::new("the password of the database", self.password.clone()),
            Canary::new(
                "the password of the mail server",
                self.smtp_password.clone(),
            ),
            Canary::new("the first key", self.first.expose_secret()),
            Canary::new("a key nobody has", self.unknown.expose_secret()),
        ]
    }

    pub(crate) fn people(&self) -> Vec<Canary> {
        self.personal
            .iter()
            .map(|(name, value)| Canary::new(name, value.clone()))
            .collect()
    }
}
