// Bun resolves "ava" to the adapter.
import { plugin } from "bun";

plugin({
  name: "ava",
  setup(build) {
    build.module("ava", async () => ({ exports: await import("./ava.mjs"), loader: "object" }));
  },
});
