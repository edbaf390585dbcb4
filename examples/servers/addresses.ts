/** Where the servers of the examples are, as their process tells the one that started it. */
export interface Addresses {
  /** A little JSON API, and bodies to download and to upload to. */
  readonly http: string;
  /** The same over TLS. */
  readonly https: string;
  /** The certificate, as PEM, of the authority that vouches for `https`. */
  readonly ca: string;
  /** Answers every GET with the same few bytes, as fast as Node.js can. */
  readonly fixed: string;
  /** The path of a Unix socket that answers as the Docker Engine does; null where there are none (Windows). */
  readonly socket: string | null;
}
