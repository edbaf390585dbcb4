//! Files that OpenSSL wrote: the key and the certificate `pkcs12 client`, and that of its authority.

use httpxide_pkcs12::{Contents, Problem, read};

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}.p12", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

fn assert_complete(contents: &Contents) {
    assert!(contents.key.starts_with(&[0x30]), "PKCS#8 is a sequence");
    let names = [&b"pkcs12 client"[..], b"pkcs12 authority"];
    let mut subjects: Vec<_> = contents
        .certificates
        .iter()
        .map(|der| names.map(|name| der.windows(name.len()).filter(|window| *window == name).count()))
        .collect();
    subjects.sort_unstable();
    // the authority names itself twice, the client itself once and its issuer once
    assert_eq!(subjects, [[0, 2], [1, 1]]);
}

fn is_unreadable_when_cut(whole: &[u8]) {
    for end in (0..whole.len()).step_by(7) {
        assert_eq!(
            read(&whole[..end], "secret"),
            Err(Problem::Unreadable),
            "{end} bytes"
        );
    }
}

#[test]
fn the_ciphers_of_all_ages_are_read() {
    for name in ["aes", "3des", "rc2"] {
        let contents = read(&file(name), "secret").expect(name);
        assert_complete(&contents);
        assert_eq!(contents, read(&file("aes"), "secret").unwrap(), "{name}");
    }
}

#[test]
fn a_passphrase_may_be_empty_or_have_any_characters() {
    assert_complete(&read(&file("no-passphrase"), "").unwrap());
    assert_complete(&read(&file("unicode-passphrase"), "pässword€").unwrap());
}

#[test]
fn a_file_may_have_no_mac() {
    let expected = read(&file("aes"), "secret").unwrap();
    for (name, passphrase) in [
        ("no-mac", "secret"),
        ("no-mac-plain", ""),
        ("no-mac-plain", "of nothing"),
    ] {
        assert_eq!(
            read(&file(name), passphrase),
            Ok(expected.clone()),
            "{name} {passphrase:?}"
        );
    }
    assert_eq!(read(&file("no-mac"), "wrong"), Err(Problem::Passphrase));
    is_unreadable_when_cut(&file("no-mac"));
}

#[test]
fn what_cannot_be_used_here_is_told_from_a_wrong_passphrase_and_a_damaged_file() {
    assert_eq!(read(&file("rc2-128"), "secret"), Err(Problem::Algorithm));
    assert_eq!(read(&file("aes"), "secret \u{1f512}"), Err(Problem::Characters));
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_file() {
    for name in ["aes", "3des", "rc2"] {
        for passphrase in ["", "wrong", "Secret", "sec\0ret"] {
            let read = read(&file(name), passphrase);
            assert_eq!(read, Err(Problem::Passphrase), "{name} {passphrase:?}");
        }
    }
    assert_eq!(read(&file("aes"), "secret\0"), Err(Problem::Passphrase));
    assert_eq!(read(&file("no-passphrase"), "secret"), Err(Problem::Passphrase));
    for bytes in [&b""[..], b"x", b"-----BEGIN CERTIFICATE-----", &[0x30, 0x80]] {
        assert_eq!(read(bytes, "secret"), Err(Problem::Unreadable), "{bytes:?}");
    }
    is_unreadable_when_cut(&file("aes"));
}

#[test]
fn a_changed_byte_never_passes_as_the_same_contents() {
    let whole = file("aes");
    let expected = read(&whole, "secret").unwrap();
    for at in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        if let Ok(contents) = read(&changed, "secret") {
            assert_eq!(contents, expected, "byte {at}");
        }
    }
}

#[test]
fn a_file_without_a_key_is_named_so() {
    assert_eq!(read(&file("no-key"), "secret"), Err(Problem::NoKey));
}

#[test]
fn the_key_is_not_in_the_words_of_a_log() {
    let contents = read(&file("aes"), "secret").unwrap();
    assert_eq!(format!("{contents:?}"), "Contents { certificates: 2, .. }");
}
