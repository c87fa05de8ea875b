//! Which servers are believed: those that an authority of the system or of `ca_file` vouches for, and the one whose
//! own certificate stands in `ca_file`.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read files")]

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of a file with certificates.
const MAX_CA_BYTES: u64 = 4 << 20;

/// What a file of certificates is.
const PEM: &str = "ca_file takes PEM, text that begins with -----BEGIN CERTIFICATE-----. A certificate in DER becomes it by `openssl x509 -inform der -in FILE`.";

/// What webpki says of a certificate that may sign others where a server shows it as its own. Most self-signed
/// certificates are such: `openssl req -x509` makes them so.
pub(super) const OF_AN_AUTHORITY: &str = "CaUsedAsEndEntity";

/// How connections are made where the certificates of a file count beside those of the system.
pub(super) fn config(file: &Path) -> Result<ClientConfig> {
    let named = certificates(file)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let unusable = |error: TlsError| wrong(file, &error.to_string());
    let trust = Trust::new(named, Arc::clone(&provider)).map_err(unusable)?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // `dangerous` is the only way to a verifier of one's own, the system's too.
    let builder = builder.map_err(unusable)?.dangerous();
    let mut config = builder.with_custom_certificate_verifier(Arc::new(trust)).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of a file.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let unread = |error: &std::io::Error| {
        let error = Error::io(format_args!("The certificates in {}", file.display()), error);
        Error::new(ErrorKind::Usage, error.message())
            .with_hint("Correct the path in `ca_file`, or let callboard read what is there.")
    };
    let known = std::fs::metadata(file).map_err(|error| unread(&error))?;
    if !known.is_file() {
        return Err(wrong(file, "it is no file"));
    }
    if known.len() > MAX_CA_BYTES {
        return Err(wrong(file, "the file is too large"));
    }
    let text = std::fs::read(file).map_err(|error| unread(&error))?;
    let read = CertificateDer::pem_slice_iter(&text).collect::<std::result::Result<Vec<_>, _>>();
    let certificates = read.map_err(|error| wrong(file, &error.to_string()))?;
    if certificates.is_empty() { Err(wrong(file, "there are none in it")) } else { Ok(certificates) }
}

fn wrong(file: &Path, why: &str) -> Error {
    let message = format!("The certificates in {}: {why}.", file.display());
    Error::new(ErrorKind::Usage, message).with_hint(PEM)
}

/// The verifier of the system with the named certificates as authorities; one of them may also be a server's own.
#[derive(Debug)]
struct Trust {
    verifier: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl Trust {
    fn new(
        named: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> std::result::Result<Self, TlsError> {
        Ok(Self { verifier: Verifier::new_with_extra_roots(named.clone(), provider)?, named })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, TlsError> {
        let refused = match self.verifier.verify_server_cert(own, others, name, ocsp, now) {
            Err(error) if is_of_an_authority(&error) && self.named.contains(own) => error,
            verdict => return verdict,
        };
        // It is, byte by byte, what was named, and its dates were looked at before this was said of it: its name
        // is what is left. That the server has its key is checked by the handshake, as ever.
        match ParsedCertificate::try_from(own) {
            Ok(parsed) => verify_server_name(&parsed, name).map(|()| ServerCertVerified::assertion()),
            Err(_) => Err(refused),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, TlsError> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, TlsError> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn is_of_an_authority(error: &TlsError) -> bool {
    let TlsError::InvalidCertificate(CertificateError::Other(why)) = error else { return false };
    why.to_string().contains(OF_AN_AUTHORITY)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A self-signed certificate for `portal.internal` and 127.0.0.1, of 2026 to 2046, as `openssl req -x509` makes it.
    const OWN: &str = "-----BEGIN CERTIFICATE-----
MIIBqzCCAVGgAwIBAgIUSbkSZyKj5DHV0uuNI+or2kNxfBowCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPcG9ydGFsLmludGVybmFsMB4XDTI2MTEyNjAwMjMzMFoXDTQ2
MTEyMTAwMjMzMFowGjEYMBYGA1UEAwwPcG9ydGFsLmludGVybmFsMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEQtj8RKl6v0E65Yp5nBuN6IG9qQfp5Md3e9Wyd/pU
/Mh9YVnVYC14ZQ2MWT3pRTBf4gYnrZVwgEQTCpIHuQidiaN1MHMwHQYDVR0OBBYE
FDegd//yYVRLzfjLCPAW81ZvAk5VMB8GA1UdIwQYMBaAFDegd//yYVRLzfjLCPAW
81ZvAk5VMA8GA1UdEwEB/wQFMAMBAf8wIAYDVR0RBBkwF4IPcG9ydGFsLmludGVy
bmFshwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQD0V9G1iA/bFFDDoRH/AEgG+aGu
jD0pPFWhNa206+AbZwIgE9Me4Y+HtF0YcrwZaQEOZLSmpOWKp7vpADnkkTnbw9E=
-----END CERTIFICATE-----";

    /// Another one for the same names.
    const ANOTHER: &str = "-----BEGIN CERTIFICATE-----
MIIBqjCCAVGgAwIBAgIUEmnFRaLORK0tXmm/jAcROiF+ms4wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPcG9ydGFsLmludGVybmFsMB4XDTI2MTEyNjAwMjMzMFoXDTQ2
MTEyMTAwMjMzMFowGjEYMBYGA1UEAwwPcG9ydGFsLmludGVybmFsMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEjjzTc+107HiAlzexdsGTvcDV/4Dt+eDlKRmmIKWp
GD2iGstXAfxkDP87iM5IisuUNmWJdfcq5ndIIyUqi5eHNqN1MHMwHQYDVR0OBBYE
FCOnc5ui0eQyGTBn7f/KKPoqFe5bMB8GA1UdIwQYMBaAFCOnc5ui0eQyGTBn7f/K
KPoqFe5bMA8GA1UdEwEB/wQFMAMBAf8wIAYDVR0RBBkwF4IPcG9ydGFsLmludGVy
bmFshwR/AAABMAoGCCqGSM49BAMCA0cAMEQCIH7sWbEHN6qf7FLqEjNTQCJHg0Ud
zs8oh9B7s4lXSpqcAiBK2KHLwbwuWH1sBB4h9Tep3q9h1vEAC37jkYGvh4DDNA==
-----END CERTIFICATE-----";

    const YEAR: u64 = 365 * 24 * 60 * 60;

    fn certificate(pem: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
    }

    /// What comes of a server that shows a certificate, under a name, so many years after 1970.
    fn verdict(named: &str, shown: &str, name: &'static str, years: u64) -> std::result::Result<(), String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let trust = Trust::new(vec![certificate(named)], provider).unwrap();
        let (name, now) = (ServerName::try_from(name).unwrap(), Duration::from_secs(years * YEAR));
        let now = UnixTime::since_unix_epoch(now);
        let verdict = trust.verify_server_cert(&certificate(shown), &[], &name, &[], now);
        verdict.map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_server_whose_own_certificate_is_named_is_believed() {
        assert_eq!(verdict(OWN, OWN, "portal.internal", 65), Ok(()));
        assert_eq!(verdict(OWN, OWN, "127.0.0.1", 65), Ok(()));
    }

    #[test]
    fn under_another_name_or_out_of_its_time_it_is_not() {
        let refused = verdict(OWN, OWN, "other.internal", 65).unwrap_err();
        assert!(refused.contains("not valid for name"), "{refused}");
        let refused = verdict(OWN, OWN, "portal.internal", 80).unwrap_err();
        assert!(refused.contains("expired"), "{refused}");
        let refused = verdict(OWN, OWN, "portal.internal", 50).unwrap_err();
        assert!(refused.contains("not valid yet"), "{refused}");
    }

    #[test]
    fn one_that_only_looks_like_it_is_not_believed() {
        assert!(verdict(OWN, ANOTHER, "portal.internal", 65).unwrap_err().contains(OF_AN_AUTHORITY));
    }

    #[test]
    fn files_without_certificates_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ca.pem");
        for (text, why) in [
            ("no certificate", "there are none in it"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "BadEncoding"),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = config(&file).unwrap_err();
            assert!(error.message().contains("ca.pem: ") && error.message().contains(why), "{error}");
        }
    }
}
