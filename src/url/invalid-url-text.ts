/**
 * Says what is wrong with a URL that the platform's parser refused with nothing but "Invalid URL". The words are
 * HTTPX's.
 *
 * Only a part that cannot hold a password is ever quoted.
 */

/** @internal */
export function describeInvalid(url: string): string {
  const authority = /^[^/]*\/\/([^/\\?#]*)(.*)$/s.exec(url);
  const [, beforePath = "", rest = ""] = authority ?? [];
  // With an unescaped slash in a password, what looks like host and port is really user and half a password.
  if (rest.includes("@")) return "Invalid URL";
  const hostAndPort = beforePath.slice(beforePath.lastIndexOf("@") + 1);
  const [, host = "", port] = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(hostAndPort) ?? [];

  if (port !== undefined && !isPort(port)) return `Invalid port: '${port}'`;
  if (host === "") return "Invalid URL: the host is missing";
  if (host.startsWith("[")) return `Invalid IPv6 address: '${host}'`;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return `Invalid IPv4 address: '${host}'`;
  return `Invalid IDNA hostname: '${host}'`;
}

function isPort(port: string): boolean {
  return /^\d*$/.test(port) && Number(port) <= 65_535;
}
