/**
 * Explains why the platform's parser refused a URL, for which it says only "Invalid URL". The texts are HTTPX's.
 *
 * Only parts that cannot hold a password are quoted.
 */

/** @internal */
export function describeInvalid(url: string): string {
  const authority = /^[^/]*\/\/([^/\\?#]*)(.*)$/s.exec(url);
  const [, beforePath = "", rest = ""] = authority ?? [];
  // With an unescaped slash in a password, the apparent host and port are the user and half of the password.
  if (rest.includes("@")) return "Invalid URL";
  const hostAndPort = beforePath.slice(beforePath.lastIndexOf("@") + 1);
  const [, host = "", port] = /^(\[.*\]|[^:]*)(?::(.*))?$/s.exec(hostAndPort) ?? [];

  if (port !== undefined && !isPort(port)) return `Invalid port: '${port}'`;
  if (host === "") return "Invalid URL: the host is missing";
  if (host.startsWith("[")) {
    const zone = host.includes("%") ? " (URLs have no zones, such as %eth0)" : "";
    return `Invalid IPv6 address: '${host}'${zone}`;
  }
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return `Invalid IPv4 address: '${host}'`;
  return `Invalid IDNA hostname: '${host}'`;
}

function isPort(port: string): boolean {
  return /^\d*$/.test(port) && Number(port) <= 65_535;
}
