//! The engine's decoder of content codings, for bodies that JavaScript holds: they decode as those of the network do.

use bytes::Bytes;
use httpxide_core::Error as EngineError;
use httpxide_core::body::BodyDecoder;
use httpxide_core::body::coding::{CodingRules, Decoder};
use napi::bindgen_prelude::Uint8ArraySlice;
use napi::{Env, Error, Result};
use napi_derive::napi;

use crate::js_bytes::{JsBytes, uint8_array};

/// Decodes one body. Every error is thrown with the engine's code and words.
#[napi]
pub struct ContentDecoder {
    /// `None` once the body has ended: a window of up to 8 MiB need not wait for the garbage collector.
    decoder: Option<BodyDecoder>,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a value that napi makes for the call"
)]
#[napi]
impl ContentDecoder {
    /// The decoder for the value of a `Content-Encoding` header; `null` if there is nothing to undo.
    #[napi(ts_return_type = "ContentDecoder | null")]
    pub fn for_codings(content_encoding: String) -> Result<Option<Self>, String> {
        let decoder = Decoder::for_codings(&content_encoding, CodingRules::Httpx).map_err(thrown)?;
        Ok(decoder.map(|decoder| Self {
            decoder: Some(BodyDecoder::new(Some(decoder), None)),
        }))
    }

    /// Takes bytes as received. Call it when `next` has returned `null`.
    #[napi]
    pub fn push(&mut self, bytes: Uint8ArraySlice<'_>) {
        if let Some(decoder) = &mut self.decoder {
            decoder.push(Bytes::copy_from_slice(&bytes));
        }
    }

    /// The next decoded bytes, at most 256 KiB; `null` when it needs more.
    #[napi(ts_return_type = "Uint8Array | null")]
    pub fn next(&mut self, env: Env) -> Result<JsBytes, String> {
        let piece = match &mut self.decoder {
            Some(decoder) => decoder.next_piece().map_err(thrown)?,
            None => None,
        };
        match piece {
            Some((bytes, _)) => uint8_array(&env, bytes),
            None => JsBytes::null(&env),
        }
        .map_err(|error| Error::new(error.status.to_string(), error.reason.clone()))
    }

    /// Ends the body, which must not end before its coding does.
    #[napi]
    pub fn finish(&mut self) -> Result<(), String> {
        self.decoder
            .take()
            .map_or(Ok(()), |mut decoder| decoder.finish().map_err(thrown))
    }
}

fn thrown(error: EngineError) -> Error<String> {
    Error::new(error.code.to_owned(), error.message.into_owned())
}
