/** The proxies of a client as mounts, as in HTTPX: one for all URLs, or those of the environment. */
import { Proxy } from "../config/proxy.js";
import { VARIABLES, environmentProxies } from "../config/proxy-environment.js";
import { environment } from "../platform/environment.js";
import { type Mount, mountPattern } from "./mounts.js";
import { exceptionPattern } from "./no-proxy.js";
import type { AsyncClientOptions } from "./options.js";

/**
 * By their patterns. The environment counts if `trustEnv` allows it, and the options neither name a proxy (or `null`) nor
 * a transport, an application or a Unix socket.
 *
 * @internal
 * @throws TypeError, InvalidURL for a proxy that cannot be one.
 */
export function proxyMounts(options: AsyncClientOptions): [string, Mount][] {
  const { proxy, trustEnv, transport, app, uds } = options;
  if (proxy !== undefined) {
    return proxy === null ? [] : [mountOf("all://", Proxy.from(proxy))];
  }
  const isElsewhere = transport ?? app ?? uds ?? null;
  if (trustEnv === false || isElsewhere !== null) return [];
  const { proxies, exceptions } = environmentProxies(environment(VARIABLES));
  const mounts = Array.from(proxies, ([scheme, one]) => mountOf(`${scheme}://`, one));
  for (const entry of exceptions) {
    const exception = exceptionPattern(entry);
    if (exception === null) continue;
    const [key, pattern] = exception;
    mounts.push([key, { pattern, transport: null, proxy: null }]);
  }
  return mounts;
}

function mountOf(key: string, proxy: Proxy): [string, Mount] {
  return [key, { pattern: mountPattern(key), transport: null, proxy }];
}
