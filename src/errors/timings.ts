/** How long the parts of a request took: of a response, in its extensions; of a failed request, on its error. */

/**
 * How long the parts of a single request took, in milliseconds. They do not overlap. `null`: a part that did not happen, such as
 * `dns` on a kept connection. Of a failed request, the part in which it failed is the last one.
 */
export interface Timings {
  /** Waiting for a free connection, or for one that was being opened for another request. */
  pool: number | null;
  /** Resolving the host's name. */
  dns: number | null;
  /** Opening the TCP or Unix connection, and the way through a proxy. */
  connect: number | null;
  /** The TLS handshake; with an HTTPS proxy, both. */
  tls: number | null;
  /** From sending the request's head to receiving the response's. */
  firstByte: number | null;
  /** From the response's head to the end of its body; `null` while that has not come. */
  download: number | null;
}
