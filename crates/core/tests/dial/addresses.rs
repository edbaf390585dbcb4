//! Which addresses are connected to, from which, and in which order.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;

use httpxide_core::ClientConfig;
use httpxide_core::dns::policy::ConnectPolicy;
use httpxide_core::dns::{CacheSettings, DnsSettings, Family, Hosts};

use super::*;

/// A resolver with these addresses, which counts what it is asked.
#[derive(Clone, Default)]
struct Counting {
    addresses: Rc<RefCell<Vec<SocketAddr>>>,
    asked: Rc<Cell<u32>>,
}

impl Resolve for Counting {
    fn resolve<'a>(&'a self, _question: Question<'a>) -> Lookup<'a> {
        self.asked.set(self.asked.get() + 1);
        let answers = self
            .addresses
            .borrow()
            .iter()
            .copied()
            .map(Answer::from)
            .collect();
        Box::pin(async { Ok(answers) })
    }
}

fn counting(addresses: &[SocketAddr]) -> Counting {
    let counting = Counting::default();
    counting.addresses.replace(addresses.to_vec());
    counting
}

async fn open(dialer: &Dialer, origin: &str) -> Result<Stream, Error> {
    dialer.dial(&route_to(origin), &DialSteps::default()).await
}

/// Whether a connection waits at the listener.
async fn is_called(listener: &TcpListener) -> bool {
    tokio::select! {
        biased;
        _ = listener.accept() => true,
        () = tokio::time::sleep(Duration::from_millis(50)) => false,
    }
}

fn settings() -> ClientConfig {
    ClientConfig::default()
}

#[tokio::test(flavor = "local")]
async fn a_name_is_looked_up_once_and_again_when_its_address_refuses() {
    let (listener, address) = super::listener().await;
    let source = counting(&[address]);
    let dialer = settings().dialer_with_source(source.clone());
    for _ in 0..3 {
        open(&dialer, "http://example.com:80").await.unwrap();
    }
    assert_eq!(source.asked.get(), 1);
    // the host moves
    drop(listener);
    let (_moved, address) = super::listener().await;
    source.addresses.replace(vec![address]);
    let error = open(&dialer, "http://example.com:80").await.unwrap_err();
    assert_eq!(error.code, "ECONNREFUSED");
    open(&dialer, "http://example.com:80").await.unwrap();
    assert_eq!(source.asked.get(), 2);
}

#[tokio::test(flavor = "local")]
async fn an_address_that_refused_is_tried_last() {
    let (refusing, (listener, address)) = (closed().await, listener().await);
    let dialer = settings().dialer_with_source(counting(&[refusing, address]));
    open(&dialer, "http://example.com:80").await.unwrap();
    assert!(is_called(&listener).await);
    // the first address answers now, and is not asked
    let revived = TcpListener::bind(refusing).await.unwrap();
    open(&dialer, "http://example.com:80").await.unwrap();
    assert!(is_called(&listener).await);
    assert!(!is_called(&revived).await);
}

#[tokio::test(flavor = "local")]
async fn known_hosts_need_no_resolver_and_may_depend_on_the_port() {
    let (_listener, address) = listener().await;
    let mut hosts = Hosts::default();
    hosts.insert("a.example".to_owned(), None, vec!["::1".parse().unwrap()]);
    hosts.insert("a.example".to_owned(), Some(address.port()), vec![address.ip()]);
    let config = ClientConfig {
        dns: DnsSettings {
            hosts,
            ..DnsSettings::default()
        },
        ..settings()
    };
    let dialer = config.dialer_with_source(Unasked);
    for host in ["a.example", "a.example."] {
        let stream = open(&dialer, &format!("http://{host}:{}", address.port())).await;
        assert_eq!(peer(&stream.unwrap()), address);
    }
    let error = open(&dialer, "http://a.example:1").await.unwrap_err();
    assert!(error.message.contains("[::1]:1"), "{error}");
}

#[tokio::test(flavor = "local")]
async fn only_addresses_of_the_family_are_used() {
    let (_listener, address) = listener().await;
    let other = SocketAddr::new("::1".parse::<IpAddr>().unwrap(), address.port());
    for (family, expected) in [(Family::V4, Ok(())), (Family::V6, Err("ECONNREFUSED"))] {
        let config = ClientConfig {
            dns: DnsSettings {
                family: Some(family),
                ..DnsSettings::default()
            },
            ..settings()
        };
        let dialer = config.dialer_with_source(counting(&[other, address]));
        let opened = open(&dialer, "http://example.com:80").await;
        let opened = opened.map(|stream| assert_eq!(peer(&stream), address));
        match expected {
            Ok(()) => opened.unwrap(),
            // a machine without IPv6 has another reason
            Err(_) => assert!(opened.unwrap_err().message.contains("[::1]")),
        }
        let none = config.dialer_with_source(counting(&[match family {
            Family::V4 => other,
            Family::V6 => address,
        }]));
        let error = open(&none, "http://example.com:80").await.unwrap_err();
        assert_eq!((error.phase, error.code), (Phase::Dns, "ENOTFOUND"));
    }
}

#[tokio::test(flavor = "local")]
async fn a_refused_address_is_not_connected_to() {
    let (listener, address) = listener().await;
    let config = ClientConfig {
        connect_policy: Some(ConnectPolicy::public()),
        ..settings()
    };
    let port = address.port();
    let mapped = format!("http://[::ffff:127.0.0.1]:{port}");
    let literal = format!("http://127.0.0.1:{port}");
    for origin in [literal.as_str(), mapped.as_str(), "http://example.com:80"] {
        let dialer = config.dialer_with_source(counting(&[address]));
        let error = open(&dialer, origin).await.unwrap_err();
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Connect, "ERR_ADDRESS_BLOCKED")
        );
        assert!(error.message.contains("127.0.0.1"), "{error}");
    }
    assert!(!is_called(&listener).await);
}

#[tokio::test(flavor = "local")]
async fn a_permitted_address_beside_refused_ones_is_connected_to() {
    let ((blocked, blocked_address), (listener, address)) = (listener().await, other_listener().await);
    let config = ClientConfig {
        connect_policy: Some(ConnectPolicy {
            allow: Some(vec![address.ip().to_string().parse().unwrap()]),
            deny: Vec::new(),
        }),
        ..settings()
    };
    let dialer = config.dialer_with_source(counting(&[blocked_address, address]));
    let stream = open(&dialer, "http://example.com:80").await.unwrap();
    assert_eq!(peer(&stream), address);
    assert!(is_called(&listener).await);
    assert!(!is_called(&blocked).await);
    // the code is that of what was tried
    drop(listener);
    let error = open(&dialer, "http://example.com:80").await.unwrap_err();
    assert_eq!(error.code, "ECONNREFUSED");
    let refusal = format!("{blocked_address}: the connect policy does not permit the address ");
    assert!(error.message.contains(&refusal), "{error}");
    assert!(!is_called(&blocked).await);
}

/// A listener at another address of this machine, if the system has one.
async fn other_listener() -> (TcpListener, SocketAddr) {
    let address = if cfg!(target_os = "linux") {
        "127.0.0.2:0"
    } else {
        "[::1]:0"
    };
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "local")]
async fn connections_come_from_the_local_address() {
    let (listener, address) = listener().await;
    let local: IpAddr = [127, 0, 0, 7].into();
    let config = ClientConfig {
        local_address: Some(local),
        ..settings()
    };
    let other = SocketAddr::new("::1".parse::<IpAddr>().unwrap(), address.port());
    // the other family is left out, as it cannot be reached from there
    let dialer = config.dialer_with_source(counting(&[other, address]));
    let stream = open(&dialer, "http://example.com:80").await.unwrap();
    assert_eq!(tcp(&stream).local_addr().unwrap().ip(), local);
    assert_eq!(listener.accept().await.unwrap().1.ip(), local);
    let error = open(&dialer, "http://[::1]:80").await.unwrap_err();
    assert_eq!(error.code, "EAFNOSUPPORT");

    let config = ClientConfig {
        // an address for documentation, which no machine has
        local_address: Some([192, 0, 2, 1].into()),
        ..settings()
    };
    let error = open(&config.dialer(), &format!("http://{address}"))
        .await
        .unwrap_err();
    assert_eq!(error.code, "EADDRNOTAVAIL");
    assert!(error.message.contains("from 192.0.2.1"), "{error}");
}

#[tokio::test(flavor = "local")]
async fn without_a_cache_each_connection_asks() {
    let (_listener, address) = listener().await;
    let source = counting(&[address]);
    let config = ClientConfig {
        dns: DnsSettings {
            cache: CacheSettings::off(),
            ..DnsSettings::default()
        },
        ..settings()
    };
    let dialer = config.dialer_with_source(source.clone());
    for _ in 0..3 {
        open(&dialer, "http://example.com:80").await.unwrap();
    }
    assert_eq!(source.asked.get(), 3);
}
