/** Calls an application that answers late, prints the response, and does not close the client. */
import { AsyncClient, type NodeListener } from "httpxide";

const [path = "/"] = process.argv.slice(2);
const app: NodeListener = (request, response) => {
  if (request.url === "/silent") return;
  setTimeout(() => response.end("late"), 200);
};
const client = new AsyncClient({ app, baseUrl: "http://testserver" });
try {
  if (path === "/unread") {
    await client.stream("GET", "/", { timeout: { total: 60_000, read: 60_000 } });
    console.log("unread");
  } else {
    console.log((await client.get(path, path === "/silent" ? { timeout: 500 } : {})).text);
  }
} catch (error) {
  console.log((error as Error).name);
}
