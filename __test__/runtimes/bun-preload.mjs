// Bun resolves "ava" to the adapter, and has the gc() of ava's options for Node.js.
import { plugin } from "bun";

globalThis.gc = () => Bun.gc(true);

plugin({
  name: "ava",
  setup(build) {
    build.module("ava", async () => ({ exports: await import("./ava.mjs"), loader: "object" }));
  },
});
