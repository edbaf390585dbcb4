//! Chains in which one certificate is at fault: the error says which.

use rcgen::{CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, IsCa};

use super::server::{Authority, Server, for_years};
use super::{FULL, assert_echoes, assert_refused, open, settings};

fn for_clients(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

fn with_unknown_extension(params: &mut CertificateParams) {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    extension.set_criticality(true);
    params.custom_extensions = vec![extension];
}

#[tokio::test]
async fn the_authority_between_whose_certificate_is_refused_is_named() {
    for (code, change, words) in [
        (
            "CERT_HAS_EXPIRED",
            Box::new(for_years(2019, 2020)) as Box<dyn Fn(&mut CertificateParams)>,
            &["the authority \"between\"", "valid until 2020-01-01"][..],
        ),
        (
            "CERT_NOT_YET_VALID",
            Box::new(for_years(2090, 2091)),
            &["the authority \"between\"", "valid from 2090-01-01"],
        ),
        (
            "ERROR_IN_CERT_NOT_AFTER_FIELD",
            Box::new(for_years(2091, 2090)),
            &["the authority \"between\"", "never valid"],
        ),
        (
            "INVALID_PURPOSE",
            Box::new(for_clients),
            &["the authority \"between\"", "not meant for servers"],
        ),
        (
            "INVALID_CA",
            Box::new(|params| params.is_ca = IsCa::ExplicitNoCa),
            &["issued by \"between\""],
        ),
        (
            "CERT_REJECTED",
            Box::new(with_unknown_extension),
            &["the authority \"between\"", "critical extension"],
        ),
    ] {
        let root = Authority::new("root");
        let between = root.authorize("between", change);
        let issued = between.issue(&["localhost"]).with_chain(&between);
        assert_refused(&settings(FULL, &[&root.pem()]), issued, code, words).await;
    }
}

#[tokio::test]
async fn the_own_certificate_of_a_server_is_named_so() {
    let root = Authority::new("root");
    let between = root.authorize("between", |_| {});
    for (code, change, words) in [
        (
            "CERT_NOT_YET_VALID",
            Box::new(for_years(2090, 2091)) as Box<dyn Fn(&mut CertificateParams)>,
            "the server's certificate is valid from 2090-01-01",
        ),
        (
            "INVALID_PURPOSE",
            Box::new(for_clients),
            "the server's certificate is not meant for servers",
        ),
        (
            "CERT_REJECTED",
            Box::new(with_unknown_extension),
            "the server's certificate has a critical extension",
        ),
    ] {
        let issued = between.issue_with(&["localhost"], change).with_chain(&between);
        assert_refused(&settings(FULL, &[&root.pem()]), issued, code, &[words]).await;
    }
}

#[tokio::test]
async fn a_trusted_authority_counts_as_long_as_its_own_certificate_is_valid() {
    for (from, until, code, day) in [
        (2019, 2020, "CERT_HAS_EXPIRED", "valid until 2020-01-01"),
        (2090, 2091, "CERT_NOT_YET_VALID", "valid from 2090-01-01"),
    ] {
        let root = Authority::made("root", for_years(from, until));
        let words = ["the trusted certificate of the authority \"root\"", day];
        for issued in [
            root.issue(&["localhost"]),
            root.issue(&["localhost"]).with_chain(&root),
        ] {
            assert_refused(&settings(FULL, &[&root.pem()]), issued, code, &words).await;
        }
        // one that is valid makes up for it, wherever it stands
        let (other, renewed) = (Authority::new("other"), root.pem_made_anew("root", |_| {}));
        for ca in [
            [&*renewed, &root.pem(), &other.pem()],
            [&*other.pem(), &root.pem(), &renewed],
        ] {
            let server = Server::start(root.issue(&["localhost"])).await;
            let mut stream = open(&settings(FULL, &ca), server.port).await.unwrap();
            assert_echoes(&mut stream).await;
        }
    }
}
