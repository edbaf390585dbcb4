// Every work by name. A work declares which ability of a peer it `uses`, how many operations run at once, the unit of its
// rate (with `bytes` per operation for MB/s), its `connections` if they are not one for each operation, how to `start` one,
// and how to `check` its result; what it has `used` besides, where the meters of its process
// cannot see it. A program gets the `url`.
import { axiosGet } from "./axios.mjs";
import { fetchJson, fetchStream, fetchText } from "./fetch.mjs";
import { gzipBytes, gzipJson } from "./gzip-json.mjs";
import { http2Get, http2Stream, http2Upload } from "./http2.mjs";
import { largeStream } from "./large-stream.mjs";
import { smallGet } from "./small-get.mjs";
import { smallJson } from "./small-json.mjs";
import { startup } from "./startup.mjs";
import { streamedUpload } from "./streamed-upload.mjs";
import { echo, idle, received } from "./websocket.mjs";

export const works = {
  "get-1": smallGet({ inFlight: 1 }),
  "get-64": smallGet({ inFlight: 64 }),
  "json-64": smallJson,
  "get-1000": smallGet({ inFlight: 1000 }),
  "get-tls-64": smallGet({ inFlight: 64, tls: true }),
  "stream-256m": largeStream,
  "gzip-bytes": gzipBytes,
  "gzip-json": gzipJson,
  "upload-256m": streamedUpload,
  "h2-get-1": http2Get(1),
  "h2-get-64": http2Get(64),
  "h2-get-1000": http2Get(1000),
  "h2-stream-256m": http2Stream,
  "h2-upload-64": http2Upload,
  "fetch-get-64": fetchText({ title: "1 KiB GET through fetch, read to text, 64 in flight", uses: "fetch" }),
  "fetch-json-64": fetchJson,
  "fetch-stream-256m": fetchStream,
  "axios-get-64": axiosGet,
  "dispatcher-get-64": fetchText({
    title: "1 KiB GET through Node's fetch and its dispatcher, 64 in flight",
    uses: "dispatch",
  }),
  "ws-echo-64x1k": echo({ sessions: 64, window: 1, bytes: 1024 }),
  "ws-echo-1x20b-window64": echo({ sessions: 1, window: 64, bytes: 20 }),
  "ws-receive-256m": received({ path: "flood", title: "256 MiB received as messages of 64 KiB" }),
  "ws-receive-deflated": received({
    path: "flood-deflated",
    title: "256 MiB received as messages of 64 KiB, compressed",
  }),
  "ws-idle-10000": idle,
  "startup-import": startup("import"),
  "startup-require": startup("require"),
};
