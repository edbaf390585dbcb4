// The layers of src/ as rules, checked by npm run lint.
//
// A folder imports from itself and from the folders before it in this list. Imports of types count: they are dependencies
// too, and the files of a circle cannot be understood one by one.
//
// The one exception is errors/exchange.ts: an error refers back to its request and response, which throw errors. The check
// does not follow the imports of that file.

/** Those of other clients and of the platform, each with a subpath of the package. They never import each other. */
const interfaces = ["fetch", "axios", "undici", "smithy", "websocket", "eventsource", "opentelemetry"];

/** From the bottom to the top. */
const layers = [
  ["platform"], //       the runtime: clock, signals, several copies of the package in one process
  ["native"], //         the only door to the binary: plain records in, plain records out
  ["errors"],
  ["headers", "url"],
  ["config"], //         timeout, limits, TLS: settings that requests and transports share
  ["cookies"],
  ["body"], //           bodies: encoding, decoding and reading them
  ["request"],
  ["response"],
  ["auth"], //           flows of requests and responses; they send nothing themselves
  ["transports"],
  ["session"], //        WebSocket: the handshake, and the messages of a session
  ["sse"], //            event streams that connect again
  ["middleware"], //     the steps of a request between client and transport
  ["client"],
  interfaces,
];

const folders = (names) => `^src/(${names.join("|")})/`;

/** The entries of the subpaths. */
const entries = `${folders(interfaces)}index[.]ts$`;

/** A rule for each folder: it imports nothing from the layers after its own, nor from another folder of its layer. */
const layerRules = layers.flatMap((names, index) =>
  names.map((name) => {
    const forbidden = [...names.filter((other) => other !== name), ...layers.slice(index + 1).flat()];
    return {
      name: `${name}-under-those-above`,
      comment: `src/${name}/ imports only folders before it in the list of layers in .dependency-cruiser.cjs.`,
      severity: "error",
      from: { path: folders([name]) },
      to: {
        path: forbidden.length === 0 ? "^index[.]ts$" : `${folders(forbidden)}|^index[.]ts$`,
      },
    };
  }),
);

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "every-folder-in-a-layer",
      comment: "A new folder of src/ takes its place in the list of layers in .dependency-cruiser.cjs.",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: folders(layers.flat()) },
    },
    {
      name: "no-dead-module",
      comment: "Every module of src/ is part of the package: index.ts or the entry of a subpath leads to it.",
      severity: "error",
      from: { path: `^index[.]ts$|${entries}` },
      to: { path: "^src/", pathNot: entries, reachable: false },
    },
    {
      name: "no-cycle",
      comment: "Modules that need each other are one module, or lack one below them.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "native-behind-the-http-transport",
      comment:
        "The engine is reached through transports/http/, so that every other transport works without it.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/(native|transports/http)/" },
      to: { path: "^src/native/(?!content-decoder[.]ts$)" },
    },
    {
      name: "one-decoder-of-content-codings",
      comment:
        "Bodies made in JavaScript decode as those of the network: src/body/decode/ alone asks the engine, which it loads at the first coded body.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/body/decode/" },
      to: { path: "^src/native/content-decoder[.]ts$|^(node:)?zlib$" },
    },
    {
      name: "binary-behind-load",
      comment: "One file loads compiled code: src/native/load.ts.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/native/load[.]ts$" },
      to: { path: "^(node:)?module$|[.]node$" },
    },
    {
      name: "applications-on-demand",
      comment:
        "The first request to an application loads node:http and the code that calls applications: " +
        "transports/app/transport.ts imports both dynamically.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/transports/app/(?!transport[.]ts$)" },
      to: {
        path: "^(node:)?https?$|^src/transports/app/(?!(transport|exchange|failure|kinds|root-path)[.]ts$)",
        dependencyTypesNot: ["type-only"],
        dynamic: false,
      },
    },
    {
      name: "auth-sends-nothing",
      comment: "An auth flow neither reads a body nor uses the engine: the middleware does both.",
      severity: "error",
      from: { path: folders(["auth"]) },
      to: { path: folders(["native", "body"]) },
    },
    {
      name: "no-foreign-code",
      comment:
        "Published code imports only itself, Node.js, the packages of the platforms, packages that scripts/bundle.mjs bundles, " +
        "and the peer that an interface is made over.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)" },
      to: {
        pathNot:
          "^(index[.]ts$|src/|[.]|httpxide-|node_modules/(mime|axios|eventsource-parser|@opentelemetry/api)/)",
        dependencyTypesNot: ["core", "npm", "type-only"],
      },
    },
    {
      name: "tests-use-the-package",
      comment: "Tests and examples use httpxide by its name, as a user does.",
      severity: "error",
      from: { path: "^(__test__|examples)/" },
      to: { path: "^(index[.]ts$|src/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|^dist/|^index[.]d[.]m?ts$|^src/errors/exchange[.]ts$" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts"],
    },
  },
};
