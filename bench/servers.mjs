// All servers of a run and their files, in a temporary folder that is removed when they stop.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificates } from "./servers/certificates.mjs";
import { createContent, createDeflatedMessage } from "./servers/content.mjs";
import { startNginx } from "./servers/nginx.mjs";
import { startRustServer } from "./servers/rust-server.mjs";

/**
 * Start them.
 * @returns {Promise<{ urls: { http: string, https: string, http2: string, upload: string, websocket: string }, ca: string, caFile: string, nginxVersion: string,
 *   processes: number[], stop(): Promise<void> }>} `processes` are the ids of those that serve requests.
 */
export async function startServers() {
  const directory = mkdtempSync(join(tmpdir(), "httpxide-bench-"));
  const removeFiles = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", removeFiles);
  // nginx started by root serves as another user, which needs access to the files.
  chmodSync(directory, 0o755);
  const certificates = createCertificates(directory);
  const root = await createContent(directory);
  const sink = await startRustServer({ directory, name: "upload-sink" });
  const sinkUrl = `http://127.0.0.1:${sink.port}/`;
  const websocket = await startRustServer({
    directory,
    name: "websocket",
    args: [createDeflatedMessage(directory)],
  });
  const nginx = await startNginx({ directory, root, certificates, sink: sinkUrl });
  return {
    urls: {
      http: nginx.http,
      https: nginx.https,
      http2: nginx.http2,
      upload: sinkUrl,
      websocket: `ws://127.0.0.1:${websocket.port}`,
    },
    ca: certificates.ca,
    caFile: certificates.caFile,
    nginxVersion: nginx.version,
    processes: [...nginx.processes, sink.process, websocket.process],
    async stop() {
      await Promise.all([nginx.stop(), sink.stop(), websocket.stop()]);
      removeFiles();
      process.off("exit", removeFiles);
    },
  };
}
