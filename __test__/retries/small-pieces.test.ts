/** Small pieces that are sent again while the connection already takes the first of them, as on a busy machine. */
import test from "ava";
import { bodyOf, startHttpServer } from "../helpers/http-server.js";
import { eventually } from "../helpers/waiting.js";

// the package's clock goes 20 ms further each time, so that it lets others run after each piece of a body
const clock = Object.getPrototypeOf(performance) as typeof performance;
const { now } = clock;
let ahead = 0;
clock.now = function (this: typeof performance) {
  ahead += 20;
  return now.call(this) + ahead;
};
const { AsyncClient } = await import("httpxide");
clock.now = now;

const ROWS = Array.from({ length: 3000 }, (_, index) => `${String(index).padEnd(29, ".")}\n`);

interface Sent {
  readonly attempt: number;
  readonly body: string;
}

async function sentAgain(answersAtOnce: boolean): Promise<Sent> {
  let body = "";
  await using server = await startHttpServer(async (request, response) => {
    if (answersAtOnce) response.write("early");
    body = (await bodyOf(request)).toString();
    response.end();
  });
  let isRead = false;
  async function* content(): AsyncGenerator<string> {
    yield* ROWS;
    isRead = true;
  }
  let asked = 0;
  const resolver = async (): Promise<readonly string[]> => {
    asked += 1;
    if (asked > 1) return ["127.0.0.1"];
    await eventually("the rows are read", () => isRead);
    throw Object.assign(new Error("not known yet"), { code: "ENOTFOUND" });
  };
  const retry = { backoff: { initial: 0 } };
  await using client = new AsyncClient({
    dns: { cache: false },
    resolver,
    retry,
    trustEnv: false,
    timeout: null,
  });
  const url = server.url.replace("127.0.0.1", "service.test");
  await using response = await client.stream("PUT", url, { content: content() });
  await response.aread();
  return { attempt: response.extensions.attempt, body };
}

for (const answersAtOnce of [false, true]) {
  const when = answersAtOnce ? "whose response begins before they are sent" : "of one upload";
  test(`thousands of small pieces ${when} are sent again, whole and in order`, async (t) => {
    const { attempt, body } = await sentAgain(answersAtOnce);
    t.is(attempt, 2);
    t.is(body.length, ROWS.length * 30);
    t.is(body, ROWS.join(""));
  });
}

test("several uploads of thousands of small pieces are sent again at once, each whole and in order", async (t) => {
  for (const { attempt, body } of await Promise.all(Array.from({ length: 5 }, () => sentAgain(false)))) {
    t.is(attempt, 2);
    t.is(body, ROWS.join(""));
  }
});
