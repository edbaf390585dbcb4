// The peers. A peer's module exports `open(settings)`, which returns an object with `close` and any of `get`, `stream`,
// `json`, `upload`. What a peer `can` decides which works it runs; `decode` is a `get`, and `decodedJson` a `json`, that
// decodes gzip; `http2` is `get`, `stream` and `upload` over HTTP/2; `load` is the
// module that a program imports.
// A peer with a `program` is no module of Node.js but a program to start, see programs.mjs.
const at = (file) => new URL(file, import.meta.url).href;

const EVERYTHING = ["get", "json", "stream", "decode", "decodedJson", "upload"];
const WITHOUT_DECODING = ["get", "json", "stream", "upload"];

export const peers = {
  "undici-request": {
    title: "undici request",
    module: at("undici-request.mjs"),
    can: [...WITHOUT_DECODING, "http2", "load"],
  },
  fetch: { title: "undici fetch", module: at("fetch.mjs"), can: EVERYTHING },
  httpxide: { title: "httpxide", module: at("httpxide.mjs"), can: [...EVERYTHING, "http2", "load"] },
  // An earlier build of httpxide, for comparisons in pairs: see --before.
  "httpxide-before": {
    title: "httpxide before",
    module: at("httpxide.mjs"),
    can: [...EVERYTHING, "http2", "load"],
  },
  "parse-only": { title: "JSON.parse alone", module: at("parse-only.mjs"), can: ["decodedJson"] },
  "node-fetch": {
    title: "Node's fetch",
    module: at("node-fetch.mjs"),
    can: EVERYTHING,
    environment: ({ caFile }) => ({ NODE_EXTRA_CA_CERTS: caFile }),
  },
  wrk: { title: "wrk", program: at("wrk.mjs"), can: ["get"] },
  curl: { title: "curl", program: at("curl.mjs"), can: ["stream"] },
  "node-http": { title: "node:http", module: at("node-http.mjs"), can: [...WITHOUT_DECODING, "load"] },
};

/** The peers of a run without --peers. */
export const DEFAULT_PEERS = ["undici-request", "fetch", "httpxide", "parse-only", "wrk", "curl"];
