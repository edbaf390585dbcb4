//! A byte stream of any kind, for code that runs after HTTP has given its connection up.

use std::fmt;

use tokio::io::{AsyncRead, AsyncWrite};

/// A stream that can be read, written and put into a box.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Unpin + fmt::Debug> ByteStream for S {}
