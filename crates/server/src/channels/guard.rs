//! What webhooks may be sent to: public addresses, and networks the operator names. Whoever may make a channel must not
//! reach through this server what only it can reach (G-29).
//!
//! A name is resolved here for each connection, and the connection is made to what was judged: a name that leads elsewhere a
//! moment later leads nowhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::config::Outgoing;
use crate::network;

/// The longest address of a webhook, in characters.
pub const LONGEST: usize = 1_000;

/// How long a name may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A name leads to no address that may be called, or to none at all: nobody is told which, since that would tell what is
/// called how in networks that are not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("leads to no address that may be called")]
pub struct NoAddress;

/// Decides which addresses may be called.
#[derive(Debug, Clone)]
pub struct Guard {
    allowed: Arc<[IpNet]>,
}

impl Guard {
    /// With the networks that the operator named.
    #[must_use]
    pub fn new(settings: &Outgoing) -> Self {
        // Checked with the settings.
        let networks = settings.allowed_networks.iter();
        Self {
            allowed: networks
                .filter_map(|text| network::parse(text).ok())
                .collect(),
        }
    }

    /// Whether this address may be called.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || network::contains(&self.allowed, address)
    }

    /// Reads the address of a webhook. A name in it is judged when it is resolved.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn read(&self, text: &str) -> Result<Url, &'static str> {
        const FORM: &str = "must be an address such as https://hooks.example.org/ananke";
        if text.chars().count() > LONGEST {
            return Err("has more than 1000 characters");
        }
        let url = Url::parse(text).map_err(|_| FORM)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or password: messages are signed instead");
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?;
        if url.port() == Some(0) {
            return Err("must not name port 0");
        }
        // The parser wrote numbers in all their forms as the addresses they are.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let literal = bare.parse::<IpAddr>().ok();
        let is_here = literal.map_or(host == "localhost", |address| {
            address.to_canonical().is_loopback()
        });
        match url.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => {
                return Err(
                    "must begin with https://: what is sent must not cross a network in clear",
                );
            }
            _ => return Err(FORM),
        }
        match literal {
            Some(address) if !self.permits(address) => Err(
                "must lead to a public address; the operator of this server names others in outgoing.allowed_networks",
            ),
            _ => Ok(url),
        }
    }

    /// Addresses of a host that may be called.
    ///
    /// # Errors
    /// [`NoAddress`]
    pub async fn resolve(&self, host: &str) -> Result<Vec<SocketAddr>, NoAddress> {
        let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host, 0))).await;
        let found = found.map_err(|_| NoAddress)?.map_err(|_| NoAddress)?;
        let permitted: Vec<_> = found.filter(|found| self.permits(found.ip())).collect();
        match permitted.is_empty() {
            true => Err(NoAddress),
            false => Ok(permitted),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = Self::resolve(&guard, name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public network, by the registries of special-purpose addresses of the IANA.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, multicast and what is reserved above it, broadcast included.
        (0 | 10 | 127 | 224.., ..) => true,
        // Shared by customers of one provider; link-local with the metadata of clouds; private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, relays of 6to4, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) => true,
        (198, 51, 100) | (203, 0, 113) => true,
        // The platform of Azure, which answers within it like a metadata service.
        (168, 63, 129) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Documentation; Teredo, ORCHID and other assignments of protocols; 6to4; documentation again.
        [0x2001, 0x0db8, ..]
        | [0x2001, 0..=0x01ff, ..]
        | [0x2002, ..]
        | [0x3fff, 0..=0x0fff, ..] => false,
        // What is not global unicast: mapped and compatible IPv4, NAT64, loopback, link-local, ULA, multicast.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(networks: &[&str]) -> Guard {
        Guard::new(&Outgoing {
            ca_file: String::new(),
            allowed_networks: networks.iter().map(|&text| text.to_owned()).collect(),
        })
    }

    #[test]
    fn public_is_what_is_left() {
        for public in [
            "9.9.9.9",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2620:fe::fe",
            "2a00:1450::1",
            "2001:4860:4860::8888",
        ] {
            assert!(guard(&[]).permits(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.255.0.1",
            "100.64.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.31.255.255",
            "192.0.2.1",
            "192.168.0.1",
            "198.19.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!guard(&[]).permits(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn the_operator_names_networks_of_his_own() {
        let own = guard(&["10.1.2.0/24", "fd00::/8"]);
        for (address, good) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.1.3.3", false),
            ("fd01::1", true),
            ("fc01::1", false),
        ] {
            assert_eq!(own.permits(address.parse().unwrap()), good, "{address}");
        }
        assert!(own.read("https://10.1.2.3/x").is_ok());
        assert!(own.read("http://10.1.2.3/x").unwrap_err().contains("https"));
        assert!(guard(&["127.0.0.0/8"]).read("http://127.0.0.1:1/").is_ok());
    }
}
