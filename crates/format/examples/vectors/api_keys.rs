//! Cases of API keys.

use crate::case::case;

pub(crate) fn write() {
    const LIVE: &str = "ak_live_0123456789ABabcdefghijklmnopqrstuvwxyz012345";
    const TEST: &str = "ak_test_0123456789ABabcdefghijklmnopqrstuvwxyz012345";
    let live = format!("{LIVE}{}", check_of(LIVE));
    let test = format!("{TEST}{}", check_of(TEST));
    case("api-key", "live", "a live key", "live 0123456789AB").write(&live);
    case("api-key", "test", "a test key", "test 0123456789AB").write(&test);
    case(
        "api-key",
        "other-mode",
        "a test checksum under the live prefix",
        "refused check",
    )
    .write(&test.replace("ak_test_", "ak_live_"));
    case(
        "api-key",
        "mistyped",
        "one character of the secret is another",
        "refused check",
    )
    .write(&live.replace("abcdef", "abcdeF"));
    case("api-key", "prefix", "another prefix", "refused prefix")
        .write(&live.replace("ak_live_", "ak_prod_"));
    case(
        "api-key",
        "short",
        "one character is missing",
        "refused length",
    )
    .write(&live[..57]);
    case("api-key", "space", "a space at the end", "refused length").write(&format!("{live} "));
    case(
        "api-key",
        "character",
        "a hyphen in the secret",
        "refused character",
    )
    .write(&live.replace("abcdef", "abc-ef"));
    let mut random: Vec<u8> = (0..64).map(|place| place * 3).collect();
    random[5] = 248;
    random[9] = 255;
    let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let usable = random.iter().filter(|byte| **byte < 248).take(44);
    let body: String = usable
        .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
        .collect();
    let body = format!("ak_live_{body}");
    case(
        "api-key-random",
        "skipped",
        "bytes from 248 on are skipped",
        &format!("{body}{}", check_of(&body)),
    )
    .with("mode", "live")
    .write(&hex);
    case(
        "api-key-random",
        "too-few",
        "fewer than 44 usable bytes",
        "refused",
    )
    .with("mode", "live")
    .write(&format!("{}{}", "ff".repeat(21), "01".repeat(43)));
}

/// CRC-32 by long division of bits, apart from the code under test, in base 62.
fn check_of(text: &str) -> String {
    let mut crc = u32::MAX;
    for byte in text.bytes() {
        for bit in 0..8 {
            let is_one = (crc ^ u32::from(byte >> bit)) & 1 == 1;
            crc >>= 1;
            if is_one {
                crc ^= 0xedb8_8320;
            }
        }
    }
    let mut rest = u64::from(!crc);
    let mut digits = Vec::new();
    for _ in 0..6 {
        let digit =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(rest % 62) as usize];
        digits.insert(0, char::from(digit));
        rest /= 62;
    }
    digits.into_iter().collect()
}
