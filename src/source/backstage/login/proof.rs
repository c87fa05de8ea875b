//! What proves that an answer belongs to a question: random texts, and the challenge of PKCE (RFC 7636).

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::{self, Secret};

/// Random bytes of a text that nobody may guess.
const BYTES: usize = 32;

/// What a sign-in proves itself with.
#[derive(Debug)]
pub(super) struct Proof {
    /// Comes back with the code, which is ours only then.
    pub(super) state: String,
    /// Shown when the code is exchanged.
    pub(super) verifier: Secret,
    /// Shown when the sign-in begins; nobody finds the verifier by it.
    pub(super) challenge: String,
}

impl Proof {
    /// A new one.
    pub(super) fn new() -> Result<Self> {
        let verifier = random()?;
        Ok(Self { state: random()?, challenge: challenge(&verifier), verifier: Secret::new(&verifier) })
    }
}

/// The S256 challenge of a verifier.
fn challenge(verifier: &str) -> String {
    let mut sum = Sha256::digest(verifier.as_bytes()).to_vec();
    // Base64 takes groups of three bytes; the last letter of the 44 stands for the byte that is added.
    sum.push(0);
    let mut text = secret::base64(&sum).replace('+', "-").replace('/', "_");
    text.pop();
    text
}

/// A random text of letters and digits.
fn random() -> Result<String> {
    let mut bytes = [0; BYTES];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| {
        Error::new(ErrorKind::Failed, "The system gives no random numbers, so nobody can sign in safely.")
    })?;
    Ok(hex(&bytes))
}

/// Bytes as letters and digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing into a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn no_two_proofs_share_anything() {
        let (a, b) = (Proof::new().unwrap(), Proof::new().unwrap());
        assert!(a.state != b.state && a.verifier != b.verifier && a.challenge != b.challenge);
        assert!(a.verifier.expose().len() >= 43 && a.state != a.verifier.expose());
    }
}
