//! No parser panics, whatever it is given: noise, and noise signed by a believed key.

use ananke_format::certificate::Certificate;
use ananke_format::jws::{Jws, Typ};
use ananke_format::lifecycle::LifecycleStatement;
use ananke_format::trust::{Pin, Roots, Trust};
use ananke_format::{HeadStatement, status, verify};
use proptest::prelude::*;

use crate::keys::{TestKey, base64url, sign_input};
use crate::trusts::{LIVE, given};

fn all_parsers(text: &str) {
    for typ in Typ::ALL {
        let _ = Jws::parse(text, *typ);
    }
    let _ = verify::signature(text, &LIVE);
    let _ = status::verify(text, &LIVE);
    let _ = LifecycleStatement::verify(text, &LIVE);
    let _ = HeadStatement::verify(text, &LIVE);
    let _ = Trust::from_bundle(text, Pin::FirstUse, None);
    let _ = Certificate::from_pem(text);
    let _ = Roots::from_pem(text);
    let _ = status::ListId::parse(text);
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        "\"[ -~&&[^\"\\\\]]{0,20}\"",
    ];
    let names = prop::sample::select(vec![
        "alg",
        "typ",
        "kid",
        "x5c",
        "id",
        "issuer",
        "sub",
        "iat",
        "exp",
        "status_list",
        "credentialSubject",
        "type",
        "reference",
        "at",
        "action",
        "validFrom",
        "version",
        "lst",
        "bits",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn noise(text in "\\PC{0,80}", dotted in "[A-Za-z0-9_=-]{0,30}(\\.[A-Za-z0-9_=-]{0,30}){0,3}") {
        all_parsers(&text);
        all_parsers(&dotted);
    }

    #[test]
    fn noise_in_der(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::from_der(&bytes);
    }

    #[test]
    fn signed_noise(payload in any_json(), header in any_json(), keep_header in any::<bool>()) {
        for (given_name, key) in [("list-live.jws", "status-live"), ("trust-live.jws", "ca-live")] {
            let good = given(given_name);
            let header = if keep_header { good.split('.').next().unwrap().to_owned() } else { base64url(header.as_bytes()) };
            let text = sign_input(&format!("{header}.{}", base64url(payload.as_bytes())), &TestKey::load(key));
            all_parsers(&text);
        }
    }
}
