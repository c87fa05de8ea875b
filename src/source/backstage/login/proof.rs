//! What proves that an answer belongs to a question: random texts, and the challenge of PKCE (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;
use crate::source::sum::hex;

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
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
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
