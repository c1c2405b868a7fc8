//! Signatures of webhooks as Standard Webhooks has them: `v1,` and the HMAC-SHA256 of id, time and body.
//!
//! The secret is kept sealed under the data key of its tenant, with its predecessor as long as that signs beside it.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// What a secret begins with where people see it.
const PREFIX: &str = "whsec_";

/// A secret, and until when it signs where another one took its place.
#[derive(Serialize, Deserialize)]
pub struct Secret {
    /// In base64.
    secret: String,
    /// In microseconds; `None` for the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// What a channel signs with, the newest first.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    secrets: Vec<Secret>,
}

impl Secrets {
    /// One secret, of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let secrets = vec![Secret {
            secret: STANDARD.encode(bytes),
            until: None,
        }];
        Self { secrets }
    }

    /// Another secret; the one that signed until now goes on beside it until then, older ones do not.
    #[must_use]
    pub fn rotated(self, bytes: &[u8; 32], until: i64) -> Self {
        let mut rotated = Self::new(bytes);
        let before = self.secrets.into_iter().next();
        rotated.secrets.extend(before.map(|mut secret| {
            secret.until = Some(until);
            secret
        }));
        rotated
    }

    /// The newest as it is shown, once.
    #[must_use]
    pub fn shown(&self) -> String {
        let newest = self.secrets.first();
        newest.map_or_else(String::new, |newest| format!("{PREFIX}{}", newest.secret))
    }

    /// The header `webhook-signature` of a message, at this time in microseconds.
    #[must_use]
    pub fn sign(&self, id: &str, now: i64, body: &[u8]) -> String {
        let good = self.secrets.iter();
        let good = good.filter(|secret| secret.until.is_none_or(|until| now < until));
        let signed = good.filter_map(|secret| {
            let mut bytes = STANDARD.decode(&secret.secret).ok()?;
            let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
            bytes.zeroize();
            let mut signing = hmac::Context::with_key(&key);
            signing.update(format!("{id}.{}.", now / 1_000_000).as_bytes());
            signing.update(body);
            Some(format!("v1,{}", STANDARD.encode(signing.sign())))
        });
        signed.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn signs_as_the_specification_does() {
        let secrets = Secrets {
            secrets: vec![Secret {
                secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
                until: None,
            }],
        };
        let (id, now) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000_000);
        assert_eq!(
            secrets.sign(id, now, br#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn both_sign_while_one_follows_the_other() {
        let (first, second) = ([1; 32], [2; 32]);
        let rotated = Secrets::new(&first).rotated(&second, 100);
        let alone = |bytes| Secrets::new(bytes).sign("id", 0, b"x");
        assert_eq!(
            rotated.sign("id", 99, b"x"),
            format!("{} {}", alone(&second), alone(&first))
        );
        assert_eq!(rotated.sign("id", 100, b"x"), alone(&second));
        assert!(rotated.shown().starts_with(PREFIX));
        let third = rotated.rotated(&[3; 32], 100);
        assert_eq!(third.sign("id", 0, b"x").split(' ').count(), 2);
    }
}
