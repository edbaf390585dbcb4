/** Requests while `queueMicrotask` is a fake that never calls back. Prints what they give and who called the fake, as JSON. */
import { AsyncClient } from "httpxide";

const callers = new Set<string>();
globalThis.queueMicrotask = () => void callers.add(String(new Error("called").stack?.split("\n")[2]?.trim()));

/** The body as a stream of its own, or as text that the platform makes a stream of. */
const app = new AsyncClient({
  app: {
    fetch: ({ url }) =>
      new Response(url.endsWith("/text") ? "text" : new Blob(["streamed"]).stream(), { status: 200 }),
  },
  baseUrl: "http://app",
});
const outcome = (path: string, total: number | null = null): Promise<string> =>
  app.get(path, { timeout: { total } }).then(
    ({ text }) => text,
    ({ name }: Error) => name,
  );
const streamed = await outcome("/stream");
const text = await outcome("/text", 2_000);
/** Not by `text()`: on some versions its loop lets no timer fire. */
const reader = new Response("text").body!.getReader();
const pause = new Promise<string>((resolve) => setTimeout(resolve, 200, "no end"));
let ofPlatform = "no end";
for (let reads = 0; reads < 3; reads++) {
  const read = await Promise.race([reader.read(), pause]);
  if (typeof read === "object" && read.done) ofPlatform = "an end";
}
console.log(JSON.stringify({ streamed, text, ofPlatform, callers: [...callers] }));
process.exit();
