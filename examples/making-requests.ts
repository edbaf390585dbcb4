/**
 * Making requests: node build/examples/making-requests.js [base URL]
 */
import { AsyncClient } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

await using client = new AsyncClient({ headers: { "X-App": "example" } });

// Every verb has a method, and `request` takes any. The body has been read when the promise resolves.
const response = await client.get(`${base}/users/7`, { params: { fields: "name" } });
console.log(response.statusCode, response.reasonPhrase, response.headers.get("content-type"));
console.log(response.url.href, `${response.elapsed.toFixed(1)} ms`);
console.log(response.text, response.json().name);

// A body is JSON, a form, or content: text, bytes, a Blob, a stream, an iterable.
const created = await client.post(`${base}/users`, { json: { name: "Katherine Johnson" } });
console.log(created.statusCode, created.headers.get("location"));

const form = await client.post(`${base}/login`, { data: { user: "ada", remember: true } });
console.log(form.json().headers["content-type"], form.json().body);

const raw = await client.request("PUT", `${base}/notes/1`, { content: "text as it is" });
console.log(raw.json().method, raw.json().body);
