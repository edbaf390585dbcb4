/** Advice on other clients' names for the options of connections. */

const CLIENT_CERTIFICATE = "did you mean cert: { cert, key, passphrase } or cert: { pfx, passphrase }";
const KEEP_CONNECTIONS = "connections are kept by themselves; limits says how many, and for how long";
const TRANSPORT = "connections are made by a transport: give one as transport";
const TIMEOUT = "give it as a phase of timeout: { connect, read, write, pool, total } in milliseconds";

/** By the other client's name. @internal */
export const networkAdvice: Readonly<Record<string, string>> = {
  agent: TRANSPORT,
  allowH2: "did you mean http2",
  bodyTimeout: TIMEOUT,
  ca: "authorities are given as verify: { ca }",
  connectTimeout: TIMEOUT,
  connections: "did you mean limits: { maxConnections }",
  dispatcher: TRANSPORT,
  headersTimeout: TIMEOUT,
  http2Only: "did you mean http2",
  httpAgent: TRANSPORT,
  httpsAgent: TRANSPORT,
  keepAlive: KEEP_CONNECTIONS,
  keepAliveTimeout: "did you mean limits: { keepaliveExpiry }",
  key: CLIENT_CERTIFICATE,
  keepalive: KEEP_CONNECTIONS,
  lookup: "did you mean resolver",
  maxBodyLength: "the size of a request is not bounded",
  maxConnections: "did you mean limits: { maxConnections }",
  maxContentLength: "did you mean maxResponseBytes",
  maxKeepaliveConnections: "did you mean limits: { maxKeepaliveConnections }",
  maxResponseSize: "did you mean maxResponseBytes",
  maxSize: "did you mean maxResponseBytes",
  maxSockets: "did you mean limits: { maxConnections }",
  passphrase: CLIENT_CERTIFICATE,
  pfx: CLIENT_CERTIFICATE,
  pipelining: "HTTP/1.1 requests are not pipelined",
  pool: "did you mean limits",
  proxies: "did you mean proxy",
  rejectUnauthorized: "did you mean verify: false",
  socketPath: "did you mean uds",
  ssl: "did you mean verify",
  strictSSL: "did you mean verify: false",
  unix: "did you mean uds",
};
