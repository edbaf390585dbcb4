/** Real proxies: squid, tinyproxy, microsocks, dante and stunnel, and HAProxy and stunnel as the TLS in front of one. */
import { join } from "node:path";
import { certificates } from "./certificates.js";
import { type Daemon, startDaemon } from "./daemon.js";

type Credentials = readonly [username: string, password: string];

/** tinyproxy's configuration knows letters and digits only … */
export const TINYPROXY_AUTH: Credentials = ["user", "passw0rd"];
/** … while these characters, which URLs and lists of words have uses for, must survive the way to the proxy. */
export const MICROSOCKS_AUTH: Credentials = ["us%er", "pass:w@rd"];

/** squid, which forwards and opens tunnels. */
export function startSquid(): Promise<Daemon> {
  return startDaemon({
    program: "squid",
    from: "squid",
    arguments: ({ folder }) => ["-N", "-f", join(folder, "squid.conf")],
    files: ({ port, folder }) => ({
      "squid.conf": [
        `http_port 127.0.0.1:${port}`,
        `pid_filename ${folder}/pid`,
        `cache_log ${folder}/cache.log`,
        `access_log none`,
        `coredump_dir ${folder}`,
        "cache deny all",
        "http_access allow all",
        "shutdown_lifetime 0 seconds",
        "max_filedescriptors 1024",
        "",
      ].join("\n"),
    }),
  });
}

/** tinyproxy, which forwards and opens tunnels, and wants credentials. */
export function startTinyproxy(): Promise<Daemon> {
  return startDaemon({
    program: "tinyproxy",
    from: "tinyproxy-bin",
    arguments: ({ folder }) => ["-d", "-c", join(folder, "tinyproxy.conf")],
    files: ({ port }) => ({
      "tinyproxy.conf": [
        `Port ${port}`,
        "Listen 127.0.0.1",
        "Timeout 60",
        "MaxClients 100",
        "Allow 127.0.0.1",
        `BasicAuth ${TINYPROXY_AUTH.join(" ")}`,
        "",
      ].join("\n"),
    }),
  });
}

/** microsocks: SOCKS 5, with credentials. */
export function startMicrosocks(): Promise<Daemon> {
  return startDaemon({
    program: "microsocks",
    from: "microsocks",
    arguments: ({ port }) => {
      const [username, password] = MICROSOCKS_AUTH;
      return ["-i", "127.0.0.1", "-p", String(port), "-u", username, "-P", password];
    },
  });
}

/** dante: SOCKS 4 and 5, without credentials. */
export function startDante(): Promise<Daemon> {
  return startDaemon({
    program: "danted",
    from: "dante-server",
    arguments: ({ folder }) => ["-f", join(folder, "danted.conf"), "-p", join(folder, "pid"), "-N", "1"],
    files: ({ port }) => ({
      "danted.conf": [
        "logoutput: stderr",
        `internal: 127.0.0.1 port = ${port}`,
        "external: lo",
        "clientmethod: none",
        "socksmethod: none",
        "user.privileged: root",
        "user.unprivileged: nobody",
        "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
        "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
        "",
      ].join("\n"),
    }),
  });
}

/** HAProxy, which takes TLS from the client and passes what is inside on to a proxy. */
export async function startHaproxyBefore(port: number): Promise<Daemon> {
  const { good } = await certificates();
  return startDaemon({
    program: "haproxy",
    from: "haproxy",
    arguments: ({ folder }) => ["-f", join(folder, "haproxy.cfg"), "-db"],
    files: ({ port: own, folder }) => ({
      "proxy.pem": `${good.cert}\n${good.key}\n`,
      "haproxy.cfg": [
        "defaults",
        "  mode tcp",
        "  timeout connect 5s",
        "  timeout client 60s",
        "  timeout server 60s",
        "listen proxy",
        `  bind 127.0.0.1:${own} ssl crt ${folder}/proxy.pem alpn h2,http/1.1`,
        `  server next 127.0.0.1:${port}`,
        "",
      ].join("\n"),
    }),
  });
}

/** stunnel, which does the same. */
export async function startStunnelBefore(port: number): Promise<Daemon> {
  const { good } = await certificates();
  return startDaemon({
    program: "stunnel",
    from: "stunnel4",
    arguments: ({ folder }) => [join(folder, "stunnel.conf")],
    files: ({ port: own, folder }) => ({
      "proxy.pem": `${good.cert}\n${good.key}\n`,
      "stunnel.conf": [
        "foreground = yes",
        "pid =",
        "[proxy]",
        `accept = 127.0.0.1:${own}`,
        `connect = 127.0.0.1:${port}`,
        `cert = ${folder}/proxy.pem`,
        "",
      ].join("\n"),
    }),
  });
}

/** stunnel: SOCKS 4, 4a and 5, without credentials. It speaks SOCKS inside TLS only, so a second service of it adds the TLS. */
export async function startStunnelSocks(): Promise<Daemon> {
  const { good } = await certificates();
  return startDaemon({
    program: "stunnel",
    from: "stunnel4",
    arguments: ({ folder }) => [join(folder, "stunnel.conf")],
    files: ({ port, folder }) => ({
      "proxy.pem": `${good.cert}\n${good.key}\n`,
      "stunnel.conf": [
        "foreground = yes",
        "pid =",
        // what is asked for is in its output
        "debug = info",
        "[socks]",
        "protocol = socks",
        `accept = ${folder}/socks`,
        `cert = ${folder}/proxy.pem`,
        "[tls]",
        "client = yes",
        `accept = 127.0.0.1:${port}`,
        `connect = ${folder}/socks`,
        "",
      ].join("\n"),
    }),
  });
}
