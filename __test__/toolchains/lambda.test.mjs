// A function of AWS Lambda, packed as docs/deploying.md says and run as Lambda runs it: from a folder that holds nothing else,
// called through the runtime interface, and frozen between two calls.
import { deepEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as esbuild from "esbuild";
import { installed, programIn } from "./project.mjs";

const HANDLER = `
import { AsyncClient } from "httpxide";

const client = new AsyncClient();

export async function handler({ url }) {
  return (await client.get(url)).json();
}
`;

/** What a runtime of Lambda does around a handler: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. */
const RUNTIME = `
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [hostname, port] = AWS_LAMBDA_RUNTIME_API.split(":");
function call(method, path, body) {
  const options = { hostname, port, method, path: "/2018-06-01/runtime/" + path };
  return new Promise((resolve, reject) => {
    request(options, async (response) => {
      const text = (await response.toArray()).join("");
      resolve({ id: response.headers["lambda-runtime-aws-request-id"], text });
    }).once("error", reject).end(body);
  });
}

const { handler } = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, _HANDLER)));
for (;;) {
  const { id, text } = await call("GET", "invocation/next");
  const [outcome, value] = await handler(JSON.parse(text)).then(
    (result) => ["response", result],
    (error) => ["error", { errorMessage: error.stack }],
  );
  await call("POST", "invocation/" + id + "/" + outcome, JSON.stringify(value));
}
`;

let folder;
let origin;
before(async () => {
  [folder, origin] = await Promise.all([installed(), startOrigin()]);
  await folder.write({ "index.mjs": HANDLER, "package.json": "{}", "runtime.mjs": RUNTIME });
});
after(async () => {
  await origin?.close();
  await folder?.[Symbol.asyncDispose]();
});

async function listening(onRequest) {
  const server = createServer(onRequest).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { server, host: `127.0.0.1:${server.address().port}`, close };
}

/** A server that says how many connections it has had. */
async function startOrigin() {
  let connections = 0;
  const { server, host, close } = await listening((_request, response) =>
    response.end(JSON.stringify({ connections })),
  );
  server.on("connection", () => (connections += 1));
  return { url: `http://${host}/`, closeIdle: () => server.closeIdleConnections(), close };
}

/** Lambda's side of the runtime interface, for one instance of a function. */
async function startRuntimeInterface() {
  let next;
  let answered;
  const { server, host, close } = await listening(async (request, response) => {
    if (request.url.endsWith("/next")) {
      next = response.setHeader("lambda-runtime-aws-request-id", "one-at-a-time");
      return server.emit("idle");
    }
    const text = (await request.toArray()).join("");
    response.writeHead(202).end();
    answered(JSON.parse(text));
  });
  /** Until the function waits for its next event: Lambda freezes it then. */
  const isIdle = async () => {
    if (!next) await once(server, "idle");
  };
  return {
    host,
    isIdle,
    /** What the handler returns for an event. */
    async invoke(event) {
      await isIdle();
      const result = new Promise((resolve) => (answered = resolve));
      next.end(JSON.stringify(event));
      next = undefined;
      return result;
    },
    close,
  };
}

/** As unpacked files may be: nothing may be executed or written. */
async function makeReadOnly(path) {
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
    await chmod(join(entry.parentPath ?? entry.path, entry.name), entry.isDirectory() ? 0o555 : 0o444);
}

const packages = {
  async "one bundle by esbuild"() {
    await esbuild.build({
      absWorkingDir: folder.project,
      entryPoints: ["index.mjs"],
      bundle: true,
      platform: "node",
      loader: { ".node": "copy" },
      outdir: "out/bundle",
      logLevel: "error",
    });
    return { path: "out/bundle", handler: "index.js" };
  },
  async "the program and its node_modules"() {
    const { project } = folder;
    await cp(join(project, "index.mjs"), join(project, "out/installed/index.mjs"));
    await cp(join(project, "node_modules"), join(project, "out/installed/node_modules"), { recursive: true });
    return { path: "out/installed", handler: "index.mjs" };
  },
};

/** Runs the function in `root` on a Node.js while `use({ invoke, freeze, thaw })` runs. */
async function withFunction({ node, root, handler }, use) {
  const lambda = await startRuntimeInterface();
  const child = spawn(node, [join(folder.project, "runtime.mjs")], {
    cwd: root,
    env: { PATH: "", AWS_LAMBDA_RUNTIME_API: lambda.host, LAMBDA_TASK_ROOT: root, _HANDLER: handler },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "close");
  try {
    const failed = ended.then(([code]) => Promise.reject(new Error(`the runtime ended with ${code}`)));
    failed.catch(() => {});
    await use({
      invoke: (event) => Promise.race([lambda.invoke(event), failed]),
      async freeze() {
        await lambda.isIdle();
        child.kill("SIGSTOP");
      },
      thaw: () => child.kill("SIGCONT"),
    });
  } finally {
    child.kill("SIGKILL");
    await ended;
    await lambda.close();
  }
}

for (const [title, pack] of Object.entries(packages)) {
  test(`${title}: later calls use its connection, and one after the server closed it succeeds too`, async () => {
    const { path, handler } = await pack();
    const root = await folder.movedElsewhere(path);
    await makeReadOnly(root);
    for (const node of [process.execPath, programIn("node-22"), programIn("node-24")].filter(Boolean)) {
      await withFunction({ node, root, handler }, async ({ invoke, freeze, thaw }) => {
        const { connections } = await invoke({ url: origin.url });
        deepEqual(await invoke({ url: origin.url }), { connections });
        await freeze();
        origin.closeIdle();
        thaw();
        deepEqual(await invoke({ url: origin.url }), { connections: connections + 1 });
      });
    }
  });
}
