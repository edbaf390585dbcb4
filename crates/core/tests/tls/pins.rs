//! Pins: which keys of a chain count.

use aws_lc_rs::digest::{SHA256, digest};
use httpxide_core::tls::{Pin, TlsSettings, Verify};
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;

use super::server::{Authority, Server};
use super::{FULL, assert_echoes, assert_refused, open, settings, settings_none};

fn pin_of(certificate: &CertificateDer<'_>) -> Pin {
    let info = ParsedCertificate::try_from(certificate)
        .unwrap()
        .subject_public_key_info();
    digest(&SHA256, &info).as_ref().try_into().unwrap()
}

fn pinned(settings: TlsSettings, pins: &[Pin]) -> TlsSettings {
    TlsSettings {
        pins: pins.to_vec(),
        ..settings
    }
}

#[tokio::test]
async fn the_key_of_the_server_or_of_an_authority_above_it_can_be_pinned() {
    let authority = Authority::new("authority");
    let issued = authority.issue(&["localhost"]);
    let trusting = || settings(FULL, &[&authority.pem()]);
    let foreign = pin_of(Authority::new("another").der());
    let server = Server::start(issued.clone()).await;
    for pins in [
        vec![pin_of(&issued.chain[0])],
        vec![pin_of(authority.der())],
        vec![foreign, pin_of(authority.der())],
    ] {
        let mut stream = open(&pinned(trusting(), &pins), server.port).await.unwrap();
        assert_echoes(&mut stream).await;
    }
    let refused = pinned(trusting(), &[foreign]);
    let words = [
        "tls.pins",
        "the chain has \"a server\" sha256/",
        "\"authority\" sha256/",
    ];
    assert_refused(&refused, issued, "ERR_TLS_PIN_MISMATCH", &words).await;
}

#[tokio::test]
async fn a_certificate_that_is_sent_along_but_proves_nothing_does_not_count() {
    let (authority, stranger) = (Authority::new("authority"), Authority::new("stranger"));
    let issued = authority.issue(&["localhost"]).with_chain(&stranger);
    let settings = pinned(settings(FULL, &[&authority.pem()]), &[pin_of(stranger.der())]);
    assert_refused(&settings, issued, "ERR_TLS_PIN_MISMATCH", &["\"a server\""]).await;
}

#[tokio::test]
async fn without_verification_the_chain_as_sent_counts() {
    let authority = Authority::new("authority");
    let issued = authority.issue(&["localhost"]).with_chain(&authority);
    let server = Server::start(issued.clone()).await;
    for pin in [pin_of(&issued.chain[0]), pin_of(authority.der())] {
        let mut stream = open(&pinned(settings_none(), &[pin]), server.port).await.unwrap();
        assert_echoes(&mut stream).await;
    }
    let foreign = pin_of(Authority::new("another").der());
    let refused = pinned(settings(Verify::None, &[]), &[foreign]);
    assert_refused(
        &refused,
        issued,
        "ERR_TLS_PIN_MISMATCH",
        &["\"authority\" sha256/"],
    )
    .await;
}
