/**
 * How a request passes its proxy. An HTTP proxy forwards `http:` requests, which are then written for it (RFC 9112, 3.2.2);
 * for everything else it opens a tunnel to the server, as a SOCKS proxy always does.
 */
import type { Proxy } from "../../config/proxy.js";
import { errorFromEngine } from "../../errors/engine.js";
import { NativeProxy } from "../../native/proxy.js";
import { isToken } from "../../headers/token.js";
import type { Request } from "../../request/request.js";
import { hostFirst } from "../../request/lines.js";
import { nativeTrust } from "./native-trust.js";

/** A proxy on the way of a request. @internal */
export interface ProxyRoute {
  readonly proxy: NativeProxy;
  readonly forwards: boolean;
  /** Null for an HTTP proxy. */
  readonly socksVersion: 4 | 5 | null;
  /** The request target for this way. */
  target(target: string): string;
  /** The header lines for this way. */
  headerBlock(lines: string): string;
}

const UPGRADE = /^upgrade:/im;
const NAMES = /^[^:\n]*(?=:)/gm;

/** The proxies of a transport. @internal */
export class ProxyRoutes {
  readonly #own: Proxy | null;
  readonly #http1: boolean;
  readonly #trustEnv: boolean;
  readonly #isGuarded: boolean;
  /** What the engine knows of them. */
  readonly #known = new WeakMap<Proxy, NativeProxy>();

  /**
   * @param own the proxy of requests that have none.
   * @param isGuarded whether a `connectPolicy` judges the addresses of URLs.
   */
  constructor(own: Proxy | null, http1: boolean, trustEnv: boolean, isGuarded: boolean) {
    this.#own = own;
    this.#http1 = http1;
    this.#trustEnv = trustEnv;
    this.#isGuarded = isGuarded;
  }

  /** Null for a request that goes straight to its server. @throws TypeError, InvalidURL for an invalid extension. */
  of(request: Request): ProxyRoute | null {
    const chosen = request.proxy;
    const proxy = chosen === undefined ? this.#own : chosen;
    if (proxy === null) return null;
    const native = this.#native(proxy);
    if (!this.#forwards(request, proxy)) return tunnel(proxy, native);
    return forwarding(request, proxy, native, this.#isGuarded);
  }

  #native(proxy: Proxy): NativeProxy {
    let native = this.#known.get(proxy);
    if (native === undefined) {
      const [username, password = ""] = (!proxy.speaksHTTP && proxy.auth) || [];
      native = new NativeProxy({
        scheme: proxy.scheme,
        host: proxy.url.hostname,
        port: proxy.port,
        username,
        password,
        headerLines: proxy.headersToProxy.block,
        trust: nativeTrust(proxy.verify, this.#trustEnv),
      });
      this.#known.set(proxy, native);
    }
    return native;
  }

  /** An upgraded connection belongs to the client, and HTTP/2 with prior knowledge is agreed with the server alone. */
  #forwards(request: Request, proxy: Proxy): boolean {
    return (
      proxy.speaksHTTP &&
      request.parsedURL.scheme === "http" &&
      this.#http1 &&
      request.method !== "CONNECT" &&
      !UPGRADE.test(request.headerBlock)
    );
  }
}

/** @param isGuarded whether the proxy must not be asked for another server than that of the URL, which was judged. */
function forwarding(request: Request, proxy: Proxy, native: NativeProxy, isGuarded: boolean): ProxyRoute {
  const origin = `http://${request.parsedURL.host}`;
  const { headersToProxy } = proxy;
  return {
    proxy: native,
    forwards: true,
    socksVersion: null,
    // `OPTIONS *` is written without a path (RFC 9112, 3.2.4); a target that is a whole URL stays
    target: (target) => {
      const whole = target === "*" ? origin : target.startsWith("/") ? origin + target : target;
      if (isGuarded && whole !== origin && !whole.startsWith(`${origin}/`)) throw blocked(request, target);
      return whole;
    },
    headerBlock: (lines) => {
      const names = lines.match(NAMES) ?? [];
      // the request's own values take precedence, as in HTTPX
      for (const name of names) if (isToken(name)) headersToProxy.delete(name);
      return hostFirst(headersToProxy.block + lines);
    },
  };
}

function tunnel(proxy: Proxy, native: NativeProxy): ProxyRoute {
  return {
    proxy: native,
    forwards: false,
    socksVersion: proxy.speaksHTTP ? null : proxy.scheme.startsWith("socks4") ? 4 : 5,
    target: (target) => target,
    headerBlock: (lines) => lines,
  };
}

/** A proxy would take the server from the target, whatever the URL is. */
function blocked(request: Request, target: string): Error {
  const message = `its target ${JSON.stringify(target)} asks the proxy for another server than that of its URL`;
  const code = "ERR_ADDRESS_BLOCKED";
  return errorFromEngine(
    { kind: "ConnectError", phase: "connect", code, message, requestSent: false },
    request,
  );
}
