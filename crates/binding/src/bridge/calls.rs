//! The calls that requests, bodies and messages make again and again.
//!
//! Each is a function of its own. A method of a class takes some 4,000 instructions more: napi's macros check the type of its
//! object, and book the borrow of it in a table behind a lock, although all calls come from one thread.

use std::rc::Rc;
use std::task::Poll;

use napi::bindgen_prelude::{BufferSlice, Function, FunctionCallContext, ToNapiValue, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;

use super::failure::NativeFailure;
use super::traffic::Traffic;
use crate::js_bytes::{JsBytes, own_uint8_array, uint8_array};

/// Its TypeScript type has the arguments.
type Call<'env, Return> = Function<'env, (), Return>;

/// The calls that move requests, bodies and messages.
#[napi(object, object_from_js = false)]
pub struct Calls<'env> {
    /// Copies a chunk of an upload, to which a record of the next batch refers: that of the chunk before if it `joins` that one and
    /// the result is true, and else the next one.
    #[napi(ts_type = "(chunk: Uint8Array, joins: boolean) => boolean")]
    pub attach: Call<'env, bool>,
    /// Hands over a batch of records and the bytes that they refer to: those attached before, and then these. All are copied.
    /// `hold` too, if it is true.
    #[napi(ts_type = "(records: Buffer, length: number, hold: boolean, attachment?: Uint8Array) => void")]
    pub submit: Call<'env, ()>,
    /// Copies whole records of completions and returns their bytes, with `TAKEN_MORE` if more must be taken. 0: there was none.
    /// Negative: the next record needs this much room. Only `first` begins the next batch: what is published later has a
    /// signal of its own, and the promises that this batch settles run before it is read.
    #[napi(ts_type = "(into: Buffer, first: boolean) => number")]
    pub take: Call<'env, i32>,
    /// The body that came beside its record.
    #[napi(ts_type = "(number: number) => Uint8Array")]
    pub take_body: Call<'env, JsBytes>,
    /// The message that came beside its record.
    #[napi(ts_type = "(number: number) => Uint8Array")]
    pub take_message: Call<'env, JsBytes>,
    /// The next bytes of a streamed body: `null` at its end or failure, `undefined` when a `READABLE` record will come.
    /// `own`: in memory that can be transferred, whatever their length.
    #[napi(ts_type = "(number: number, raw: boolean, own: boolean) => Uint8Array | null | undefined")]
    pub read: Call<'env, JsBytes>,
    /// Wire bytes of the chunks read so far.
    #[napi(ts_type = "(number: number) => number")]
    pub downloaded: Call<'env, i64>,
    /// Why a streamed body broke off, after `read` returned `null`.
    #[napi(ts_type = "(number: number) => NativeFailure | null")]
    pub failure: Call<'env, Option<NativeFailure>>,
    /// The trailers' lines of a streamed body, after `read` returned `null`.
    #[napi(ts_type = "(number: number) => string")]
    pub trailers: Call<'env, String>,
    /// Forgets a streamed body.
    #[napi(ts_type = "(number: number) => void")]
    pub forget: Call<'env, ()>,
    /// Keeps the event loop alive.
    #[napi(ts_type = "() => void")]
    pub hold: Call<'env, ()>,
    /// Lets the event loop end.
    #[napi(ts_type = "() => void")]
    pub release: Call<'env, ()>,
}

impl<'env> Calls<'env> {
    pub(super) fn of(traffic: &'env Rc<Traffic>, env: &'env Env) -> Result<Self> {
        let calls = Maker { traffic, env };
        Ok(Self {
            attach: calls.make("attach", |traffic, call| {
                let chunk: Uint8ArraySlice<'_> = call.get(0)?;
                Ok(traffic.attach(&chunk, call.get(1)?))
            })?,
            submit: calls.make("submit", |traffic, call| {
                let records: BufferSlice<'_> = call.get(0)?;
                let length: u32 = call.get(1)?;
                let attachment: Option<Uint8ArraySlice<'_>> =
                    if call.length() > 3 { call.get(3)? } else { None };
                if call.get(2)? {
                    traffic.hold(*call.env);
                }
                traffic.submit(*call.env, &records[..length as usize], attachment.as_deref());
                Ok(())
            })?,
            take: calls.make("take", |traffic, call| {
                let mut into: BufferSlice<'_> = call.get(0)?;
                Ok(traffic.take(*call.env, &mut into, call.get(1)?))
            })?,
            take_body: calls.make("takeBody", |traffic, call| {
                let body = traffic.received.borrow_mut().bodies.take_whole(call.get(0)?);
                uint8_array(call.env, body)
            })?,
            take_message: calls.make("takeMessage", |traffic, call| {
                let message = traffic.received.borrow_mut().bodies.take_message(call.get(0)?);
                uint8_array(call.env, message)
            })?,
            read: calls.make("read", |traffic, call| {
                let own = call.get(2)?;
                let mut received = traffic.received.borrow_mut();
                match received.bodies.read(*call.env, call.get(0)?, call.get(1)?) {
                    Some(Poll::Ready(chunk)) if own => own_uint8_array(call.env, &chunk),
                    Some(Poll::Ready(chunk)) => uint8_array(call.env, chunk),
                    Some(Poll::Pending) => JsBytes::undefined(call.env),
                    None => JsBytes::null(call.env),
                }
            })?,
            downloaded: calls.make("downloaded", |traffic, call| {
                let received = traffic.received.borrow();
                let body = received.bodies.streamed(call.get(0)?);
                let downloaded = body.map_or(0, |body| body.downloaded);
                Ok(i64::try_from(downloaded).unwrap_or(i64::MAX))
            })?,
            failure: calls.make("failure", |traffic, call| {
                let received = traffic.received.borrow();
                let body = received.bodies.streamed(call.get(0)?);
                Ok(body.and_then(|body| body.failure.as_ref()).map(Into::into))
            })?,
            trailers: calls.make("trailers", |traffic, call| {
                let received = traffic.received.borrow();
                let body = received.bodies.streamed(call.get(0)?);
                let trailers = body.map_or(&[][..], |body| &body.trailers);
                Ok(trailers.iter().map(|byte| char::from(*byte)).collect())
            })?,
            forget: calls.make("forget", |traffic, call| {
                traffic
                    .received
                    .borrow_mut()
                    .bodies
                    .forget(*call.env, call.get(0)?);
                Ok(())
            })?,
            hold: calls.make("hold", |traffic, call| {
                traffic.hold(*call.env);
                Ok(())
            })?,
            release: calls.make("release", |traffic, call| {
                traffic.release(*call.env);
                Ok(())
            })?,
        })
    }
}

struct Maker<'env> {
    traffic: &'env Rc<Traffic>,
    env: &'env Env,
}

impl<'env> Maker<'env> {
    fn make<Return: ToNapiValue + 'static>(
        &self,
        name: &str,
        call: fn(&Traffic, &FunctionCallContext<'_>) -> Result<Return>,
    ) -> Result<Call<'env, Return>> {
        let traffic = Rc::clone(self.traffic);
        self.env
            .create_function_from_closure(name, move |context| call(&traffic, &context))
    }
}
