/**
 * Streaming uploads: node build/examples/streaming-uploads.js [base URL]
 *
 * Any source of bytes or text can be a body. The client pulls the next piece only while the server takes it.
 */
import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { AsyncClient } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

async function* numbers(): AsyncGenerator<string> {
  for (let n = 1; n <= 100_000; n++) yield `${n}\n`;
}

await using client = new AsyncClient({ baseUrl: base });

// Of unknown length: chunked.
const generated = await client.post("/uploads", { content: numbers() });
console.log("generator  ", generated.json());

// A file has a length, which is sent.
const file = fileURLToPath(import.meta.url);
const uploaded = await client.put("/uploads/source", {
  content: createReadStream(file),
  headers: { "Content-Type": "text/javascript" },
});
console.log("Node stream", uploaded.json());

// A Blob knows its length and type; a web stream works like a generator.
const blob = new Blob(["first ", "second"], { type: "text/plain" });
console.log("Blob       ", (await client.post("/uploads", { content: blob })).json());
console.log("web stream ", (await client.post("/uploads", { content: blob.stream() })).json());

// Fields and files together: multipart, each file with its name and type, opened when the upload reaches it.
const form = await client.post("/uploads", {
  data: { title: "Numbers" },
  files: { source: createReadStream(file), list: ["numbers.txt", numbers()] },
});
console.log("multipart  ", form.json());
