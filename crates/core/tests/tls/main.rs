//! TLS against real servers: which certificates the client trusts, and the errors for those that it does not.

mod chains;
mod environment;
mod hello;
mod identity;
mod key_log;
mod nested;
mod pins;
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
use tokio::sync::Mutex;
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

/// To a port of this machine, whose certificate must be for `name`.
fn route(name: &str, port: u16) -> Route {
    Route::from(RouteRef {
        scheme: Scheme::Https,
        host: "127.0.0.1",
        port,
        server_name: Some(name),
        uds: None,
        via: None,
        http1_only: false,
    })
}

async fn open_as(name: &str, settings: &TlsSettings, port: u16) -> Result<Stream, Error> {
    let steps = DialSteps::default();
    let dialed = Dialer::new(settings.clone())
        .dial(&route(name, port), &steps)
        .await;
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
async fn a_new_authority_with_the_name_of_a_trusted_one_is_a_bad_signature() {
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
async fn a_key_that_does_not_belong_to_the_certificate_is_named_as_the_cause() {
    let authority = Authority::new("authority");
    let identity = authority
        .issue(&["localhost"])
        .with_key_of(&authority.issue(&["localhost"]));
    for verify in [FULL, Verify::None] {
        for version in [&TLS12, &TLS13] {
            let server = Server::start_with(identity.clone(), &[version]).await;
            let settings = settings(verify, &[&authority.pem()]);
            let error = open(&settings, server.port).await.unwrap_err();
            assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Tls));
            assert_eq!(error.code, "ERR_SSL_BAD_SIGNATURE");
            assert!(error.message.contains("do not belong together"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_unless_it_is_trusted_itself() {
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
async fn a_certificate_for_another_host_is_refused_if_names_are_checked() {
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
async fn an_expired_certificate_is_refused_with_its_last_day() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    let expired = authority.issue_for_years(&["localhost"], 2019, 2020);
    assert_refused(&settings, expired, "CERT_HAS_EXPIRED", &["2020-01-01"]).await;
    let early = authority.issue_for_years(&["localhost"], 2090, 2091);
    assert_refused(&settings, early, "CERT_NOT_YET_VALID", &["2090-01-01"]).await;
}

#[tokio::test]
async fn a_certificate_can_be_for_an_address() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    for (names, accepted) in [(["127.0.0.1"], true), (["127.0.0.2"], false)] {
        let server = Server::start(authority.issue(&names)).await;
        let result = open_as("127.0.0.1", &settings, server.port).await;
        assert_eq!(result.is_ok(), accepted, "{result:?}");
    }
}

#[tokio::test]
async fn the_error_for_a_server_without_tls_says_so() {
    for (answer, code) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "ERR_SSL_WRONG_VERSION_NUMBER",
        ),
        (b"", "ECONNRESET"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.read_exact(&mut [0; 1]).await.unwrap();
            socket.write_all(answer).await.unwrap();
            socket.shutdown().await.unwrap();
            // unread bytes would make the kernel reset the connection before the client sees the answer
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
async fn a_ca_that_is_no_certificate_is_refused_when_the_configuration_is_built() {
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

/// Held by tests that depend on which configurations the process keeps.
static KEPT: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn a_dialer_resumes_its_sessions_among_many_other_settings() {
    let _kept = KEPT.lock().await;
    let authority = Authority::new("authority");
    let server = Server::start(authority.issue(&["localhost"])).await;
    let dialer = Dialer::new(settings(FULL, &[&authority.pem()]));
    let route = route("localhost", server.port);
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let mut stream = dialer.dial(&route, &DialSteps::default()).await.unwrap();
        assert_echoes(&mut stream).await;
        assert_eq!(handshake_kind(&stream), Some(expected));
        // more than the process keeps
        for number in 0..70 {
            let other = TlsSettings {
                alpn: vec![number.to_string().into_bytes()],
                ..settings_none()
            };
            client_config(&other).unwrap();
        }
    }
}

fn handshake_kind(stream: &Stream) -> Option<HandshakeKind> {
    let Stream::Tls(tls) = stream else {
        panic!("a TLS stream")
    };
    tls.get_ref().1.handshake_kind()
}

#[tokio::test]
async fn equal_settings_share_a_configuration_and_resume_sessions() {
    let _kept = KEPT.lock().await;
    let authority = Authority::new("authority");
    let make = || settings(FULL, &[&authority.pem()]);
    let config = client_config(&make()).unwrap().config;
    assert!(Arc::ptr_eq(&config, &client_config(&make()).unwrap().config));
    assert!(!Arc::ptr_eq(
        &config,
        &client_config(&TlsSettings {
            alpn: Vec::new(),
            ..make()
        })
        .unwrap()
        .config
    ));

    let server = Server::start(authority.issue(&["localhost"])).await;
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        let mut stream = open(&make(), server.port).await.unwrap();
        assert_echoes(&mut stream).await;
        assert_eq!(handshake_kind(&stream), Some(expected));
    }
}

#[tokio::test]
async fn sessions_belong_to_a_name_and_a_port() {
    let authority = Authority::new("authority");
    let identity = authority.issue(&["localhost", "other.localhost"]);
    let dialer = Dialer::new(settings(FULL, &[&authority.pem()]));
    for version in [&TLS12, &TLS13] {
        let servers = [
            Server::start_with(identity.clone(), &[version]).await,
            Server::start_with(identity.clone(), &[version]).await,
        ];
        // each of them keeps the sessions of the others
        for expected in [
            HandshakeKind::Full,
            HandshakeKind::Resumed,
            HandshakeKind::Resumed,
        ] {
            for server in &servers {
                for name in ["localhost", "other.localhost"] {
                    let route = route(name, server.port);
                    let mut stream = dialer.dial(&route, &DialSteps::default()).await.unwrap();
                    assert_echoes(&mut stream).await;
                    assert_eq!(handshake_kind(&stream), Some(expected), "{name}:{}", server.port);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_closed_connection_is_stale_and_session_tickets_do_not_make_it_stale() {
    let authority = Authority::new("authority");
    let settings = settings(FULL, &[&authority.pem()]);
    let server = Server::start_with(authority.issue(&["localhost"]), &[&TLS13]).await;
    let mut stream = open(&settings, server.port).await.unwrap();
    // the client reads the tickets with the first answer, or before
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
