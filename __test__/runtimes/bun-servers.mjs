// What the servers of Bun do otherwise than those of Node.js: entries of differences.mjs.

const bun = ["bun"];

export const differencesOfBunServers = [
  // node:http of Bun, as the server of the tests and below applications in this process
  {
    runtimes: bun,
    file: "app/like-a-socket",
    title: /gets the same response as over a socket$/,
    why: "its node:http server sends no trailers",
  },
  {
    runtimes: bun,
    file: "app/streaming",
    title: "trailers are available after the end, and interim responses are skipped",
    why: "addTrailers() of its ServerResponse does nothing",
  },
  {
    runtimes: bun,
    file: "app/exceptions",
    title: "an exception after the response began reaches its reader: a response that is destroyed",
    why: "destroy(error) of its ServerResponse drops the error",
  },
  {
    runtimes: bun,
    file: "app/exceptions",
    title: "exceptions of a Fastify instance that was ready before reach the caller",
    why: "hasSubscribers of its tracingChannel() is always undefined, and Fastify then publishes nothing",
  },
  {
    runtimes: bun,
    file: "app/uploads",
    title: "an upload is pulled only as the application reads: a listener",
    why: "its IncomingMessage takes the whole body without being read",
  },
  {
    runtimes: bun,
    file: "app/time-limits",
    title: /causes a WriteTimeout(: a listener)?$/,
    why: "its IncomingMessage takes the whole body without being read",
  },
  {
    runtimes: bun,
    file: "app/time-limits",
    title: "an application can set the timeout of its socket",
    why: "setTimeout() of its sockets in node:http does nothing",
  },
  {
    runtimes: bun,
    file: "app/uploads",
    title: "a request that fetch does not allow is refused",
    why: "its Request takes a GET with a body",
  },
  // TLS and HTTP/2 servers
  {
    runtimes: bun,
    file: "connections/tls-failures",
    title: /./,
    why: "its node:https server refuses OpenSSL's cipher strings with a security level",
  },
  {
    runtimes: bun,
    file: "trace/trace",
    title: "a request over TLS reports every step from connecting to closing",
    why: "its node:https server does not answer ALPN",
  },
  {
    runtimes: bun,
    file: "http2/requests",
    title: "a reset stream is an error with a code and what was sent",
    why: "its node:http2 server sends frames after the reset of a stream",
  },
  {
    runtimes: bun,
    file: "http2/requests",
    title: "a server without HTTP/2 is recognized where nothing else is spoken",
    why: "its node:http server does not answer a preface of HTTP/2",
  },
  {
    runtimes: bun,
    file: "connections/client-certificates",
    title:
      /^a server that asks|^a certificate of version 1|^a PKCS#12 file|^clients with different|nothing is uncaught/,
    why: "its node:https server does not show a client's certificate, and a server's failed handshake is an uncaught error",
  },
  {
    runtimes: bun,
    file: "connections/tls-options",
    title: /^the file of secrets|^clients with the same options resume|nothing is uncaught/,
    why: "its node:https server emits no keylog, and its sockets have no isSessionReused()",
  },
  {
    runtimes: bun,
    file: "connections/facts",
    title: /^what TLSv1\.\d agreed on|nothing is uncaught/,
    why: "sockets of its node:https server have no getProtocol()",
  },
  {
    runtimes: bun,
    file: "app/uploads",
    title: "(nothing is unhandled)",
    why: "an upload that its IncomingMessage took whole fails when the client closes",
  },
];
