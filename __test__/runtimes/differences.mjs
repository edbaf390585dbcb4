// What Bun and Deno do otherwise than Node.js: the tests that fail there, and why. `title` is a whole title or a pattern, and
// `hangs` is true for tests that would never end. An entry without a failing test fails the run, so that the list stays true,
// unless `passesAtTimes` says that the runtime does not always do so.

import { differencesOfBunServers } from "./bun-servers.mjs";

const bun = ["bun"];
const deno = ["deno"];
const both = ["bun", "deno"];

/** The entries of one runtime; with a compiled file of tests, those of that file. */
export function differencesOf(runtime, file) {
  const subject = file?.replace(/^.*build\/__test__\/|\.test\.js$/g, "");
  return differences.filter((one) => one.runtimes.includes(runtime) && (!file || one.file === subject));
}

/** Whether an entry is of this test of its file. */
export function names({ title }, test) {
  return typeof title === "string" ? title === test : title.test(test);
}

const differences = [
  ...differencesOfBunServers,
  // The platform's fetch, which httpxide/fetch is compared with, is not Node.js's
  {
    runtimes: bun,
    file: "fetch/like-the-platform",
    title: /^as with the platform's fetch/,
    why: "headers, errors and bodies of its own fetch are not undici's",
  },
  {
    runtimes: bun,
    file: "fetch/client",
    title: "a call with a dispatcher of the platform goes to the platform",
    why: "its fetch has no dispatchers",
  },
  {
    runtimes: bun,
    file: "fetch/client",
    title: "classes of the platform that a program replaces later are not used",
    why: "its Blob adds a charset to the type application/json",
  },
  {
    runtimes: bun,
    file: "fetch/response",
    title: "it is a Response to instanceof, to its tag and to the platform's own brand checks",
    why: "inspect() of its Response shows no fields",
  },
  {
    runtimes: bun,
    file: "undici/dispatcher",
    title: /^the platform: |nothing is unhandled|dispatcher of the platform's fetch$/,
    why: "its fetch has no dispatchers: the errors are its own",
  },
  {
    runtimes: both,
    file: "undici/interceptors",
    title: /^(retry|cache) of undici \d below the platform's fetch$|^interceptors of all versions wrap/,
    why: "its fetch has no dispatchers",
  },
  {
    runtimes: bun,
    file: "undici/options",
    title: "headers come as a list, and the body has the size of buffer that is wanted",
    why: "its node:http server writes the names of equal fields as the first of them",
  },
  {
    runtimes: bun,
    file: "fetch/referrers",
    title: /^by the policy "(?!no-referrer")|^a redirect's policy|^a Request's referrer|^none is sent unless/,
    why: "its Request has no referrer",
  },
  {
    runtimes: both,
    file: "fetch/globals-of-undici",
    title: /./,
    why: "its fetch takes neither the global dispatcher nor the global origin of undici",
  },
  {
    runtimes: bun,
    file: "uploads/sent-again",
    title: /^HTTP\/2: /,
    why: "its node:http2 server sends frames after the reset of a stream",
  },
  {
    runtimes: bun,
    file: "http2/floods",
    title: "64 unread responses cost bounded memory and stop no other request",
    why: "its node:http2 server sends beyond a smaller window that it has acknowledged",
  },
  {
    runtimes: bun,
    file: "http2/truncated",
    title:
      /^a handler that (destroys its (stream|session)|closes its session and destroys its stream) after 7 bytes, with {("content-length":"7")?}$/,
    why: "its node:http2 server ends the body of a stream that is destroyed",
  },
  {
    runtimes: deno,
    file: "http2/truncated",
    title: /^a handler that destroys its stream after 7 bytes, with {("content-length":"7")?}$/,
    why: "its node:http2 server ends the body of a stream that is destroyed before it was sent",
  },
  {
    runtimes: deno,
    file: "connections/stale-connections",
    title: "a stale connection of HTTP/1.1 is replaced by one of HTTP/2 if the server speaks that now",
    why: "its node:http2 server asks the ALPNCallback once, and answers the same ever after",
  },
  {
    runtimes: deno,
    file: "axios/like-its-own-adapter",
    title: "as by axios's own adapter: a redirect to an invalid URL",
    why: "axios's own adapter follows it to 127.0.0.1:80 there, where node:http takes a URL that is none",
  },
  {
    runtimes: deno,
    file: "app/leaks",
    title: /^thousands of calls, however they end, leave nothing behind: /,
    passesAtTimes: true,
    why: "once in two runs the heap was 13 MB larger after gc()",
  },
  {
    runtimes: deno,
    file: "http2/few-streams",
    title: "(the file ends)",
    passesAtTimes: true,
    why: "its node:http2 server ends its process, by a free() of an invalid pointer, also beside a client in another process",
  },
  {
    runtimes: deno,
    file: "websocket/other-ways",
    title: "(the file ends)",
    passesAtTimes: true,
    why: "its node:http2 server ends its process, by an assertion of nghttp2, when a client says GOAWAY",
  },
  {
    runtimes: deno,
    file: "uploads/large-bodies",
    title: "(the file ends)",
    passesAtTimes: true,
    why: "its node:http2 server ends its process, by an assertion of nghttp2, when a client says GOAWAY",
  },
  // Blob and FormData
  {
    runtimes: both,
    file: "request/injection",
    title: /^the file type /,
    why: "its openAsBlob() drops an invalid type, as a Blob does",
  },
  {
    runtimes: bun,
    file: "request/lost-json",
    title: /^json: (a FormData is|URLSearchParams is) refused$/,
    why: "its FormData and URLSearchParams have a toJSON()",
  },
  {
    runtimes: bun,
    file: "client/wrong-values",
    title: /^json of /,
    why: "its URLSearchParams have a toJSON()",
  },
  {
    runtimes: bun,
    file: "uploads/foreign-forms",
    title: /of another implementation/,
    why: "its Blob adds a charset to text types, and a foreign File keeps its own",
  },
  {
    runtimes: bun,
    file: "uploads/form-data",
    title: /FormData/,
    why: "its FormData sends a Blob without a name and without its type",
  },
  {
    runtimes: bun,
    file: "uploads/request-bodies",
    title: "FormData is sent as multipart",
    why: "its FormData drops a Blob's type",
  },
  {
    runtimes: bun,
    file: "uploads/request-content",
    title: "a Blob is streamed with its length and type",
    why: "its Blob adds a charset to text types",
  },
  {
    runtimes: bun,
    file: "uploads/multipart",
    title: "files on disk are sent from their beginning",
    why: "its openAsBlob() adds a type",
  },
  {
    runtimes: bun,
    file: "uploads/known-lengths",
    title: "a Blob of a changed file is refused by the platform, and no byte follows the announced length",
    why: "its Blob of a file reads whatever the file has become",
  },
  {
    runtimes: deno,
    file: "uploads/known-lengths",
    title: "a Blob of a changed file is refused by the platform, and no byte follows the announced length",
    why: "its openAsBlob() has read the file: a later change is not seen",
  },
  {
    runtimes: bun,
    file: "uploads/multipart-memory",
    title: "64 MB from the disk as a Blob of the file arrive whole, with flat memory",
    why: "its Blob has a stat() as an open file has, which the test's program closes",
  },
  // Programs and permissions
  {
    runtimes: bun,
    file: "auth/netrc",
    title: /home folder/,
    why: "os.homedir() is that of the start: a later HOME does not change it",
  },
  {
    runtimes: bun,
    file: "errors/system-codes",
    title: /has the code of Node\.js's sockets$/,
    why: "its own sockets report ECONNREFUSED and ENOENT for other codes of the system",
  },
  {
    runtimes: both,
    file: "package/permissions",
    title: /./,
    why: "it has none of Node.js's flags for permissions",
  },
  {
    runtimes: deno,
    file: "package/examples",
    title: /^the demo succeeds$/,
    why: "its node:http2 server ends its process, by an assertion of nghttp2, when a client says GOAWAY",
  },
  {
    runtimes: bun,
    file: "package/examples",
    title: "examples/client-certificates.ts runs",
    why: "its node:https server does not show a client's certificate, and a server's failed handshake is an uncaught error",
  },
  {
    runtimes: bun,
    file: "package/examples",
    title: /^the code at docs\/testing-your-app\.md/,
    why: "node:test works in `bun test` only",
  },
  {
    runtimes: both,
    file: "package/package",
    title:
      "without the platform package, one readable error names the platform, the paths tried and the remedy",
    why: "the error names the runtime, and the test expects Node.js",
  },
  {
    runtimes: both,
    file: "process/process-exit",
    title: "an uncaught error of the client ends the process like any other",
    why: "the stack of an uncaught error has no line for an await at the top level of a module",
  },
  {
    runtimes: bun,
    file: "errors/callers-line",
    title: /^no frame of the package stands before the program's/,
    why: "its stacks have no line for an await at the top level of a module, where that program makes its calls",
  },
  {
    runtimes: bun,
    file: "errors/callers-line",
    title: "the stack has the line of a function that ends with the call",
    why: "JavaScriptCore takes the frame of a function in strict mode away when it ends with a call",
  },
  // Deno's own
  {
    runtimes: deno,
    file: "connections/client-certificates",
    title: /^a server that asks|^the certificate is given|^a certificate of version 1|^a PKCS#12 file/,
    why: "its node:https server writes serial numbers and alerts otherwise, and takes certificates of version 3 only",
  },
  {
    runtimes: deno,
    file: "connections/tls-options",
    title: /^the file of secrets|^SSLKEYLOGFILE/,
    why: "its node:https server emits no keylog, and it reads SSLKEYLOGFILE itself",
  },
  {
    runtimes: deno,
    file: "connections/waiting-closes",
    title: /resets a secure stream|nothing is unhandled/,
    why: "its TLSSocket reads from the socket under it though nothing reads the TLSSocket: a write to it never waits",
  },
  {
    runtimes: deno,
    file: "proxies/other-options",
    title: /^a proxy that wants a client certificate over TLSv1.3/,
    passesAtTimes: true,
    why: "its node:https server refuses a client without a certificate by closing, with no alert",
  },
  {
    runtimes: deno,
    file: "connections/closing",
    title: "an upload over https that ends by a write timeout leaves no bytes to the system",
    why: "its node:https server reads the body though nothing reads the request",
  },
  {
    runtimes: deno,
    file: "fetch/like-the-platform",
    title: /^as with the platform's fetch/,
    why: "headers, errors and bodies of its own fetch are not undici's",
  },
  {
    runtimes: deno,
    file: "fetch/client",
    title: /^install replaces|^a call with a dispatcher/,
    why: "its fetch has no dispatchers, and keeps its connection",
  },
  {
    runtimes: deno,
    file: "fetch/response",
    title: "it is a Response to instanceof, to its tag and to the platform's own brand checks",
    why: "inspect() of its Response shows other fields",
  },
  {
    runtimes: deno,
    file: "undici/dispatcher",
    title: /^the platform: (failures|a body that breaks off)|dispatcher of the platform's fetch$/,
    why: "its fetch has no dispatchers: the errors are its own",
  },
  {
    runtimes: deno,
    file: "undici/dispatcher",
    title: /^undici \d: (failures|a body that breaks off)/,
    hangs: true,
    why: "undici's own fetch never learns there that a body broke off, over its own Agent neither",
  },
  {
    runtimes: deno,
    file: "request/sni-and-target",
    title: /^the name .* is sent as false$/,
    why: "servername of its TLS sockets is not false without a name",
  },
  {
    runtimes: deno,
    file: "uploads/multipart-memory",
    title: "64 MB from the disk as a Blob of the file arrive whole, with flat memory",
    why: "its openAsBlob() reads the whole file",
  },
  {
    runtimes: deno,
    file: "uploads/form-data",
    title: /^FormData with /,
    why: "the bytes of its FormData are not undici's",
  },
  {
    runtimes: both,
    file: "process/faked-time",
    title:
      "without queueMicrotask only the platform's own body of a Response does not end, and a timeout ends that",
    why: "the body of its Response does not use queueMicrotask",
  },
  {
    runtimes: deno,
    file: "process/memory",
    title: "5,000 aborts and 5,000 failures leave no memory behind",
    why: "its memory grows until some 25,000 requests, by 45 MB, and stays there",
  },
  {
    runtimes: deno,
    file: "process/memory",
    title: "responses that were dropped unread are collected before they hold all connections",
    why: "its garbage collector runs later than Node.js's under little load",
  },
  {
    runtimes: deno,
    file: "replay/files",
    title: /^a program killed /,
    why: "a child that ends by SIGKILL reports no signal while its start is still under way",
  },
  {
    runtimes: deno,
    file: "connections/tls-failures",
    title: /./,
    why: "its node:https server is rustls: it has none of OpenSSL's old versions, ciphers and keys",
  },
  {
    runtimes: deno,
    file: "client/mounts",
    title: '"all://ü>x" is refused as a pattern',
    why: "domainToASCII() of its node:url lets forbidden characters pass",
  },
  {
    runtimes: bun,
    file: "process/faked-time",
    title: /^classes that a test replaces/,
    why: "text() of its node:stream/consumers makes an object of the global TextDecoder",
  },
  {
    runtimes: deno,
    file: "process/faked-time",
    title: /^classes that a test replaces/,
    why: "its MessagePort makes an object of the global Event when it closes",
  },
  {
    runtimes: deno,
    file: "process/faked-time",
    title: /\(sinon, before/,
    why: "no genuine clock is within reach once the fake is installed: elapsed is 0",
  },
  {
    runtimes: deno,
    file: "process/faked-time",
    title: /\(node, /,
    why: "node:test's fakes stop the genuine setTimeout and setInterval too: a redirect's endless body is not cut",
  },
];
