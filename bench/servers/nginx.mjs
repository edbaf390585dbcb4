// nginx as the server of every download: one worker, no access log, and settings under which it never closes a connection
// or reopens a file within a run, so that the measurement shows the client's own limits.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SMALL_BYTES, USER } from "./content.mjs";
import { acceptsConnections, childrenOf, freePorts, startProcess, stopProcess } from "./processes.mjs";

const MISSING = `nginx was not found. The bench needs it as a server that is not the bottleneck:
  Debian, Ubuntu   apt-get install -y nginx
  Fedora           dnf install nginx
  macOS            brew install nginx
The service itself may stay stopped: the bench starts an nginx of its own, on free ports. NGINX=/path/to/nginx names another binary.`;

/** Starts nginx on free ports over the files in `root`. */
export async function startNginx({ directory, root, certificates, sink }) {
  const binary = findNginx();
  const [httpPort, httpsPort, http2Port] = await freePorts(3);
  const errorLog = join(directory, "nginx-error.log");
  const configuration = join(directory, "nginx.conf");
  writeFileSync(
    configuration,
    nginxConf({ directory, root, certificates, sink, httpPort, httpsPort, http2Port, errorLog }),
  );
  const child = startProcess(binary.path, ["-p", directory, "-e", errorLog, "-c", configuration]);
  await acceptsConnections(httpPort, child, () => {
    const log = existsSync(errorLog) ? readFileSync(errorLog, "utf8") : "";
    return `nginx did not start.\n${log}`;
  });
  return {
    version: binary.version,
    http: `http://127.0.0.1:${httpPort}`,
    https: `https://localhost:${httpsPort}`,
    http2: `https://localhost:${http2Port}`,
    processes: childrenOf(child.pid),
    stop: () => stopProcess(child),
  };
}

// /usr/sbin is Debian's place for it, and is not on every user's PATH.
function findNginx() {
  const candidates = process.env.NGINX ? [process.env.NGINX] : ["nginx", "/usr/sbin/nginx"];
  for (const path of candidates) {
    const answer = spawnSync(path, ["-v"], { encoding: "utf8" });
    if (answer.status === 0) return { path, version: answer.stderr.trim().replace("nginx version: ", "") };
  }
  throw new Error(MISSING);
}

function nginxConf({ directory, root, certificates, sink, httpPort, httpsPort, http2Port, errorLog }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `  ${kind}_temp_path ${join(directory, kind)};`)
    .join("\n");
  // The small body is in the configuration: nginx then reads no file, and writes head and body in one segment.
  const locations = `
    root ${root};
    location = /1k { default_type text/plain; return 200 "${"x".repeat(SMALL_BYTES)}"; }
    location = /user.json { default_type application/json; return 200 '${JSON.stringify(USER)}'; }
    location = /256m { sendfile on; }
    location = /records.json { gzip_static on; default_type application/json; }`;
  return `
daemon off;
worker_processes 1;
pid ${join(directory, "nginx.pid")};
error_log ${errorLog} warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
${temporary}
  access_log off;
  default_type application/octet-stream;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  open_file_cache max=64 inactive=1h;
  open_file_cache_valid 1h;
  server {
    listen 127.0.0.1:${httpPort} backlog=4096;
${locations}
  }
  server {
    listen 127.0.0.1:${httpsPort} ssl backlog=4096;
    ssl_certificate ${certificates.certificateFile};
    ssl_certificate_key ${certificates.keyFile};
    ssl_protocols TLSv1.3;
    ssl_session_cache shared:bench:8m;
${locations}
  }
  server {
    listen 127.0.0.1:${http2Port} ssl http2 backlog=4096;
    ssl_certificate ${certificates.certificateFile};
    ssl_certificate_key ${certificates.keyFile};
    ssl_protocols TLSv1.3;
    http2_max_concurrent_streams 1024;
    client_max_body_size 0;
${locations}
    location = /upload { proxy_request_buffering off; proxy_pass ${sink}; }
  }
}
`;
}
