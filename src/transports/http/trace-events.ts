/**
 * The names and fields of trace events: those of HTTPX's trace extension (httpcore 1.0.9), for the steps that the engine
 * reports. `crates/protocol/src/trace.rs` says which fields a step has, and in which order.
 */
import type { Step } from "../../native/protocol.js";
import type { Request } from "../../request/request.js";

type InfoOf = (fields: string[], request: Request) => Record<string, unknown>;

/** The name of a step, and the fields of its events besides the time. @internal */
export interface StepEvents {
  /** Names that begin with `http.` begin with the version of HTTP in events: `http11.` or `http2.`. */
  readonly name: string;
  readonly started: InfoOf;
  readonly complete: InfoOf;
}

const nothing: InfoOf = () => ({});
const theRequest: InfoOf = (_, request) => ({ request });

const versionAndStatus: InfoOf = ([httpVersion, status]) => ({ httpVersion, status: Number(status) });
const ofTls = {
  started: ([serverHostname]: string[], { timeout }: Request) => ({
    serverHostname,
    timeout: timeout.connect,
  }),
  complete: ([version, cipher, protocol]: string[]) => ({
    version,
    cipher,
    selectedAlpnProtocol: protocol || null,
  }),
};

/** @internal */
export const stepEvents: Readonly<Record<Step, StepEvents>> = {
  ConnectTcp: {
    name: "connection.connect_tcp",
    started: ([host, port], { timeout }) => ({ host, port: Number(port), timeout: timeout.connect }),
    complete: ([localHost, localPort, remoteHost, remotePort]) => ({
      clientAddr: [localHost, Number(localPort)],
      serverAddr: [remoteHost, Number(remotePort)],
    }),
  },
  ConnectUnixSocket: {
    name: "connection.connect_unix_socket",
    // the path of an abstract socket begins with a NUL, which separates fields
    started: (path, { timeout }) => ({ path: path.join("\0"), timeout: timeout.connect }),
    complete: nothing,
  },
  StartTls: { name: "connection.start_tls", ...ofTls },
  SendConnectHeaders: { name: "http11.send_request_headers", started: theRequest, complete: nothing },
  SendConnectBody: { name: "http11.send_request_body", started: theRequest, complete: nothing },
  ReceiveConnectHeaders: {
    name: "http11.receive_response_headers",
    started: theRequest,
    complete: versionAndStatus,
  },
  SetUpSocks: { name: "socks.setup", started: nothing, complete: nothing },
  StartTlsInTunnel: { name: "proxy.start_tls", ...ofTls },
  Retry: {
    name: "connection.retry",
    started: ([delay]) => ({ delay: Number(delay) }),
    complete: nothing,
  },
  SendConnectionInit: { name: "http2.send_connection_init", started: theRequest, complete: nothing },
  ReceiveRemoteSettings: { name: "http2.receive_remote_settings", started: theRequest, complete: nothing },
  Close: { name: "connection.close", started: nothing, complete: nothing },
  SendRequestHeaders: { name: "http.send_request_headers", started: theRequest, complete: nothing },
  SendRequestBody: { name: "http.send_request_body", started: theRequest, complete: nothing },
  ReceiveInformationalHeaders: {
    name: "http.receive_informational_headers",
    started: theRequest,
    complete: ([httpVersion, status]) => ({ httpVersion, status: Number(status) }),
  },
  ReceiveResponseHeaders: {
    name: "http.receive_response_headers",
    started: theRequest,
    complete: versionAndStatus,
  },
  ReceiveResponseBody: { name: "http.receive_response_body", started: theRequest, complete: nothing },
  ResponseClosed: { name: "http.response_closed", started: nothing, complete: nothing },
};
