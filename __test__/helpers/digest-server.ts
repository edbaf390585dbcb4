/**
 * A server that demands Digest authentication (RFC 7616), strictly: it knows the nonces that it issued, accepts each
 * for a number of uses, and rejects every nonce count that it has seen before.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { digestFields, expectedResponse } from "./digest.js";
import { type HttpServer, type SeenRequest, bodyOf, startHttpServer } from "./http-server.js";

export interface DigestServer extends HttpServer {
  /** Nonce counts that were used a second time. */
  readonly replays: string[];
  /** How many nonces were issued. */
  readonly nonces: number;
}

export interface DigestServerOptions {
  readonly username: string;
  readonly password: string;
  readonly algorithm?: string;
  /** The number of uses after which a nonce is stale. */
  readonly usesOfNonce?: number;
  /** Where authenticated requests are redirected to, by their path, with status 307. */
  readonly redirects?: Readonly<Record<string, string>>;
}

export async function startDigestServer({
  username,
  password,
  algorithm = "SHA-256",
  usesOfNonce = Infinity,
  redirects = {},
}: DigestServerOptions): Promise<DigestServer> {
  const uses = new Map<string, Set<string>>();
  const replays: string[] = [];

  const demand = (response: ServerResponse, stale: boolean): void => {
    const nonce = Buffer.from(`nonce ${uses.size}`).toString("base64");
    uses.set(nonce, new Set());
    response.setHeader("WWW-Authenticate", [
      'Basic realm="not, this"',
      `Digest realm="test", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", stale=${stale}, opaque="o"`,
    ]);
    response.setHeader("Set-Cookie", `given=${nonce.replaceAll("=", "")}; Path=/`);
    response.writeHead(401).end("who are you?");
  };

  const handler = async (
    request: IncomingMessage,
    response: ServerResponse,
    seen: SeenRequest,
  ): Promise<void> => {
    const body = await bodyOf(request);
    const { authorization } = request.headers;
    if (authorization === undefined) return demand(response, false);
    const fields = digestFields(authorization);
    const counts = uses.get(fields["nonce"] ?? "");
    const isRight =
      Buffer.from(fields["username"] ?? "", "latin1").toString() === username &&
      fields["uri"] === seen.path &&
      fields["opaque"] === "o" &&
      fields["response"] === expectedResponse(fields, { username, password, method: seen.method });
    if (counts === undefined || !isRight) return demand(response, false);
    if (counts.has(fields["nc"]!)) replays.push(`${fields["nonce"]} ${fields["nc"]}`);
    if (counts.size >= usesOfNonce) return demand(response, true);
    counts.add(fields["nc"]!);
    const location = redirects[seen.path];
    if (location !== undefined) response.writeHead(307, { Location: location });
    response.end(`hello ${username}, ${seen.method} ${body.byteLength}`);
  };

  const server = await startHttpServer(handler);
  return Object.defineProperty(Object.assign(server, { replays }), "nonces", {
    get: () => uses.size,
  }) as DigestServer;
}
