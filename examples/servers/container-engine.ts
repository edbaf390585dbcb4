/**
 * Stands in for the Docker Engine: the same paths, and answers of the same shape, over a Unix socket.
 */
import type { RequestListener } from "node:http";
import { routed, sendJSON } from "./routes.js";

const VERSION = {
  Version: "28.0.0",
  ApiVersion: "1.48",
  MinAPIVersion: "1.24",
  Os: "linux",
  Arch: "amd64",
};

const CONTAINERS = [
  { Id: "8dfafdbc3a40", Names: ["/web"], Image: "nginx:latest", State: "running" },
  { Id: "4cb07b47f9fb", Names: ["/cache"], Image: "redis:latest", State: "running" },
];

export function containerEngine(): RequestListener {
  return routed(
    {
      "GET /version": ({ response }) => sendJSON(response, 200, VERSION),
      "GET /containers/json": ({ response }) => sendJSON(response, 200, CONTAINERS),
      "GET /events": ({ response }) => {
        for (const Action of ["create", "start", "die"]) {
          response.write(`${JSON.stringify({ Type: "container", Action })}\n`);
        }
        response.end();
      },
    },
    ({ response }) => sendJSON(response, 404, { message: "page not found" }),
  );
}
