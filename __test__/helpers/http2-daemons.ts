/** Servers of HTTP/2 that people run: nginx, and nghttpd of nghttp2. */
import { join } from "node:path";
import { certificates } from "./certificates.js";
import { type Daemon, startDaemon } from "./daemon.js";

export interface Http2Daemon extends Daemon {
  /** Its base URL, without a trailing slash. */
  readonly url: string;
}

export interface NginxOptions {
  /** Over TLS, with HTTP/2 by ALPN; otherwise HTTP/2 over plain TCP. */
  readonly tls?: boolean;
  /** Further directives of its server block. */
  readonly directives?: readonly string[];
}

/** nginx. `/` answers "ok". */
export async function startNginx({ tls = true, directives = [] }: NginxOptions = {}): Promise<Http2Daemon> {
  const { good } = await certificates();
  const daemon = await startDaemon({
    program: "nginx",
    from: "nginx",
    arguments: ({ folder }) => ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")],
    files: ({ port, folder }) => ({
      "key.pem": good.key,
      "certificate.pem": good.cert,
      "nginx.conf": [
        "daemon off;",
        "master_process off;",
        `pid ${folder}/pid;`,
        "error_log stderr warn;",
        "events { worker_connections 512; }",
        "http {",
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (kind) => `  ${kind}_temp_path ${folder}/${kind};`,
        ),
        "  access_log off;",
        "  client_max_body_size 0;",
        "  server {",
        `    listen 127.0.0.1:${port} http2${tls ? " ssl" : ""};`,
        ...(tls
          ? [
              `    ssl_certificate ${folder}/certificate.pem;`,
              `    ssl_certificate_key ${folder}/key.pem;`,
              "    ssl_protocols TLSv1.2 TLSv1.3;",
            ]
          : []),
        ...directives.map((directive) => `    ${directive}`),
        '    location = / { return 200 "ok"; }',
        "  }",
        "}",
        "",
      ].join("\n"),
    }),
  });
  return at(daemon, tls);
}

/** nghttpd: it sends uploads back, and a trailer after each response. */
export async function startNghttpd({ tls = true }: { readonly tls?: boolean } = {}): Promise<Http2Daemon> {
  const { good } = await certificates();
  const daemon = await startDaemon({
    program: "nghttpd",
    from: "nghttp2-server",
    arguments: ({ port, folder }) => [
      "--address=127.0.0.1",
      `--htdocs=${folder}`,
      "--echo-upload",
      "--trailer=checksum: 1234",
      ...(tls ? [] : ["--no-tls"]),
      String(port),
      ...(tls ? [join(folder, "key.pem"), join(folder, "certificate.pem")] : []),
    ],
    files: () => ({ "key.pem": good.key, "certificate.pem": good.cert, "index.html": "ok" }),
  });
  return at(daemon, tls);
}

function at(daemon: Daemon, tls: boolean): Http2Daemon {
  const { port } = daemon;
  const dispose = (): PromiseLike<void> => daemon[Symbol.asyncDispose]();
  return {
    port,
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    get output() {
      return daemon.output;
    },
    [Symbol.asyncDispose]: dispose,
  };
}
