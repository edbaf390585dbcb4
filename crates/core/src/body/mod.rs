//! Bodies: uploads, streamed responses, content codings.

pub mod decode;
mod inflow;
mod pipe;
mod upload;

pub(crate) use inflow::{Collected, Inflow};
pub use pipe::{BodyPipe, Form, Read};
pub(crate) use upload::{LengthMismatch, Outgoing};
pub use upload::{RequestBody, Upload};
