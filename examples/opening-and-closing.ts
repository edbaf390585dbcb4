/**
 * Opening and closing clients: node build/examples/opening-and-closing.js [base URL]
 *
 * A client keeps connections. Make one for many requests, and close it when they are done.
 */
import { AsyncClient, get } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

// Closed at the end of the block, on every exit.
{
  await using client = new AsyncClient({ baseUrl: base });
  const users = await Promise.all(["/users/1", "/users/7"].map((path) => client.get(path)));
  console.log(users.map((response) => response.json().name));
  console.log("connections kept:", client.stats().connections.idle);
}

// Without `await using`: explicitly.
const client = new AsyncClient({ baseUrl: base });
try {
  console.log((await client.get("/users/1")).statusCode);
} finally {
  await client.aclose();
}
console.log("closed:", client.isClosed);

// For a single request, a function makes a client for one call.
console.log((await get(`${base}/users/7`)).json().name);
