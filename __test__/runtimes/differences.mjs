// What Bun and Deno cannot do, or do otherwise than Node.js: by runtime, test file and title, the reason.

export const differences = {
  bun: {},
  deno: {},
};
