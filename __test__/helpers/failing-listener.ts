/** A request listener that fails in a way that the path names: for servers and for applications in process. */
import type { IncomingMessage, ServerResponse } from "node:http";

export function failing(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? "";
  if (path === "/cut") {
    response.writeHead(200, { "Content-Length": 100 }).write("x");
    setTimeout(() => response.destroy(), 10);
  } else if (path === "/loop") response.writeHead(302, { Location: "/loop" }).end();
  else if (path === "/nowhere") response.writeHead(302, { Location: "http://[/" }).end();
  else if (path === "/destroy") response.destroy();
  else if (path === "/stall") response.write("x");
  else if (path === "/gzip") response.writeHead(200, { "Content-Encoding": "gzip" }).end("no gzip");
  else if (path === "/404") response.writeHead(404).end();
  else if (path !== "/never") response.end("not JSON");
}
