//! A cluster that is also reached over TCP, with TLS and a password, and in no other way.

use std::fs;

use super::Cluster;

/// The password of the user `postgres` there.
const PASSWORD: &str = "a+secret";

impl Cluster {
    /// Speaks TLS with this certificate and its key (PEM) from now on, on an address of its own. Gives what stands in a
    /// URL before the database's name, for the host `localhost`, and what after it.
    pub(crate) fn encrypt(&self, certificate: &str, key: &str) -> (String, String) {
        // The port is the usual one, since the socket is named by it; of loopback addresses there are plenty.
        let [_, high, middle, low] = std::process::id().to_be_bytes();
        let address = format!("127.{}.{middle}.{low}", 64 + high % 128);
        let address = self.address.get_or_init(|| address);
        self.ask(&format!("ALTER USER postgres PASSWORD '{PASSWORD}'"));
        for (name, text) in [("certificate.pem", certificate), ("key.pem", key)] {
            fs::write(self.dir.join(name), text).expect("a file");
        }
        self.shell(
            "install -m 600 certificate.pem data/server.crt && install -m 600 key.pem data/server.key && \
             echo 'ssl = on' >>data/postgresql.auto.conf && \
             printf 'local all all trust\\nhostssl all all 127.0.0.0/8 scram-sha-256\\n' >data/pg_hba.conf",
        );
        self.crash_and_restart();
        (
            format!("postgres://postgres:{PASSWORD}@localhost"),
            format!("?hostaddr={address}"),
        )
    }
}
