/**
 * `httpxide/eventsource` beside the package `eventsource`: the same server, the same program, the same events.
 *
 * One difference is not here: an event without an ID has that of an earlier one (WHATWG HTML, 9.2.6), which the package forgets.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import test from "ava";
import { EventSource as OfThePackage } from "eventsource";
import { EventSource, type EventSourceMessageEvent } from "httpxide/eventsource";
import { startHttpServer } from "../helpers/http-server.js";
import { pause, settling } from "../helpers/waiting.js";

/** Answers the request with this number, counted from 1. */
type Server = (count: number, response: ServerResponse, request: IncomingMessage) => unknown;

const EVENTS = { "Content-Type": "text/event-stream" };
const stream = (response: ServerResponse, text: string, headers: object = EVENTS) =>
  response.writeHead(200, { ...headers }).end(text);

const servers: Record<string, Server> = {
  "fields, names, comments and all ends of lines": (count, response) =>
    count > 1
      ? response.writeHead(204).end()
      : stream(
          response,
          "\uFEFFretry: 1\r\n: comment\r\ndata:one\r\ndata: two\r\n\r\nevent: named\rdata:  three\r\r" +
            "data\n\nunknown: x\n\nevent: without data\n\nid: with\0null\ndata: four\n\nid: é1\ndata: five\n\n" +
            "id\nevent: open\ndata: six\n\ndata: cut",
        ),
  "a stream that ends goes on after the last event ID": (count, response, request) =>
    count > 3
      ? response.writeHead(204).end()
      : stream(
          response,
          `retry: 1\nid: ${count}\ndata: after ${String(request.headers["last-event-id"])}\n\n`,
        ),
  "a connection that breaks before its first response": (count, response) =>
    count === 1
      ? response.destroy()
      : count === 2
        ? stream(response, "retry: 1\ndata: x\n\n")
        : response.writeHead(204).end(),
  "a connection that breaks in an event": async (count, response) => {
    if (count > 1) return response.writeHead(204).end();
    response.writeHead(200, EVENTS).write("retry: 1\ndata: whole\n\ndata: half");
    await pause(50);
    return response.destroy();
  },
  "a status that is no event stream": (_count, response) =>
    response.writeHead(500, EVENTS).end("data: x\n\n"),
  "a status of success that is not 200": (_count, response) =>
    response.writeHead(201, EVENTS).end("data: x\n\n"),
  "another content type": (_count, response) =>
    stream(response, "data: x\n\n", { "Content-Type": "text/plain" }),
  "a content type with a parameter": (count, response) =>
    count > 1
      ? response.writeHead(204).end()
      : stream(response, "retry: 1\ndata: é\n\n", { "Content-Type": "text/event-stream;charset=utf-8" }),
  "a redirect": (count, response) =>
    count === 1
      ? response.writeHead(307, { Location: "/elsewhere" }).end()
      : count === 2
        ? stream(response, "retry: 1\ndata: x\n\n")
        : response.writeHead(204).end(),
};

/** The events until it is closed for good, without the server's port. */
async function eventsOf(Class: typeof EventSource | typeof OfThePackage, server: Server): Promise<unknown[]> {
  let count = 0;
  await using running = await startHttpServer(async (request, response) => {
    await server(++count, response, request);
  });
  const source = new Class(`${running.url}/`);
  const events: unknown[] = [[source.readyState, source.url.replace(/:\d+/, "")]];
  const ended = new Promise<void>((resolve) => {
    for (const type of ["open", "message", "named", "without data", "error"]) {
      source.addEventListener(type, (event: Event) => {
        const { data, lastEventId, origin } = event as EventSourceMessageEvent;
        events.push([type, source.readyState, data, lastEventId, origin?.replace(/:\d+/, "")]);
        if (type === "error" && source.readyState === 2) resolve();
      });
    }
  });
  await settling(ended);
  return [...events, { requests: count }];
}

for (const [name, server] of Object.entries(servers)) {
  test(`${name}: the same events`, async (t) => {
    const [ours, theirs] = await Promise.all([eventsOf(EventSource, server), eventsOf(OfThePackage, server)]);
    t.deepEqual(ours, theirs);
    t.true(ours.length > 2);
  });
}
