//! A proxy that wants a client certificate. The option `cert` is for servers, so the advice for servers would be wrong.

use std::fmt::Display;

use crate::error::{Error, Kind, Phase, RequestSent};

/// The code of the alert with which a server asks for a certificate. Only a handshake ends with it, so the request was not
/// read: under TLS 1.3 it arrives after this client has finished its own part.
const CERTIFICATE_REQUIRED: &str = "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED";

/// Makes the error one of the connection to the proxy, if that wants a client certificate.
pub(crate) fn blame_proxy(proxy: &dyn Display, error: &mut Error) {
    if error.code != CERTIFICATE_REQUIRED {
        return;
    }
    error.kind = Kind::ConnectError;
    error.phase = Phase::Tls;
    error.request_sent = RequestSent::No;
    error.message = format!(
        "no connection to the proxy {proxy}: it wants a client certificate, and `cert` is for servers only"
    )
    .into();
}
