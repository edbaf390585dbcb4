/** The addresses of the examples' servers, as their process reports them to its parent. */
export interface Addresses {
  /** A small JSON API, and bodies to download and to upload. */
  readonly http: string;
  /** The same over TLS. */
  readonly https: string;
  /** The certificate, as PEM, of the authority that signed the certificate of `https`. */
  readonly ca: string;
  /** Answers every GET with the same few bytes, as fast as Node.js can. */
  readonly fixed: string;
  /** Answers every request with the JSON of `/users/7`, over HTTP/2 without TLS. */
  readonly http2: string;
  /** An HTTP proxy to the ports of this machine. */
  readonly proxy: string;
  /** The path of a Unix socket with a stand-in for the Docker Engine; null on Windows. */
  readonly socket: string | null;
}
