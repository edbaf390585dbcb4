/**
 * npm run demo: starts servers in a process of their own and shows the client at work on them.
 *
 * Every step checks what it shows. The exit code is 0 if all of it is so, else 1; nothing depends on how fast it is.
 */
import { VERSION } from "httpxide";
import { heading, fail, say } from "./demo/screen.js";
import { download } from "./demo/steps/download.js";
import { errors } from "./demo/steps/errors.js";
import { json } from "./demo/steps/json.js";
import { lines } from "./demo/steps/lines.js";
import { manyRequests } from "./demo/steps/many-requests.js";
import { tls } from "./demo/steps/tls.js";
import { unixSocket } from "./demo/steps/unix-socket.js";
import { upload } from "./demo/steps/upload.js";
import { startServers } from "./servers/start.js";

const steps = [
  { title: "JSON, received and sent", run: json },
  { title: "20,000 small GETs, 64 at a time, beside fetch", run: manyRequests },
  { title: "256 MiB downloaded as a stream", run: download },
  { title: "An upload from an async generator", run: upload },
  { title: "A response read line by line", run: lines },
  { title: "A Unix socket, as the Docker Engine has one", run: unixSocket },
  { title: "TLS with a private authority", run: tls },
  { title: "Errors that say what happened", run: errors },
];

/** Longer than any machine takes: a demo that hangs is a demo that fails. */
const PATIENCE = 120_000;
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
  say(`\nAll of it holds. ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
