//! Networks and addresses: where a request comes from, and whether that is one of a list.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which proxies pass on whom they speak for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The header in which they pass on how they were reached.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// How a request came that reached this server without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// By HTTPS to a proxy that is trusted, or from this machine.
    Safe,
    /// Over a network in clear.
    Clear,
    /// Through a proxy that does not say.
    Untold,
}

impl Transport {
    /// What a request with a key in clear is counted as.
    pub const CLEAR: &'static str = "cleartext";
    /// What one is counted as of which nobody says how it came.
    pub const UNTOLD: &'static str = "transport_untold";
    /// What a proxy that is not declared is counted as.
    pub const UNDECLARED: &'static str = "undeclared_proxy";
}

/// Whether somebody speaks for others who is no proxy this server trusts.
#[must_use]
pub fn is_undeclared(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpNet]) -> bool {
    headers.contains_key(FORWARDED_FOR) && !contains(proxies, peer.ip().to_canonical())
}

/// How a request came on a connection without TLS. A proxy that is trusted is believed; what somebody else says of the way
/// proves nothing good.
#[must_use]
pub fn transport(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Transport {
    let address = peer.ip().to_canonical();
    if !contains(proxies, address) {
        return match (address.is_loopback(), headers.contains_key(FORWARDED_FOR)) {
            (true, false) => Transport::Safe,
            (true, true) => Transport::Untold,
            (false, _) => Transport::Clear,
        };
    }
    let said = headers.get_all(FORWARDED_PROTO).iter().next_back();
    let said = said.map(|value| value.to_str().unwrap_or("?"));
    let nearest = said.and_then(|said| said.rsplit(',').next()).map(str::trim);
    match nearest {
        Some(proto) if proto.eq_ignore_ascii_case("https") => Transport::Safe,
        _ if client(peer, headers, proxies).is_loopback() => Transport::Safe,
        Some(_) => Transport::Clear,
        None => Transport::Untold,
    }
}

/// Reads a network such as `192.0.2.0/24`, or one address.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.to_canonical().into());
    }
    let network: IpNet = text
        .parse()
        .map_err(|_| "must be a network, such as 192.0.2.0/24 or 2001:db8::/32".to_owned())?;
    if network.trunc() == network {
        Ok(network)
    } else {
        Err(format!("has bits behind its prefix: {}", network.trunc()))
    }
}

/// Whether an address is in one of these.
#[must_use]
pub fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// The network an address is counted and recorded under, a /24 or a /64: whoever has one address of it can mostly have
/// them all, and it names nobody.
#[must_use]
pub fn around(address: IpAddr) -> IpNet {
    let (address, prefix) = match address.to_canonical() {
        address @ IpAddr::V4(_) => (address, 24),
        address @ IpAddr::V6(_) => (address, 64),
    };
    IpNet::new(address, prefix).map_or_else(|_| address.into(), |network| network.trunc())
}

/// Whom a request comes from: whoever is connected, or, where that is a proxy this server trusts, whom it speaks for.
/// From anybody else the header is just a claim.
#[must_use]
pub fn client(peer: SocketAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut client = peer.ip().to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    for hop in hops {
        if !contains(proxies, client) {
            break;
        }
        // A hop that names nobody hides whoever is behind it.
        let Some(before) = address(hop.trim()) else {
            break;
        };
        client = before;
    }
    client
}

/// An address with or without its port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>().ok();
    address
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_network_is() {
        for (text, shown) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("192.0.2.7", "192.0.2.7/32"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "192.0.2.0/33", "192.0.2", "example.org", "192.0.2.7/24"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    fn whom(peer: &str, lines: &[&str]) -> String {
        let proxies = [parse("10.0.0.0/8").unwrap(), parse("127.0.0.1").unwrap()];
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn how_a_request_came() {
        let proxies = [parse("10.0.0.0/8").unwrap()];
        let way = |peer: &str, pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            let peer = peer.parse().unwrap();
            let undeclared = is_undeclared(peer, &headers, &proxies);
            (transport(peer, &headers, &proxies), undeclared)
        };
        use Transport::{Clear, Safe, Untold};
        let (from, proto) = ((FORWARDED_FOR, "192.0.2.1"), FORWARDED_PROTO);
        for (peer, pairs, wanted) in [
            ("127.0.0.1:1", vec![], (Safe, false)),
            ("[::1]:1", vec![], (Safe, false)),
            ("[::ffff:127.0.0.1]:1", vec![], (Safe, false)),
            ("203.0.113.9:1", vec![], (Clear, false)),
            // Whoever is no proxy of ours proves nothing.
            ("203.0.113.9:1", vec![(proto, "https")], (Clear, false)),
            ("127.0.0.1:1", vec![from, (proto, "https")], (Untold, true)),
            ("203.0.113.9:1", vec![from], (Clear, true)),
            ("10.0.0.1:1", vec![from, (proto, "https")], (Safe, false)),
            ("10.0.0.1:1", vec![from, (proto, "HTTPS")], (Safe, false)),
            ("10.0.0.1:1", vec![from, (proto, "http")], (Clear, false)),
            ("10.0.0.1:1", vec![from], (Untold, false)),
            // What was said before the nearest proxy is somebody else's word.
            (
                "10.0.0.1:1",
                vec![from, (proto, "https, http")],
                (Clear, false),
            ),
            (
                "10.0.0.1:1",
                vec![from, (proto, "https"), (proto, "http")],
                (Clear, false),
            ),
            // Of this very machine, beside the proxy.
            (
                "10.0.0.1:1",
                vec![(FORWARDED_FOR, "127.0.0.1"), (proto, "http")],
                (Safe, false),
            ),
        ] {
            assert_eq!(way(peer, &pairs), wanted, "{peer} {pairs:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(whom("203.0.113.9:1", &[]), "203.0.113.9");
        assert_eq!(whom("203.0.113.9:1", &["192.0.2.1"]), "203.0.113.9");
        assert_eq!(whom("10.0.0.1:1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(whom("[::ffff:10.0.0.1]:1", &["192.0.2.1"]), "192.0.2.1");
        // What was sent before the first proxy that is trusted is the client's own invention.
        assert_eq!(whom("10.0.0.1:1", &["6.6.6.6, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(
            whom("10.0.0.1:1", &["6.6.6.6", "192.0.2.1, 10.1.1.1"]),
            "192.0.2.1"
        );
        assert_eq!(whom("10.0.0.1:1", &["10.9.9.9"]), "10.9.9.9");
        // With ports, as some proxies write them.
        assert_eq!(whom("127.0.0.1:1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(whom("127.0.0.1:1", &["192.0.2.1:443"]), "192.0.2.1");
        assert_eq!(whom("127.0.0.1:1", &["[2001:db8::1]"]), "2001:db8::1");
        // What cannot be read is nobody.
        assert_eq!(whom("10.0.0.1:1", &["192.0.2.1, unknown"]), "10.0.0.1");
        assert_eq!(whom("10.0.0.1:1", &[""]), "10.0.0.1");
    }
}
