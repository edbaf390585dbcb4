//! What the engine reports of a traced request.

names! {
    /// A step of a request. Its fields, when it starts and when it is complete, come in the order given here.
    Step, list "STEPS" of "Step" {
        /// Resolving the name and opening the TCP connection. Starts with host and port. Completes with the local address
        /// and port and the remote address and port.
        ConnectTcp = 0 => "ConnectTcp",
        /// Opening the Unix connection. Starts with its path.
        ConnectUnixSocket = 1 => "ConnectUnixSocket",
        /// The TLS handshake. Starts with the server's name. Completes with version, cipher suite and ALPN protocol, which
        /// is empty if the server chose none.
        StartTls = 2 => "StartTls",
        /// The pause before another attempt to connect. Starts with its milliseconds.
        Retry = 3 => "Retry",
        /// Closing the connection together with the request.
        Close = 4 => "Close",
        /// Writing the request's head. Starts with the number of its stream in HTTP/2, and with nothing in HTTP/1.1.
        SendRequestHeaders = 5 => "SendRequestHeaders",
        /// Writing the request's body.
        SendRequestBody = 6 => "SendRequestBody",
        /// Waiting for the response's head. Completes with HTTP version and status.
        ReceiveResponseHeaders = 7 => "ReceiveResponseHeaders",
        /// Reading the response's body.
        ReceiveResponseBody = 8 => "ReceiveResponseBody",
        /// Releasing the connection.
        ResponseClosed = 9 => "ResponseClosed",
        /// Beginning HTTP/2 on a new connection.
        SendConnectionInit = 10 => "SendConnectionInit",
        /// Writing the head of a `CONNECT` request to a proxy.
        SendConnectHeaders = 11 => "SendConnectHeaders",
        /// The body of the `CONNECT` request, which has none.
        SendConnectBody = 12 => "SendConnectBody",
        /// Waiting for the proxy's answer to `CONNECT`. Completes with HTTP version and status.
        ReceiveConnectHeaders = 13 => "ReceiveConnectHeaders",
        /// The handshake with a SOCKS proxy.
        SetUpSocks = 14 => "SetUpSocks",
        /// The TLS handshake with the server through a proxy. It has the fields of `StartTls`.
        StartTlsInTunnel = 15 => "StartTlsInTunnel",
        /// Reading the head of an interim response. Completes with HTTP version and status.
        ReceiveInformationalHeaders = 16 => "ReceiveInformationalHeaders",
        /// Reading the server's settings in HTTP/2, within `ReceiveResponseHeaders`.
        ReceiveRemoteSettings = 17 => "ReceiveRemoteSettings",
    }
}

names! {
    /// What became of a step.
    Moment, list "MOMENTS" of "Moment" {
        /// It starts.
        Started = 0 => "started",
        /// It is done.
        Complete = 1 => "complete",
        /// It failed; the record has the failure.
        Failed = 2 => "failed",
        /// The caller gave the request up.
        GivenUp = 3 => "given up",
    }
}
