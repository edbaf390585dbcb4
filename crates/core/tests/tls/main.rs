//! TLS against real servers: which certificates the client trusts, and the errors for those that it does not.

mod environment;
mod nested;
mod server;

use std::sync::Arc;

use httpxide_core::dial::{DialSteps, Dialer};
use httpxide_core::io::Stream;
use httpxide_core::route::{Route, RouteRef, Scheme};
use httpxide_core::tls::{Roots, TlsSettings, TrustEnvironment, Verify, client_config};
use httpxide_core::{Error, Kind, Phase};
use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use server::{Authority, Identity, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Duration, sleep, timeout};

const FULL: Verify = Verify::Full { check_hostname: true };

fn settings(verify: Verify, ca: &[&str]) -> TlsSettings {
    let roots = match ca {
        [] => Roots::BuiltIn,
        texts => Roots::Pem(texts.iter().map(|&text| text.to_owned()).collect()),
    };
    TlsSettings {
        verify,
        roots,
        environment: TrustEnvironment::default(),
        ..TlsSettings::default()
    }
}

async fn open(settings: &TlsSettings, port: u16) -> Result<Stream, Error> {
    open_as("localhost", settings, port).await
}

/// Connects to a port of this machine, whose certificate must be for `name`.
async fn open_as(name: &str, settings: &TlsSettings, port: u16) -> Result<Stream, Error> {
    let steps = DialSteps::default();
    let route = Route::from(RouteRef {
        scheme: Scheme::Https,
        host: "127.0.0.1",
        port,
        server_name: Some(name),
        uds: None,
    });
    let dialed = Dialer::new(settings.clone()).dial(&route, &steps).await;
    assert_eq!(steps.phase(), Phase::Tls);
    dialed
}

async fn assert_echoes(stream: &mut Stream) {
    let mut answer = [0; 5];
    stream.write_all(b"hello").await.unwrap();
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"hello");
}

/// Connects with these settings to a server of this identity, and is refused with this code.
async fn assert_refused(settings: &TlsSettings, identity: Identity, code: &str, words: &[&str]) {
    let server = Server::start(identity).await;
    let error = open(settings, server.port).await.expect_err(code);
    assert_eq!(
        (error.kind, error.phase, error.code),
        (Kind::ConnectError, Phase::Tls, code),
        "{error}"
    );
    for word in words {
        assert!(error.message.contains(word), "{word:?} is missing: {error}");
    }
    let mut unverified = open(&settings_none(), server.port)
        .await
        .expect("verify: false accepts it");
    assert_echoes(&mut unverified).await;
}

fn settings_none() -> TlsSettings {
    settings(Verify::None, &[])
}

#[tokio::test]
async fn a_certificate_of_a_given_authority_is_accepted_in_tls_1_2_and_1_3() {
    for version in [&TLS12, &TLS13] {
        let authority = Authority::new("authority");
        let server = Server::start_with(authority.issue(&["localhost"]), &[version]).await;
        let mut stream = open(&settings(FULL, &[&authority.pem()]), server.port)
            .await
            .unwrap();
        assert_eq!(stream.alpn_protocol(), Some(&b"http/1.1"[..]));
        assert_echoes(&mut stream).await;
    }
}

#[tokio::test]
async fn one_of_several_given_authorities_is_enough() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let together = format!("comment\n{}{}", first.pem(), second.pem());
    for ca in [vec![first.pem(), second.pem()], vec![together]] {
        let ca: Vec<_> = ca.iter().map(String::as_str).collect();
        let server = Server::start(second.issue(&["localhost"])).await;
        assert_echoes(&mut open(&settings(FULL, &ca), server.port).await.unwrap()).await;
    }
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let authority = Authority::new("authority");
    let builtin = settings(FULL, &[]);
    let code = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
    assert_refused(
        &builtin,
        authority.issue(&["localhost"]),
        code,
        &["NODE_EXTRA_CA_CERTS"],
    )
    .await;
    assert_refused(
        &settings(FULL, &[&Authority::new("another").pem()]),
        authority.issue(&["localhost"]),
        code,
        &[],
    )
    .await;
    let whole_chain = authority.issue(&["localhost"]).with_chain(&authority);
    assert_refused(
        &builtin,
        whole_chain,
        "SELF_SIGNED_CERT_IN_CHAIN",
        &["not trusted"],
    )
    .await;
}

#[tokio::test]
async fn an_authority_that_was_made_anew_under_its_old_name_is_told_as_such() {
    let (old, new) = (Authority::new("authority"), Authority::new("authority"));
    let trusts_old = settings(FULL, &[&old.pem()]);
    assert_refused(
        &trusts_old,
        new.issue(&["localhost"]),
        "CERT_SIGNATURE_FAILURE",
        &["made anew"],
    )
    .await;
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_unless_it_is_the_one_given() {
    for is_ca in [false, true] {
        let identity = Identity::self_signed(is_ca);
        let builtin = settings(FULL, &[]);
        assert_refused(
            &builtin,
            identity.clone(),
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            &["self-signed"],
        )
        .await;
        let given = settings(FULL, &[&identity.pem]);
        let server = Server::start(identity).await;
        assert_echoes(&mut open(&given, server.port).await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused_unless_names_are_not_checked() {
    let authority = Authority::new("authority");
    let identity = authority.issue(&["example.com", "*.example.org"]);
    let words = ["localhost", "example.com", "*.example.org"];
    let checked = settings(FULL, &[&authority.pem()]);
    assert_refused(&checked, identity.clone(), "ERR_TLS_CERT_ALTNAME_INVALID", &words).await;

    let unchecked = settings(
        Verify::Full {
            check_hostname: false,
        },
        &[&authority.pem()],
    );
    let server = Server::start(identity).await;
    assert_echoes(&mut open(&unchecked, server.port).await.unwrap()).await;
    let unknown = Authority::new("another").issue(&["example.com"]);
    assert_refused(&unchecked, unknown, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", &[]).await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused_and_the_error_says_since_when() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    let expired = authority.issue_for_years(&["localhost"], 2019, 2020);
    assert_refused(&settings, expired, "CERT_HAS_EXPIRED", &["2020-01-01"]).await;
    let early = authority.issue_for_years(&["localhost"], 2090, 2091);
    assert_refused(&settings, early, "CERT_NOT_YET_VALID", &["2090-01-01"]).await;
}

#[tokio::test]
async fn an_address_is_a_name_that_a_certificate_can_be_for() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    for (names, accepted) in [(["127.0.0.1"], true), (["127.0.0.2"], false)] {
        let server = Server::start(authority.issue(&names)).await;
        let result = open_as("127.0.0.1", &settings, server.port).await;
        assert_eq!(result.is_ok(), accepted, "{result:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_as_such() {
    for (answer, code) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "EPROTO"),
        (b"", "ECONNRESET"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.read_exact(&mut [0; 1]).await.unwrap();
            socket.write_all(answer).await.unwrap();
            socket.shutdown().await.unwrap();
            // What is not read would turn the end into a reset before the answer is seen.
            socket.read_to_end(&mut Vec::new()).await.ok();
        });
        let error = open(&settings_none(), port).await.unwrap_err();
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Tls, code),
            "{error}"
        );
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_ca_that_is_none_is_refused_when_the_configuration_is_made() {
    for ca in [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    ] {
        let error = client_config(&settings(FULL, &[ca])).unwrap_err();
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Tls, "ERR_TLS_INVALID_CA")
        );
    }
}

#[tokio::test]
async fn equal_settings_share_a_configuration_and_resume_sessions() {
    let authority = Authority::new("authority");
    let make = || settings(FULL, &[&authority.pem()]);
    let config = client_config(&make()).unwrap();
    assert!(Arc::ptr_eq(&config, &client_config(&make()).unwrap()));
    assert!(!Arc::ptr_eq(
        &config,
        &client_config(&TlsSettings {
            alpn: Vec::new(),
            ..make()
        })
        .unwrap()
    ));

    let server = Server::start(authority.issue(&["localhost"])).await;
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let mut stream = open(&make(), server.port).await.unwrap();
        assert_echoes(&mut stream).await;
        let Stream::Tls(tls) = stream else {
            panic!("a TLS stream")
        };
        assert_eq!(tls.get_ref().1.handshake_kind(), Some(expected));
    }
}

#[tokio::test]
async fn an_idle_connection_is_stale_once_the_server_is_gone_but_not_for_its_session_tickets() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    let server = Server::start_with(authority.issue(&["localhost"]), &[&TLS13]).await;
    let mut stream = open(&settings, server.port).await.unwrap();
    // The tickets are read with the first answer, if not before.
    assert!(!stream.is_stale());
    assert_echoes(&mut stream).await;
    assert!(!stream.is_stale());
    server.cut().await;
    // the end travels over the loopback interface
    let stale = async {
        while !stream.is_stale() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(10), stale).await.unwrap();
}
