/**
 * npm run demo: starts servers in their own process and runs the client against them.
 *
 * Every step checks its result. The exit code is 0 if all checks pass, else 1; no check depends on speed.
 */
import { VERSION } from "httpxide";
import { heading, fail, say } from "./screen.js";
import { download } from "./steps/download.js";
import { errors } from "./steps/errors.js";
import { events } from "./steps/events.js";
import { http2 } from "./steps/http2.js";
import { json } from "./steps/json.js";
import { lines } from "./steps/lines.js";
import { manyRequests } from "./steps/many-requests.js";
import { tls } from "./steps/tls.js";
import { unixSocket } from "./steps/unix-socket.js";
import { upload } from "./steps/upload.js";
import { websocket } from "./steps/websocket.js";
import { startServers } from "../servers/start.js";

const steps = [
  { title: "JSON, received and sent", run: json },
  { title: "20,000 small GETs, 64 at a time, beside fetch", run: manyRequests },
  { title: "256 MiB downloaded as a stream", run: download },
  { title: "An upload from an async generator", run: upload },
  { title: "A response read line by line", run: lines },
  { title: "A Unix socket, like the Docker Engine's", run: unixSocket },
  { title: "TLS with a private authority", run: tls },
  { title: "HTTP/2: 64 streams of one connection, beside fetch", run: http2 },
  { title: "A WebSocket: 20,000 messages there and back", run: websocket },
  { title: "An event stream that breaks and goes on", run: events },
  { title: "Errors that say what happened", run: errors },
];

/** Longer than any machine takes: a demo that hangs fails. */
const PATIENCE = 280_000;
const impatience = setTimeout(() => {
  fail(`not finished after ${PATIENCE / 1000} s`);
  process.exit(1);
}, PATIENCE);

const started = performance.now();
let current = "the servers";
try {
  await using servers = await startServers();
  say(`httpxide ${VERSION} on Node.js ${process.versions.node}, ${process.platform} ${process.arch}`);
  for (const [index, { title, run }] of steps.entries()) {
    current = title;
    heading(index + 1, title);
    await run(servers);
  }
  current = "the end";
} catch (error) {
  fail(`${current}: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
}
clearTimeout(impatience);
if (process.exitCode !== 1) {
  say(`\nAll checks passed. ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
