/**
 * The API for the examples: users as JSON, and bodies that are large, slow or in pieces. Any other path is answered with
 * an echo of the request, so that a snippet may use any path.
 */
import { createHash } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { archiveDigest, archiveLength, sendArchive } from "./archive.js";
import { type Call, readBody, routed, sendJSON } from "./routes.js";
import { sendTokens } from "./tokens.js";

interface User {
  readonly id: number;
  name: string;
}

/** Each call makes an API with its own users. */
export function api(): RequestListener {
  const users = new Map<number, User>([
    [1, { id: 1, name: "Ada Lovelace" }],
    [7, { id: 7, name: "Grace Hopper" }],
  ]);
  let nextId = 8;
  let abandoned = 0;

  return routed(
    {
      "GET /users": ({ response }) => sendJSON(response, 200, [...users.values()]),
      "GET /users/*": ({ response, segment }) => {
        const user = users.get(Number(segment));
        if (user) sendJSON(response, 200, user);
        else sendJSON(response, 404, { error: `no user ${segment}` });
      },
      "POST /users": async ({ request, response }) => {
        const { name } = JSON.parse((await readBody(request)).toString()) as { name: string };
        const user = { id: nextId++, name };
        users.set(user.id, user);
        response.setHeader("Location", `/users/${user.id}`);
        sendJSON(response, 201, user);
      },
      "GET /archive": async ({ response, url }) => {
        const length = archiveLength(url);
        response.setHeader("Content-Length", length);
        response.setHeader("Repr-Digest", `sha-256=:${await archiveDigest(length)}:`);
        await sendArchive(response, length);
      },
      "POST /uploads": receive,
      "PUT /uploads/*": receive,
      "GET /events": sendEvents,
      "GET /tokens": sendTokens,
      "GET /slow": ({ response }) => {
        // Never answered: it tests the client's timeouts.
        response.on("close", () => abandoned++);
      },
      "GET /abandoned": ({ response }) => sendJSON(response, 200, { requests: abandoned }),
      "GET /me": ({ response }) => redirect(response, "/users/7"),
      "POST /sessions": async ({ request, response }) => {
        await readBody(request);
        response.setHeader("Set-Cookie", "session=8fa3; Path=/; HttpOnly");
        redirect(response, "/users/7");
      },
      "GET /secrets": ({ request, response }) => {
        // "ada:lovelace"
        if (request.headers.authorization === "Basic YWRhOmxvdmVsYWNl") {
          return sendJSON(response, 200, { secret: "the Analytical Engine" });
        }
        response.setHeader("WWW-Authenticate", 'Basic realm="secrets"');
        sendJSON(response, 401, { error: "who are you?" });
      },
      "GET /status/*": ({ response, segment }) => sendJSON(response, Number(segment), { status: segment }),
    },
    async ({ request, response }) => {
      const body = (await readBody(request)).toString();
      sendJSON(response, 200, { method: request.method, path: request.url, headers: request.headers, body });
    },
  );
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location, "Content-Length": 0 });
  response.end();
}

/** Answers an upload with its size and hash, computed piece by piece. */
async function receive({ request, response }: Call): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of request) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  sendJSON(response, 201, { bytes, sha256: hash.digest("hex") });
}

/** The content of `/events`: lines of JSON. */
const EVENTS = ["connected", "déployé", "起動", "scaled ↑", "stopped"].map((what, index) =>
  JSON.stringify({ id: index + 1, what }),
);

/** Sends the lines in pieces of 13 bytes, which split lines and characters. */
async function sendEvents({ response }: Call): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  const bytes = Buffer.from(`${EVENTS.join("\n")}\n`);
  for (let start = 0; start < bytes.length; start += 13) {
    response.write(bytes.subarray(start, start + 13));
    await pause(5);
  }
  response.end();
}
