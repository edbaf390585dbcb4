/** Deliberate failures: each error has a class, a code and a phase. */
import { AsyncClient, ConnectError, HTTPStatusError, ReadTimeout, type RequestError } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual, rejected } from "../check.js";
import { row } from "../screen.js";

export async function errors({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient({ baseUrl: http });

  const timeout = await rejected(client.get("/slow", { timeout: { read: 200 } }), ReadTimeout);
  checkEqual("the phase", timeout.phase, "headers");
  show("no response in 200 ms", timeout);

  const controller = new AbortController();
  const { signal } = controller;
  // on a busy machine the request may take longer to its socket
  const trace = (step: string): void => {
    if (step === "http11.receive_response_headers.started") setTimeout(() => controller.abort(), 200);
  };
  const aborted = await rejected(client.get("/slow", { signal, extensions: { trace } }), DOMException);
  checkEqual("the reason", aborted, signal.reason);
  row("aborted after 200 ms", `${aborted.name}  the signal's own reason: ${aborted.message}`);

  // Both requests have reached their sockets: the server has seen them end.
  checkEqual("the abandoned requests", await abandoned(client, 2), 2);
  row("GET /abandoned", "the server saw both connections close");

  // No server uses port 1 (RFC 1078).
  const refused = await rejected(client.get("http://127.0.0.1:1/"), ConnectError);
  checkEqual("the code", refused.code, "ECONNREFUSED");
  show("no listener", refused);

  const failed = await client.get("/status/503");
  const status = await rejected(
    Promise.resolve().then(() => failed.raiseForStatus()),
    HTTPStatusError,
  );
  checkEqual("the response", status.response, failed);
  row("raiseForStatus()", `${status.name}  status ${status.response.statusCode}`);
}

function show(label: string, { name, code, phase, requestSent }: RequestError): void {
  row(label, `${name}  code ${code}  phase ${phase}  sent ${String(requestSent)}`);
}

/** The number of requests that the server has seen abandoned, once there are `expected`, or after a hundred queries. */
async function abandoned(client: AsyncClient, expected: number): Promise<number> {
  let seen = 0;
  for (let question = 0; question < 100 && seen < expected; question++) {
    seen = (await client.get("/abandoned")).json<{ requests: number }>().requests;
  }
  return seen;
}
