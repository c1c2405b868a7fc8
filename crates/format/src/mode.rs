//! Live and test: two worlds that share no key, certificate, list or log.

use crate::words::words;

words! {
    /// The world a document, key or list belongs to. In a verdict it comes from the certificate.
    pub enum Mode ("mode") {
        /// Documents that count.
        Live = "live",
        /// Documents made while integrating; their certificates carry `OU=TEST`.
        Test = "test",
    }
}
