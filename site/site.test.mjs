// The documentation site, opened in Chromium: npm run build:site builds it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const pages = join(dirname(fileURLToPath(import.meta.url)), "pages");
const CHROMIUM = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

let browser;
let server;
let base;

before(async () => {
  server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${server.address().port}/`;
  const executablePath = CHROMIUM.find((path) => path && existsSync(path));
  ok(executablePath, "no Chromium: apt-get install chromium, or name it in the variable CHROMIUM");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

function serve({ url }, response) {
  const { pathname } = new URL(url, base);
  const path = join(pages, decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
  if (!path.startsWith(pages) || !existsSync(path)) return void response.writeHead(404).end();
  response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
  return void createReadStream(path).pipe(response);
}

/** A page of the site. What goes wrong in it is a failure. */
async function opened(path, t) {
  const page = await browser.newPage();
  t.after(() => page.close());
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(base + path);
  return { page, problems };
}

test("every link and every anchor of every page leads somewhere", async (t) => {
  const { page } = await opened("index.html", t);
  const files = (await readdir(pages, { recursive: true })).filter((path) => path.endsWith(".html"));
  ok(files.length > 100, `${files.length} pages`);
  // The browser's own parser reads the pages: what it would follow is what is checked.
  const found = await page.evaluate(
    async (paths) => {
      const anchors = {};
      const links = [];
      for (const path of paths) {
        const text = await (await fetch(`/${path}`)).text();
        const parsed = new DOMParser().parseFromString(text, "text/html");
        anchors[path] = [...parsed.querySelectorAll("[id]")].map(({ id }) => id);
        for (const link of parsed.querySelectorAll("a[href]")) links.push([path, link.getAttribute("href")]);
      }
      return { anchors, links };
    },
    files.map((path) => path.replaceAll("\\", "/")),
  );
  const broken = new Set();
  for (const [path, href] of found.links) {
    const target = new URL(href, new URL(path, base));
    if (target.origin !== new URL(base).origin) continue;
    const file = decodeURIComponent(target.pathname.slice(1)) || "index.html";
    const anchor = decodeURIComponent(target.hash.slice(1));
    const isThere = found.anchors[file]
      ? anchor === "" || found.anchors[file].includes(anchor)
      : existsSync(join(pages, file));
    if (!isThere) broken.add(`${path}: ${href}`);
  }
  deepEqual([...broken], []);
  ok(found.links.length > 1000, `${found.links.length} links`);
});

test("the guides are in the navigation, and open without an error", async (t) => {
  const { page, problems } = await opened("index.html", t);
  const titles = [
    ...[
      "Streaming",
      "Uploads",
      "Timeouts and aborts",
      "TLS",
      "Testing your application",
      "Logging",
      "Deploying",
    ],
    ...["Errors and their codes", "Mocking", "Jest, Vitest and other test runners", "HTTP/2", "fetch"],
  ];
  for (const title of titles) {
    const link = page
      .locator("nav a", { hasText: new RegExp(`^\\s*${title.replace("/", " ")}\\s*$`, "i") })
      .first();
    await link.waitFor({ state: "attached" });
    const guide = await opened(new URL(await link.getAttribute("href"), page.url()).pathname.slice(1), t);
    ok(await guide.page.locator("h1").first().isVisible(), title);
    problems.push(...guide.problems);
  }
  deepEqual(problems, []);
});

test("the search finds classes and words of the guides", async (t) => {
  for (const [words, target] of [
    ["AsyncClient", /classes\/.*AsyncClient\.html/],
    ["createFetch", /createFetch\.html/],
    ["Bursts", /Timeouts_and_aborts\.html/],
  ]) {
    const { page, problems } = await opened("index.html", t);
    await page.keyboard.press("/");
    await page.locator("#tsd-search-input, #tsd-search-field input").first().fill(words);
    const result = page.locator("#tsd-search-results a").first();
    await result.waitFor();
    await result.click();
    await page.waitForURL(target);
    deepEqual(problems, []);
  }
});

test("code in the guides is highlighted, and shows the type of a name that is pointed at", async (t) => {
  const { page, problems } = await opened("documents/Guides_Streaming.html", t);
  const name = page
    .locator(".twoslash-hover", { hasText: /^(?:const response: Response)?response$/ })
    .first();
  await name.hover();
  const type = name.locator(".twoslash-popup-container");
  await type.waitFor();
  equal((await type.innerText()).trim(), "const response: Response");
  const colours = await page
    .locator("pre.shiki span[style]")
    .evaluateAll((spans) => new Set(spans.map((span) => getComputedStyle(span).color)).size);
  ok(colours >= 3, `${colours} colours`);
  equal(await page.locator("pre code.ts").count(), 0);
  deepEqual(problems, []);
});

test("a member of the reference has its documentation and its type", async (t) => {
  const { page, problems } = await opened("index.html", t);
  const path = (await readdir(join(pages, "classes"))).find((name) => /(^|\.)AsyncClient\.html$/.test(name));
  await page.goto(`${base}classes/${path}#stats`);
  const member = page.locator("section.tsd-member", { has: page.locator("#stats") });
  ok((await member.innerText()).includes("PoolStats"));
  deepEqual(problems, []);
});
