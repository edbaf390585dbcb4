/**
 * Calls beyond those of a client that fail, each awaited: transports called directly, what is open for long, and the interfaces of
 * other clients.
 */
import { text } from "node:stream/consumers";
import {
  AppTransport,
  AsyncClient,
  AsyncHTTPTransport,
  MockTransport,
  type NetworkStream,
  ReplayTransport,
  Request,
  RetryTransport,
  type WebSocketSession,
} from "httpxide";
import { createFetch } from "httpxide/fetch";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { failing } from "./failing-listener.js";
import { head, startRawServer } from "./raw-server.js";
import { BINARY, TEXT, closeFrame, frame, startWebSocketServer } from "./websocket-server.js";

type Failing = () => Promise<unknown>;

const REFUSED = "http://127.0.0.1:1/";

async function all(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}

async function sent(
  transport: { handleAsyncRequest(request: Request): Promise<unknown> },
  url = "http://h/",
): Promise<void> {
  await transport.handleAsyncRequest(new Request("GET", url));
}

/** Transports without a client. */
export const transports: Record<string, Failing> = {
  "the network": async () => {
    await sent(new AsyncHTTPTransport(), REFUSED);
  },
  "the network, closed": async () => {
    const transport = new AsyncHTTPTransport();
    await transport.aclose();
    await sent(transport);
  },
  "another scheme": async () => {
    await sent(new AsyncHTTPTransport(), "ftp://h/");
  },
  "an application": async () => {
    await sent(new AppTransport(failing), "http://app/destroy");
  },
  "a mock without a route": async () => {
    await sent(new MockTransport());
  },
  "a mock that times out": async () => {
    const mock = new MockTransport();
    mock.get("http://h/").reply(200, { delay: 1000 });
    await mock.handleAsyncRequest(new Request("GET", "http://h/", { extensions: { timeout: { read: 5 } } }));
  },
  "a mock that passes on": async () => {
    const mock = new MockTransport();
    mock.get(REFUSED).passThrough();
    await sent(mock, REFUSED);
  },
  "a recording without a file": async () => {
    await sent(new ReplayTransport("/nowhere.json", { mode: "replay" }));
  },
  "a recording that sends": async () => {
    await sent(new ReplayTransport("/nowhere.json", { mode: "once" }), REFUSED);
  },
  retries: async () => {
    await sent(
      new RetryTransport(new AsyncHTTPTransport(), { attempts: 2, backoff: { initial: 1 } }),
      REFUSED,
    );
  },
};

/** Opens a session with a server that sends a text, 65 bytes and an end that the URL's path names. */
async function session(path: string, use: (session: WebSocketSession) => Promise<unknown>): Promise<void> {
  await using server = await startWebSocketServer(async (opened) => {
    const [, end = ""] = opened.request.line.split(" ");
    if (end !== "/cut-at-once") await opened.send(frame(TEXT, "text"), frame(BINARY, "bytes"));
    if (end === "/close") await opened.send(closeFrame(1011, "no more"));
    if (end.startsWith("/cut")) opened.connection.socket.destroy();
    else await opened.answerClose();
  });
  await using client = new AsyncClient();
  await using opened = await client.websocket(`${server.url}${path}`);
  await use(opened);
}

async function tunnel(use: (stream: NetworkStream) => Promise<unknown>): Promise<void> {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(head("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    connection.socket.resetAndDestroy();
  });
  await using client = new AsyncClient();
  const headers = { Connection: "Upgrade", Upgrade: "echo" };
  const response = await client.stream("GET", server.url, { headers });
  await use(response.extensions["networkStream"] as NetworkStream);
}

async function events(use: (url: string, client: AsyncClient) => Promise<unknown>): Promise<void> {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(
      head("200 OK", "Content-Type: text/event-stream", "Content-Length: 100") + "data: {\n\n",
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    connection.socket.destroy();
  });
  await using client = new AsyncClient();
  await use(server.url, client);
}

/** What is open for long, over sockets. */
export const open: Record<string, Failing> = {
  "a WebSocket that is refused": async () => {
    await using client = new AsyncClient();
    await client.websocket(REFUSED);
  },
  "an end while a message is awaited": async () => {
    await session("/cut-at-once", async (socket) => {
      await socket.receive();
    });
  },
  "an end while messages are iterated": async () => {
    await session("/close", async (socket) => {
      await all(socket);
    });
  },
  "a ping of an ended session": async () => {
    await session("/close", async (socket) => {
      while (socket.closeCode === null) await socket.receive();
      await socket.ping();
    });
  },
  "a message to an ended session": async () => {
    await session("/close", async (socket) => {
      await socket.receive();
      await socket.receive();
      await socket.receive().catch(() => undefined);
      await socket.send("late");
    });
  },
  "bytes where text is wanted": async () => {
    await session("/", async (socket) => {
      await socket.receive();
      await socket.receiveText();
    });
  },
  "a message that is not JSON": async () => {
    await session("/", async (socket) => {
      await socket.receiveJson();
    });
  },
  "an unfit ping": async () => {
    await session("/", async (socket) => {
      await socket.ping(new Uint8Array(200));
    });
  },
  "an unfit close": async () => {
    await session("/", async (socket) => {
      await socket.close(5);
    });
  },
  "an unfit message": async () => {
    await session("/", async (socket) => {
      await socket.send(5 as never);
    });
  },
  "a reset network stream": async () => {
    await tunnel(async (stream) => {
      await stream.read();
    });
  },
  "a reset network stream, iterated": async () => {
    await tunnel(async (stream) => {
      await all(stream);
    });
  },
  "an unfit read of a network stream": async () => {
    await tunnel(async (stream) => {
      await stream.read(-1);
    });
  },
  "a closed network stream": async () => {
    await tunnel(async (stream) => {
      await stream.aclose();
      await stream.write("a");
    });
  },
  "an event stream that is refused": async () => {
    await using client = new AsyncClient();
    await client.sse(REFUSED);
  },
  "an event stream that ends": async () => {
    await events(async (url, client) => {
      await using stream = await client.sse(url, { reconnect: false });
      await all(stream);
    });
  },
  "an event stream whose signal is aborted": async () => {
    await events(async (url, client) => {
      const stream = await client.sse(url, { reconnect: { attempts: 1, initial: 1 } });
      await client.aclose();
      await all(stream);
    });
  },
  "events of a response": async () => {
    await events(async (url, client) => {
      await all((await client.stream("GET", url)).aiterSse());
    });
  },
  "JSON lines of a response": async () => {
    await events(async (url, client) => {
      await all((await client.stream("GET", url)).aiterJsonLines());
    });
  },
};

/** The interfaces of other clients, with a server of {@link failing}. */
export function interfaces(url: string): Record<string, Failing> {
  const fetch = createFetch({});
  const dispatcher = new HttpxideDispatcher();
  const handler = new HttpxideHttpHandler();
  const { hostname, port } = new URL(url);
  const handled = (path: string, at = Number(port)) =>
    handler.handle({ protocol: "http:", hostname, port: at, method: "GET", path, headers: {} });
  const requested = (path: string) => dispatcher.request({ origin: url, path, method: "GET" });
  return {
    "fetch, refused": async () => {
      await fetch(REFUSED);
    },
    "fetch, no URL": async () => {
      await fetch("http://[");
    },
    ...Object.fromEntries(
      (["text", "json", "arrayBuffer", "blob", "formData"] as const).flatMap((read) => [
        [
          `fetch, ${read}() of a body cut short`,
          async () => {
            const response = await fetch(`${url}/cut`);
            await response[read]();
          },
        ],
        [
          `fetch, ${read}() of a body cut short, with a signal`,
          async () => {
            const response = await fetch(`${url}/cut`, { signal: new AbortController().signal });
            await response[read]();
          },
        ],
        [
          `fetch, ${read}() of a body that was read`,
          async () => {
            const response = await fetch(url);
            await response.text();
            await response[read]();
          },
        ],
        [
          `fetch, ${read}() of a clone of a body cut short`,
          async () => {
            const response = await fetch(`${url}/cut`);
            const copy = response.clone();
            response.text().catch(() => undefined);
            await copy[read]();
          },
        ],
      ]),
    ),
    "fetch, json() of no JSON": async () => {
      const response = await fetch(url);
      await response.json();
    },
    "undici, refused": async () => {
      await dispatcher.request({ origin: REFUSED, path: "/", method: "GET" });
    },
    "undici, text()": async () => {
      const { body } = await requested("/cut");
      await body.text();
    },
    "undici, json()": async () => {
      const { body } = await requested("/cut");
      await body.json();
    },
    "undici, chunks": async () => {
      await all((await requested("/cut")).body);
    },
    "smithy, refused": async () => {
      await handled("/", 1);
    },
    "smithy, chunks": async () => {
      await all((await handled("/cut")).response.body);
    },
    "smithy, text of the body": async () => {
      await text((await handled("/cut")).response.body);
    },
  };
}
