/**
 * Timeouts, aborts and other errors: node build/examples/timeouts-and-errors.js [base URL]
 */
import { AsyncClient, HTTPStatusError, ReadTimeout, RequestError, TimeoutException } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

// Milliseconds: a number for each phase, or the phases by name. Omitted phases have 5000, and no `total`.
await using client = new AsyncClient({ baseUrl: base, timeout: { connect: 2000, total: 30_000 } });

// One call with its own timeout. `null` means none.
try {
  await client.get("/slow", { timeout: { read: 100 } });
} catch (error) {
  if (!(error instanceof ReadTimeout)) throw error;
  console.log(error.name, error.code, error.phase, "timed out:", error instanceof TimeoutException);
}

// An aborted call rejects with the reason of its signal.
const reason = new Error("the user has left");
const controller = new AbortController();
setTimeout(() => controller.abort(reason), 100);
try {
  await client.get("/slow", { signal: controller.signal });
} catch (error) {
  console.log("aborted:", error === reason);
}

// No response: the reason, the phase, and whether the server may have received the request.
try {
  await client.get("http://localhost:1/");
} catch (error) {
  if (!(error instanceof RequestError)) throw error;
  console.log(error.message);
  console.log(error.name, error.code, error.phase, "sent:", error.requestSent);
}

// A response with an error status: an error only after raiseForStatus().
const response = await client.get("/status/503");
console.log(response.statusCode, response.isServerError);
try {
  response.raiseForStatus();
} catch (error) {
  if (!(error instanceof HTTPStatusError)) throw error;
  console.log(error.message.split("\n")[0], error.response.json());
}
