/** What passes between client, proxy and server, beside HTTPX: all that they see, and what the caller gets. */
import { after, test } from "node:test";
import { compare } from "./comparison.js";
import { type Exchange, exchanges } from "./exchanges.js";
import { Httpx } from "./httpx.js";
import { answersOf } from "./ours.js";
import type { Answer, Question } from "./question.js";
import { openStage } from "./stage.js";

const httpx = new Httpx();
after(() => httpx[Symbol.asyncDispose]());

for (const [what, exchange] of Object.entries(exchanges)) {
  const outcome = exchange.differs === undefined ? "as in HTTPX" : "otherwise than in HTTPX";
  test(`${what}: ${outcome}`, async () => {
    const theirs = await outcomeOf(exchange, (question) => httpx.ask(question));
    compare(await outcomeOf(exchange, answersOf), theirs, exchange.differs);
  });
}

async function outcomeOf(
  { client = {}, environment = {}, calls }: Exchange,
  ask: (question: Question) => Promise<Answer[]>,
): Promise<unknown> {
  await using stage = await openStage();
  const answers = await ask(stage.withPorts({ client, environment, calls, firstHop: false, ca: stage.ca }));
  return { answers: stage.withNames(answers), ...stage.seen() };
}
