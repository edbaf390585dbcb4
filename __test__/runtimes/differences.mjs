// What Bun and Deno do otherwise than Node.js: the tests that fail there, and why. `title` is a whole title or a pattern. An
// entry without a failing test fails the run, so that the list stays true.

export const differences = [
  {
    runtimes: ["bun"],
    file: "app/like-a-socket",
    title: /gets the same response as over a socket$/,
    why: "its node:http server sends no trailers",
  },
  {
    runtimes: ["bun"],
    file: "app/streaming",
    title: "trailers are available after the end, and interim responses are skipped",
    why: "a ServerResponse of its node:http has no trailers",
  },
];
