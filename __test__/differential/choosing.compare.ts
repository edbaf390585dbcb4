/** Which proxy or mount a request uses, beside HTTPX: where the first connection of each call would lead. */
import { after, test } from "node:test";
import { furtherRows, type Row, rowsOfHttpx, rowsUnlikeHttpx } from "../proxies/environment-rows.js";
import { compare } from "./comparison.js";
import { Httpx } from "./httpx.js";
import { type Choice, choices } from "./mount-questions.js";
import { answersOf } from "./ours.js";

const httpx = new Httpx();
after(() => httpx[Symbol.asyncDispose]());

const ofRow = ([url, environment]: Row, differs?: string): Choice => ({
  client: {},
  environment,
  urls: [url],
  ...(differs === undefined ? {} : { differs }),
});

const all: Choice[] = [
  ...[...rowsOfHttpx, ...furtherRows].map((row) => ofRow(row)),
  ...Object.entries(rowsUnlikeHttpx).flatMap(([words, rows]) => rows.map((row) => ofRow(row, words))),
  ...choices,
];

for (const { client, environment = {}, urls, differs } of all) {
  const outcome = differs === undefined ? "HTTPX's answer" : "another answer than HTTPX's";
  test(`${urls.join(", ")} with ${JSON.stringify({ ...client, environment })} has ${outcome}`, async () => {
    const question = { environment, client, calls: urls.map((url) => ({ url })), firstHop: true };
    compare(await answersOf(question), await httpx.ask(question), differs);
  });
}
