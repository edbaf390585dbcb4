/**
 * Streaming responses: node build/examples/streaming-responses.js [base URL]
 *
 * The body arrives as fast as the loop reads it, and every exit from the block closes the response.
 */
import { AsyncClient } from "httpxide";

const base = process.argv[2] ?? "http://localhost:8000";

await using client = new AsyncClient({ baseUrl: base });

{
  await using response = await client.stream("GET", "/archive");
  let bytes = 0;
  for await (const chunk of response.aiterBytes()) bytes += chunk.length;
  console.log(`${bytes} bytes of ${response.headers.get("content-length")}`);
}

// Lines, in a function of the response, which closes when the function ends.
await client.stream("GET", "/events", {}, async (response) => {
  for await (const line of response.aiterLines()) console.log(JSON.parse(line).what);
});

// Pieces of a fixed size; leaving the loop early closes the response and ends the download.
{
  await using response = await client.stream("GET", "/archive");
  for await (const block of response.aiterBytes(65_536)) {
    console.log(`the first ${block.length} bytes are enough`);
    break;
  }
}

// Reading the rest only if needed.
{
  await using response = await client.stream("GET", "/users/0");
  if (response.isError) {
    await response.aread();
    console.log(response.statusCode, response.json().error);
  }
}
