// The links of a response: its Link header, parsed.
import test from "ava";
import { Response } from "httpxide";

const links: readonly [header: string | null, links: Record<string, Record<string, string>>][] = [
  [null, {}],
  ["", {}],
  [
    '<http://x.org/front.jpeg>; rel=front; type="image/jpeg"',
    { front: { url: "http://x.org/front.jpeg", rel: "front", type: "image/jpeg" } },
  ],
  ["<http://x.org/front.jpeg>", { "http://x.org/front.jpeg": { url: "http://x.org/front.jpeg" } }],
  ["<http://x.org/front.jpeg>;", { "http://x.org/front.jpeg": { url: "http://x.org/front.jpeg" } }],
  [
    '<http://x.org/front.jpeg>; type="image/jpeg",<http://x.org/back.jpeg>;',
    {
      "http://x.org/front.jpeg": { url: "http://x.org/front.jpeg", type: "image/jpeg" },
      "http://x.org/back.jpeg": { url: "http://x.org/back.jpeg" },
    },
  ],
  [
    '</hub>; rel="hub", </resource>; rel="self"',
    { hub: { url: "/hub", rel: "hub" }, self: { url: "/resource", rel: "self" } },
  ],
];

for (const [header, expected] of links) {
  test(`links reads ${JSON.stringify(header)}`, (t) => {
    const headers: Record<string, string> = header === null ? {} : { Link: header };
    t.deepEqual(new Response(200, { headers }).links, expected);
  });
}

test("links reads a header full of padding in linear time", (t) => {
  // A pattern that searches for the padding takes quadratic time: ten seconds for a tenth of this.
  const padding = `${" ".repeat(500_000)}${"' ".repeat(250_000)}`;
  const response = new Response(200, { headers: { link: `<a>; x=1${padding}y; rel=b${padding}z` } });
  t.deepEqual(Object.keys(response.links), [`b${padding}z`]);
});
