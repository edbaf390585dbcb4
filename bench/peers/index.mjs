// The peers. A peer's module exports `open(settings)`, which returns an object with `close` and any of `get`, `stream`,
// `json`, `upload`. What a peer `can` decides which works it runs; `decode` is a `get`, and `decodedJson` a `json`, that
// decodes gzip; `http2` is `get`, `stream` and `upload` over HTTP/2; `load` has what a program gives to `import` and to `require`; `fetch`
// is a function, and `dispatch` the same function of Node over some dispatcher; `axios` is an instance of it; `websocket`
// opens a session with `isOpen`, `roundTrip(message)` and `receiveAll()`.
// In a run without --peers, a peer that has `byDefault` does only that.
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
  httpxide: {
    title: "httpxide",
    module: at("httpxide.mjs"),
    can: [...EVERYTHING, "http2", "load", "websocket"],
  },
  // An earlier build of httpxide, for comparisons in pairs: see --before.
  "httpxide-before": {
    title: "httpxide before",
    module: at("httpxide.mjs"),
    can: [...EVERYTHING, "http2", "load", "websocket"],
  },
  ws: { title: "ws", module: at("ws.mjs"), can: ["websocket"] },
  "parse-only": { title: "JSON.parse alone", module: at("parse-only.mjs"), can: ["decodedJson"] },
  "node-fetch": {
    title: "Node's fetch",
    module: at("node-fetch.mjs"),
    can: [...EVERYTHING, "fetch", "dispatch"],
    byDefault: ["fetch", "dispatch"],
    environment: ({ caFile }) => ({ NODE_EXTRA_CA_CERTS: caFile }),
  },
  "httpxide-fetch": { title: "httpxide/fetch", module: at("httpxide-fetch.mjs"), can: ["fetch"] },
  axios: { title: "axios", module: at("axios.mjs"), can: ["axios"] },
  "httpxide-axios": {
    title: "axios with httpxide",
    module: at("httpxide-axios.mjs"),
    can: ["axios"],
  },
  "httpxide-dispatcher": {
    title: "Node's fetch with httpxide",
    module: at("httpxide-dispatcher.mjs"),
    can: ["dispatch"],
  },
  wrk: { title: "wrk", program: at("wrk.mjs"), can: ["get"] },
  curl: { title: "curl", program: at("curl.mjs"), can: ["stream"] },
  "node-alone": { title: "Node.js alone", module: at("node-alone.mjs"), can: ["load"] },
  "node-http": { title: "node:http", module: at("node-http.mjs"), can: [...WITHOUT_DECODING, "load"] },
};

/** The peers of a run without --peers. */
export const DEFAULT_PEERS = [
  ...["undici-request", "fetch", "httpxide", "ws", "parse-only", "wrk", "curl"],
  ...["node-fetch", "httpxide-fetch", "axios", "httpxide-axios", "httpxide-dispatcher", "node-alone"],
];
