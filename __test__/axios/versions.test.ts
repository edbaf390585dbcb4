// A version of axios that lacks what the adapter needs is refused where the adapter is loaded.
import { createRequire } from "node:module";
import test from "ava";

const require = createRequire(import.meta.url);

test("a version that is too old is named when the adapter is loaded", (t) => {
  const axios: string = require.resolve("axios");
  const adapter: string = require.resolve("httpxide/axios");
  const kept = require.cache[axios];
  const old = { VERSION: "0.27.2", create: () => undefined, AxiosError: Error };
  require.cache[axios] = { ...(kept ?? { id: axios, filename: axios, loaded: true }), exports: old } as never;
  delete require.cache[adapter];
  try {
    t.throws(() => require(adapter) as unknown, {
      instanceOf: TypeError,
      message: "httpxide/axios needs axios 1.7 or newer, not 0.27.2.",
    });
  } finally {
    if (kept === undefined) delete require.cache[axios];
    else require.cache[axios] = kept;
    delete require.cache[adapter];
  }
  t.notThrows(() => require(adapter) as unknown);
});
