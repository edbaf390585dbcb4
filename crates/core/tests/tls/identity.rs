//! The client's own certificate, and servers that ask for it.

use std::fs;

use base64::Engine as _;
use httpxide_core::tls::{Identity, TlsSettings, client_config};
use httpxide_core::{Error, Kind, Phase};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::SupportedProtocolVersion;
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::server::{self, Authority, Server, acceptor_for_clients_of};
use super::{FULL, assert_echoes, open, settings};

fn identity_of(issued: &server::Identity) -> Identity {
    Identity::of_pem(issued.pem.as_bytes(), issued.key_der()).unwrap()
}

/// A server that takes clients of `clients`, and settings that trust it.
async fn server_for(
    clients: &Authority,
    version: &'static SupportedProtocolVersion,
) -> (Server, TlsSettings) {
    let authority = Authority::new("authority");
    let identity = authority.issue(&["localhost"]);
    let server = Server::accepting(acceptor_for_clients_of(clients, identity, &[version])).await;
    (server, settings(FULL, &[&authority.pem()]))
}

/// The code and the words of a refusal, which under TLS 1.3 comes after the handshake.
async fn refusal(settings: &TlsSettings, port: u16) -> (&'static str, String) {
    let error = match open(settings, port).await {
        Err(error) => error,
        Ok(mut stream) => {
            // the write may still succeed
            let _ = stream.write_all(b"hello").await;
            let error = stream.read(&mut [0; 5]).await.unwrap_err();
            Error::io(Kind::ReadError, Phase::Headers, &error)
        }
    };
    (error.code, error.message.into_owned())
}

#[tokio::test]
async fn a_server_that_asks_gets_the_certificate_in_tls_1_2_and_1_3() {
    for version in [&TLS12, &TLS13] {
        let clients = Authority::new("clients");
        let (server, trusting) = server_for(&clients, version).await;
        let settings = TlsSettings {
            identity: Some(identity_of(&clients.issue(&["client"]))),
            ..trusting
        };
        assert_echoes(&mut open(&settings, server.port).await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_refused_or_missing_certificate_is_named_by_the_error() {
    for (version, missing) in [
        (&TLS12, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
        (&TLS13, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    ] {
        let clients = Authority::new("clients");
        let (server, trusting) = server_for(&clients, version).await;
        let with = |issued: server::Identity| TlsSettings {
            identity: Some(identity_of(&issued)),
            ..trusting.clone()
        };
        let (code, words) = refusal(&trusting, server.port).await;
        assert_eq!(code, missing);
        assert!(
            words.contains("wants a client certificate") && words.contains("`cert`"),
            "{words}"
        );
        let (code, words) = refusal(&with(Authority::new("others").issue(&["client"])), server.port).await;
        assert_eq!(code, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
        assert!(words.contains("authority"), "{words}");
        let expired = clients.issue_for_years(&["client"], 2019, 2020);
        let (code, words) = refusal(&with(expired), server.port).await;
        assert_eq!(code, "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED");
        assert!(words.contains("expired"), "{words}");
    }
}

#[test]
fn a_certificate_out_of_date_costs_a_warning_and_no_error() {
    let clients = Authority::new("clients");
    for (from, until, code, day) in [
        (2019, 2020, Some("HTTPXIDE_CERT_EXPIRED"), "2020-01-01"),
        (2089, 2090, Some("HTTPXIDE_CERT_NOT_YET_VALID"), "2089-01-01"),
        (2020, 2090, None, ""),
    ] {
        let settings = TlsSettings {
            identity: Some(identity_of(&clients.issue_for_years(&["client"], from, until))),
            ..settings(FULL, &[])
        };
        let warnings = client_config(&settings).unwrap().warnings;
        assert_eq!(warnings.first().map(|warning| warning.code), code);
        assert_eq!(warnings.len(), usize::from(code.is_some()));
        for warning in &*warnings {
            assert!(warning.message.contains(day), "{}", warning.message);
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_without_a_word_for_want_of_a_certificate_is_explained() {
    let clients = Authority::new("clients");
    let (server, trusting) = server_for(&clients, &TLS12).await;
    let port = without_last_bytes(server.port).await;
    let error = open(&trusting, port).await.unwrap_err();
    assert_eq!(error.code, "ECONNRESET");
    assert!(error.message.contains("`cert` gives one to servers"), "{error}");
    // or for dislike of the one that it got
    let settings = TlsSettings {
        identity: Some(identity_of(&clients.issue(&["client"]))),
        ..trusting.clone()
    };
    let error = open(&settings, port).await.unwrap_err();
    assert!(
        error.message.contains("may not accept the one given as `cert`"),
        "{error}"
    );
    // a server that did not ask has another reason
    let silent = Server::start_with(Authority::new("authority").issue(&["localhost"]), &[&TLS12]).await;
    let error = open(&trusting, without_last_bytes(silent.port).await)
        .await
        .unwrap_err();
    assert!(!error.message.contains("client certificate"), "{error}");
}

/// A port at which the server at `port` closes in the middle of the handshake: its last flight, which may be an alert, is
/// dropped.
async fn without_last_bytes(port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own_port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let mut bytes = vec![0; 64 * 1024];
                // the client's hello, and the server's answer as far as its ServerHelloDone
                let hello = client.read(&mut bytes).await.unwrap();
                server.write_all(&bytes[..hello]).await.unwrap();
                let mut answer = Vec::new();
                while !answer.ends_with(&[14, 0, 0, 0]) {
                    server.read_buf(&mut answer).await.unwrap();
                }
                client.write_all(&answer).await.unwrap();
                // what follows is read, so that the end is no reset
                let _ = client.read(&mut bytes).await;
            });
        }
    });
    own_port
}

#[test]
fn a_key_that_does_not_belong_to_the_certificate_is_refused_before_any_connection() {
    let authority = Authority::new("authority");
    let [one, other] = [authority.issue(&["one"]), authority.issue(&["other"])];
    for (certificate, key, code) in [
        (&one.pem, other.key_der(), "ERR_OSSL_X509_KEY_VALUES_MISMATCH"),
        (&one.pem, b"nonsense".to_vec(), "ERR_OSSL_UNSUPPORTED"),
        (
            &"nonsense".to_owned(),
            one.key_der(),
            "ERR_OSSL_PEM_NO_START_LINE",
        ),
        (
            &one.pem[..100].to_owned(),
            one.key_der(),
            "ERR_OSSL_PEM_BAD_END_LINE",
        ),
        (
            &one.pem.replace("MI", "!!"),
            one.key_der(),
            "ERR_OSSL_PEM_BAD_BASE64_DECODE",
        ),
        (
            &"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
            one.key_der(),
            "ERR_OSSL_ASN1_WRONG_TAG",
        ),
    ] {
        let error = Identity::of_pem(certificate.as_bytes(), key).unwrap_err();
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Tls, code)
        );
        assert!(error.message.contains("`cert`"), "{error}");
    }
}

#[test]
fn what_no_server_of_ours_would_take_is_for_the_server_to_judge() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    extension.set_criticality(true);
    params.custom_extensions = vec![extension];
    let unknown = params.self_signed(&key).unwrap();
    for der in [unknown.der().to_vec(), of_version_1(certificate.der())] {
        let refused = ParsedCertificate::try_from(&CertificateDer::from(&*der))
            .err()
            .unwrap();
        assert!(format!("{refused}").contains("Unsupported"), "{refused}");
        let base64 = base64::prelude::BASE64_STANDARD.encode(der);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        Identity::of_pem(pem.as_bytes(), key.serialize_der()).unwrap();
    }
}

/// A certificate without extensions as one of version 1 of X.509, as `openssl x509 -req` makes them: without the field for
/// the version. Its signature is not that of its contents any more.
fn of_version_1(certificate: &[u8]) -> Vec<u8> {
    const VERSION_3: [u8; 5] = [0xa0, 3, 2, 1, 2];
    let at = certificate
        .windows(5)
        .position(|bytes| bytes == VERSION_3)
        .unwrap();
    let mut der = certificate.to_vec();
    der.drain(at..at + 5);
    // the lengths of the certificate and of what is signed stand before it, in two bytes or one
    for end in [at, 4] {
        let (length, carry) = der[end - 1].overflowing_sub(5);
        der[end - 1] = length;
        if carry {
            der[end - 2] -= 1;
        }
    }
    der
}

#[test]
fn a_chain_in_another_order_or_with_a_lost_part_is_named() {
    let authority = Authority::new("authority");
    let own = authority.issue(&["client"]);
    let broken = "-----BEGIN CERTIFICATE-----\nMIIBAgMEBQYHCAkK\n-----END CERTIFICATE-----\n";
    let pem = authority.pem();
    for (certificates, code, words) in [
        (
            format!("{pem}{}", own.pem),
            "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
            "certificate 2 of 2: the client's own must be the first",
        ),
        (
            format!("{}{broken}", own.pem),
            "ERR_OSSL_ASN1_WRONG_TAG",
            "certificate 2 of 2",
        ),
        (
            format!("{}{pem}", own.pem.trim()),
            "ERR_OSSL_PEM_NO_START_LINE",
            "1 of 2 certificates",
        ),
        (
            format!("{}{}", own.pem, pem.replace("CERT", "TRUSTED CERT")),
            "ERR_OSSL_PEM_NO_START_LINE",
            "1 of 2 certificates",
        ),
    ] {
        let error = Identity::of_pem(certificates.as_bytes(), own.key_der()).unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn an_identity_shows_no_key() {
    let issued = Authority::new("authority").issue(&["client"]);
    assert_eq!(
        format!("{:?}", identity_of(&issued)),
        "Identity { certificates: 1, .. }"
    );
}

fn pkcs12(name: &str) -> Vec<u8> {
    fs::read(format!(
        "{}/../pkcs12/tests/files/{name}.p12",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

#[test]
fn a_pkcs12_file_is_an_identity_whose_own_certificate_comes_first() {
    let identity = Identity::of_pkcs12(&pkcs12("aes"), "secret").unwrap();
    assert_eq!(format!("{identity:?}"), "Identity { certificates: 2, .. }");
    for name in ["3des", "rc2", "no-mac"] {
        assert_eq!(Identity::of_pkcs12(&pkcs12(name), "secret").unwrap(), identity);
    }
    for (file, passphrase, code) in [
        (pkcs12("aes"), "wrong", "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE"),
        (pkcs12("aes"), "\u{1f512}", "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE"),
        (pkcs12("no-key"), "secret", "ERR_OSSL_PKCS12_PARSE_ERROR"),
        (pkcs12("rc2-128"), "secret", "ERR_OSSL_UNSUPPORTED"),
        (b"nonsense".to_vec(), "secret", "ERR_OSSL_PKCS12_PARSE_ERROR"),
    ] {
        let error = Identity::of_pkcs12(&file, passphrase).unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::ConnectError, code));
        assert!(error.message.contains("`cert.pfx`"), "{error}");
    }
}
