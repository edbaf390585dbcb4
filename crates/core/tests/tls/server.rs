//! Certificates for a test, and a TLS server that echoes.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{copy, split};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// A certificate authority.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self::made(name, |_| {})
    }

    /// An authority that signs its own certificate.
    pub(crate) fn made(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = authority(name, change);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    /// An authority under this one.
    pub(crate) fn authorize(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = authority(name, change);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    /// Another certificate of this authority, as PEM.
    pub(crate) fn pem_made_anew(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> String {
        authority(name, change)
            .self_signed(self.issuer.key())
            .unwrap()
            .pem()
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn der(&self) -> &CertificateDer<'static> {
        self.certificate.der()
    }

    pub(crate) fn issue(&self, names: &[&str]) -> Identity {
        self.issue_for_years(names, 2020, 2090)
    }

    /// A certificate with a change.
    pub(crate) fn issue_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = leaf(names);
        change(&mut params);
        Identity::new(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }

    /// A certificate that is valid from the first day of one year to that of another.
    pub(crate) fn issue_for_years(&self, names: &[&str], from: i32, until: i32) -> Identity {
        self.issue_with(names, for_years(from, until))
    }
}

fn authority(name: &str, change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    params
}

/// A change: valid from the first day of one year to that of another.
pub(crate) fn for_years(from: i32, until: i32) -> impl Fn(&mut CertificateParams) {
    move |params| {
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
    }
}

fn leaf(names: &[&str]) -> CertificateParams {
    let mut params =
        CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "a server");
    params
}

/// A certificate chain and its key.
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    pub(crate) pem: String,
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
            pem: self.pem.clone(),
        }
    }
}

impl Identity {
    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            chain: vec![certificate.der().clone()],
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            pem: certificate.pem(),
        }
    }

    /// For localhost. With `is_ca` it is a CA at the same time, as `openssl req -x509` makes certificates.
    pub(crate) fn self_signed(is_ca: bool) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = leaf(&["localhost"]);
        if is_ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        Self::new(&params.self_signed(&key).unwrap(), &key)
    }

    pub(crate) fn key_der(&self) -> Vec<u8> {
        self.key.secret_der().to_vec()
    }

    /// With the key of another certificate.
    pub(crate) fn with_key_of(mut self, other: &Self) -> Self {
        self.key = other.key.clone_key();
        self
    }

    /// With the authority's own certificate sent along.
    pub(crate) fn with_chain(mut self, authority: &Authority) -> Self {
        self.chain.push(authority.certificate.der().clone());
        self
    }
}

/// Accepts TLS with this identity, and HTTP/1.1 by ALPN.
pub(crate) fn acceptor(identity: Identity, versions: &[&'static SupportedProtocolVersion]) -> TlsAcceptor {
    acceptor_for(identity, versions, WebPkiClientVerifier::no_client_auth())
}

/// The same, for clients with certificates of this authority only.
pub(crate) fn acceptor_for_clients_of(
    authority: &Authority,
    identity: Identity,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate.der().clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    acceptor_for(identity, versions, clients.build().unwrap())
}

fn acceptor_for(
    identity: Identity,
    versions: &[&'static SupportedProtocolVersion],
    clients: Arc<dyn ClientCertVerifier>,
) -> TlsAcceptor {
    // unlike `with_single_cert` this does not check that they belong together
    let certified = CertifiedKey::new(identity.chain, any_supported_type(&identity.key).unwrap());
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// A server on a socket. It echoes on every connection until it is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(identity: Identity) -> Self {
        Self::start_with(identity, &[&TLS13, &TLS12]).await
    }

    pub(crate) async fn start_with(
        identity: Identity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        Self::accepting(acceptor(identity, versions)).await
    }

    pub(crate) async fn accepting(acceptor: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    if let Ok(tls) = acceptor.accept(socket).await {
                        let (mut input, mut output) = split(tls);
                        copy(&mut input, &mut output).await.ok();
                    }
                });
            }
        });
        Self { port, task }
    }

    /// Ends all connections without a `close_notify`.
    pub(crate) async fn cut(mut self) {
        self.task.abort();
        (&mut self.task).await.unwrap_err();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
