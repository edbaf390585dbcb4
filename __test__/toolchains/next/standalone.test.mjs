// A Next.js application with httpxide, built as docs/deploying.md says, whose standalone output runs elsewhere.
import { deepEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { installed, printedBy } from "../project.mjs";
import { started } from "../server.mjs";

const packages = join(dirname(fileURLToPath(import.meta.url)), "node_modules");

const FILES = {
  "package.json": JSON.stringify({ name: "app", private: true }),
  "next.config.mjs": `import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
const root = dirname(fileURLToPath(import.meta.url));
export default {
  output: "standalone",
  serverExternalPackages: ["httpxide"],
  outputFileTracingRoot: root,
  turbopack: { root },
};`,
  "app/layout.js": `export default function Layout({ children }) {
  return <html><body>{children}</body></html>;
}`,
  "app/page.js": `export default function Page() { return <p>page</p>; }`,
  "app/coding/route.js": `import { AsyncClient } from "httpxide";
export const dynamic = "force-dynamic";
const client = new AsyncClient();
export async function GET() {
  const response = await client.get(process.env.SMOKE_URL + "/coded/br");
  return Response.json(response.json());
}`,
};

test("the standalone output runs from another folder", async () => {
  const server = await started();
  const folder = await installed({ copy: packages });
  try {
    await folder.write(FILES);
    const next = join(folder.project, "node_modules/next/dist/bin/next");
    const env = { PATH: dirname(process.execPath), NEXT_TELEMETRY_DISABLED: "1", CI: "1" };
    await printedBy(process.execPath, [next, "build"], { cwd: folder.project, env, parse: false });
    const app = await folder.movedElsewhere(".next/standalone");
    const child = spawn(process.execPath, [join(app, "server.js")], {
      cwd: app,
      env: { PATH: "", HOME: app, PORT: "0", HOSTNAME: "127.0.0.1", SMOKE_URL: server.url },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const answer = await fetch(`${await addressOf(child)}/coding`);
      deepEqual(await answer.json(), { coding: "br" });
    } finally {
      child.kill();
      await once(child, "close");
    }
  } finally {
    await server.close();
    await folder[Symbol.asyncDispose]();
  }
});

/** Next.js prints the address that it listens at. */
async function addressOf(child) {
  for await (const line of createInterface(child.stdout)) {
    const [address] = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error("Next.js ended without an address");
}
