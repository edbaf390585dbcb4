//! A text in every content coding.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// [`text`] in brotli, made with Node.js's zlib.
pub(crate) const BROTLI_TEXT: &str = "1bf802308cd45ef542918ddc70f6b7240a301e20fc835bac3e9c8142e38756ec6e0629eeae24896ed8f5a40c3bafeb6\
    ffef916aea263b763b737c09d21ed46fc7e8f7c0f35de17a617aff960bace40686d771eb7000c4b2a11b7a6a4c22bf2a3cfce9d3c036d6a4bed8280\
    1d39b4226e49a982176bdd2f9d37616660a9f6c8dc9d0276269588cf92dc0078e74cafb42627ce40ef6a03ecda038647aa11e7a19c80775f4cb7d0a\
    94933d0a1b6c62e06d81b528d86d7a3f40e5e82f577fd00";
/// 8 MiB of zero bytes in brotli, made with Node.js's zlib.
pub(crate) const BROTLI_BOMB: &str = "9bffff7ff82700e2b14020f7fe0f";

pub(crate) fn text() -> Vec<u8> {
    (0..60)
        .flat_map(|i| format!("line {i}: {}\n", i * i * 7919 % 1000).into_bytes())
        .collect()
}

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap())
        .collect()
}

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn raw_deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 3).unwrap()
}

/// [`text`] in every coding and some stacks, each with its `Content-Encoding`.
pub(crate) fn encoded_texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gzip", gzip(&text())),
        ("deflate", zlib(&text())),
        ("deflate", raw_deflate(&text())),
        ("br", hex(BROTLI_TEXT)),
        ("zstd", zstd(&text())),
        ("br, gzip", gzip(&hex(BROTLI_TEXT))),
        ("deflate, gzip", gzip(&raw_deflate(&text()))),
        (
            "gzip, deflate, zstd, gzip, zstd",
            zstd(&gzip(&zstd(&zlib(&gzip(&text()))))),
        ),
    ]
}
