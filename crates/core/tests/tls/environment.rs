//! Roots that environment variables name. A process has one environment, so each case runs in a process of its own: this
//! test binary, which runs the one test that connects.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use httpxide_core::dial::{DialSteps, Dialer};
use httpxide_core::tls::{Roots, TlsSettings, TrustEnvironment};

use super::route;
use super::server::{Authority, Server};

/// Connects to the port in `TEST_PORT`, with the roots in `TEST_ROOTS`. The outcome must contain every line of
/// `TEST_EXPECTED`.
#[tokio::test]
#[ignore = "run by the other tests in an environment of its own"]
async fn connects_as_the_environment_says() {
    let variable = |name| env::var(name).unwrap();
    let settings = TlsSettings {
        roots: if variable("TEST_ROOTS") == "system" {
            Roots::System
        } else {
            Roots::BuiltIn
        },
        environment: if variable("TEST_TRUST_ENV") == "true" {
            TrustEnvironment::read()
        } else {
            TrustEnvironment::default()
        },
        ..TlsSettings::default()
    };
    let warnings = Rc::new(RefCell::new(Vec::new()));
    let port = variable("TEST_PORT").parse().unwrap();
    let mut outcome = String::new();
    // the process has each warning once
    for _ in 0..2 {
        let given = Rc::clone(&warnings);
        let dialer = Dialer::new(settings.clone())
            .on_warning(move |warning| given.borrow_mut().push(warning.message.clone()));
        outcome = match dialer
            .dial(&route("localhost", port), &DialSteps::default())
            .await
        {
            Ok(_) => "connected".to_owned(),
            Err(error) => error.to_string(),
        };
    }
    let warnings = warnings.take();
    let outcome = format!("{outcome}, {} warnings: {}", warnings.len(), warnings.join(", "));
    for expected in variable("TEST_EXPECTED").lines() {
        assert!(outcome.contains(expected), "{expected:?} is not in {outcome:?}");
    }
}

/// Runs a process with these variables, and checks its outcome.
async fn assert_outcome(
    roots: &str,
    trust_env: bool,
    port: u16,
    variables: &[(&str, &Path)],
    expected: &[&str],
) {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([
            "--ignored",
            "--exact",
            "environment::connects_as_the_environment_says",
        ])
        .env_remove("NODE_EXTRA_CA_CERTS")
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR")
        .env("TEST_ROOTS", roots)
        .env("TEST_TRUST_ENV", trust_env.to_string())
        .env("TEST_PORT", port.to_string())
        .env("TEST_EXPECTED", expected.join("\n"))
        .envs(variables.iter().copied());
    // the server runs on this thread's runtime
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{variables:?}: {text}"
    );
}

/// A server, a new directory, and in it a file with the certificate of the server's authority.
async fn authority_in_a_file(name: &str) -> (Server, PathBuf, PathBuf) {
    let authority = Authority::new(name);
    let server = Server::start(authority.issue(&["localhost"])).await;
    let directory = env::temp_dir().join(format!("httpxide-{name}-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let file = directory.join("authority.pem");
    fs::write(&file, authority.pem()).unwrap();
    (server, directory, file)
}

#[tokio::test]
async fn the_environment_adds_to_the_built_in_roots() {
    let (server, directory, file) = authority_in_a_file("adds").await;
    for (variable, path) in [
        ("NODE_EXTRA_CA_CERTS", &file),
        ("SSL_CERT_FILE", &file),
        ("SSL_CERT_DIR", &directory),
    ] {
        assert_outcome("built-in", true, server.port, &[(variable, path)], &["connected"]).await;
        assert_outcome(
            "built-in",
            false,
            server.port,
            &[(variable, path)],
            &["UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        )
        .await;
    }
    fs::remove_dir_all(directory).unwrap();
}

#[cfg(all(unix, not(target_os = "macos")))]
#[tokio::test]
async fn the_environment_adds_to_the_system_s_roots_or_replaces_them() {
    let (server, directory, file) = authority_in_a_file("system").await;
    for variables in [
        &[("SSL_CERT_FILE", &*file)][..],
        &[("NODE_EXTRA_CA_CERTS", &file), ("SSL_CERT_FILE", &file)],
    ] {
        assert_outcome("system", true, server.port, variables, &["connected"]).await;
    }
    fs::remove_dir_all(directory).unwrap();
}

/// Paths that hold no certificates: of a file, and of a directory.
fn unusable_paths(directory: &Path) -> [PathBuf; 5] {
    let at = |name: &str| directory.join(name);
    fs::write(at("empty.pem"), "").unwrap();
    fs::write(at("nonsense.pem"), "no certificate").unwrap();
    let malformed = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    fs::write(at("malformed.pem"), malformed).unwrap();
    fs::create_dir(at("nothing")).unwrap();
    [
        "missing.pem",
        "empty.pem",
        "nonsense.pem",
        "malformed.pem",
        "nothing",
    ]
    .map(at)
}

#[tokio::test]
async fn an_unusable_variable_is_a_warning_and_the_other_variables_still_count() {
    let (server, directory, file) = authority_in_a_file("unusable").await;
    let unusable = unusable_paths(&directory);
    let names = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];
    for (at, variable) in names.into_iter().enumerate() {
        let good = names[(at + 1) % 2];
        for path in &unusable {
            let expected = ["connected, 1 warnings", variable, path.to_str().unwrap()];
            let variables = [(variable, &**path), (good, &*file)];
            assert_outcome("built-in", true, server.port, &variables, &expected).await;
        }
    }
    fs::remove_dir_all(directory).unwrap();
}

/// A pipe without a writer: opening it waits for one.
#[cfg(unix)]
#[tokio::test]
async fn only_regular_files_are_read() {
    let (server, directory, file) = authority_in_a_file("pipe").await;
    let pipe = directory.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for roots in ["built-in", "system"] {
        let variables = [("SSL_CERT_FILE", &*pipe), ("NODE_EXTRA_CA_CERTS", &*file)];
        let expected = ["connected, 1 warnings", "it is not a regular file"];
        assert_outcome(roots, true, server.port, &variables, &expected).await;
    }
    let variables = [("NODE_EXTRA_CA_CERTS", &*pipe), ("SSL_CERT_DIR", &*pipe)];
    let expected = ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "2 warnings"];
    assert_outcome("built-in", true, server.port, &variables, &expected).await;
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn with_unusable_variables_alone_the_other_roots_are_trusted_as_before() {
    let (server, directory, _) = authority_in_a_file("alone").await;
    let missing = directory.join("missing");
    let variables = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, &*missing));
    let expected = ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "3 warnings"];
    assert_outcome("built-in", true, server.port, &variables, &expected).await;
    fs::remove_dir_all(directory).unwrap();
}

#[cfg(all(unix, not(target_os = "macos")))]
#[tokio::test]
async fn an_unusable_variable_does_not_replace_the_system_s_roots() {
    let (server, directory, file) = authority_in_a_file("fallback").await;
    let missing = directory.join("missing");
    for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        // a system without roots fails here, with words that say so
        let variables = [(variable, &*missing)];
        let expected = ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "1 warnings", variable];
        assert_outcome("system", true, server.port, &variables, &expected).await;
        let variables = [(variable, &*missing), ("NODE_EXTRA_CA_CERTS", &*file)];
        let expected = ["connected, 1 warnings", variable];
        assert_outcome("system", true, server.port, &variables, &expected).await;
    }
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_bundle_that_is_malformed_in_part_adds_the_rest() {
    let (server, directory, file) = authority_in_a_file("part").await;
    let bundle = directory.join("bundle.pem");
    let malformed = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    fs::write(&bundle, fs::read_to_string(&file).unwrap() + malformed).unwrap();
    let expected = ["connected, 1 warnings", "bundle.pem"];
    assert_outcome(
        "built-in",
        true,
        server.port,
        &[("SSL_CERT_FILE", &bundle)],
        &expected,
    )
    .await;
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_file_is_read_as_openssl_reads_it_and_what_is_lost_of_it_is_told() {
    let (server, directory, file) = authority_in_a_file("forms").await;
    let text = fs::read_to_string(&file).unwrap();
    let other = directory.join("other.pem");
    for (text, expected) in [
        (format!("\u{feff}{text}"), "connected"),
        (text.replace("CERTIFICATE", "X509 CERTIFICATE"), "connected"),
        // one line ends the first and begins the second
        (format!("{}{text}", text.trim_end()), "connected, 1 warnings"),
    ] {
        fs::write(&other, text).unwrap();
        for variable in ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"] {
            assert_outcome("built-in", true, server.port, &[(variable, &other)], &[expected]).await;
        }
    }
    fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn an_empty_variable_counts_as_not_set() {
    let (server, directory, _) = authority_in_a_file("empty").await;
    let variables =
        ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| (name, Path::new("")));
    assert_outcome(
        "built-in",
        true,
        server.port,
        &variables,
        &["UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    )
    .await;
    fs::remove_dir_all(directory).unwrap();
}
