//! SHA-256, for fingerprints that other programs take again: Helm's `Chart.lock`, `sha256sum`. Nothing secret is hashed.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes, as `sha256sum` writes it.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("memory takes everything");
    }
    text
}

#[cfg(test)]
mod tests {
    /// Source: the example that NIST gives for FIPS 180-4.
    #[test]
    fn digests_are_written_as_others_write_them() {
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::hex(b"abc"), digest);
    }
}
