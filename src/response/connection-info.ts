/** What is known of the connection that a response came over. */
import type { Timings } from "../errors/timings.js";

/** The connection that a response came over. */
export interface ConnectionInfo {
  /** A number that no other connection of the process has. */
  id: number;
  /** Whether the connection was not opened for this request. */
  reused: boolean;
  /** The IP address of this end; `null` without TCP. */
  localAddress: string | null;
  localPort: number | null;
  /** The IP address of the peer, which is the proxy if there is one; `null` without TCP. */
  remoteAddress: string | null;
  remotePort: number | null;
  /** The URL of the proxy, without credentials; `null` if there is none. */
  proxy: string | null;
}

/** What TLS agreed on with the server. */
export interface TlsInfo {
  /** `"TLSv1.3"` or `"TLSv1.2"`. */
  protocol: string;
  /** The cipher suite by its name in the IANA registry, as `standardName` of Node.js: `"TLS_AES_256_GCM_SHA384"`. */
  cipher: string;
  /** The protocol that the server chose, such as `"h2"`; `null` if it chose none. */
  alpn: string | null;
  /** The name that was sent (SNI); `null` for an IP address, which is not sent. */
  serverName: string | null;
  /** Whether an earlier session was resumed. */
  resumed: boolean;
  /** The server's certificate and the others that it sent, in DER: `new X509Certificate(der)` reads them. */
  peerCertificates: Uint8Array[];
}

/** A connection as the engine tells of it. @internal */
export interface WireConnection {
  readonly facts: Omit<ConnectionInfo, "reused">;
  readonly tls: TlsInfo | null;
  /** Milliseconds. */
  readonly dial: Pick<Timings, "dns" | "connect" | "tls">;
}
