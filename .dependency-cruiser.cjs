// The layers of src/ as rules, checked by npm run lint. An import may only point down this list:
//
//   index.ts                       exports only
//   client/                        and other surfaces over transports
//   middleware/                    the steps of a request between client and transport
//   transports/                    http/transport.ts alone reaches native/
//   auth/                          flows of requests and responses, which it knows as types only
//   request/ response/             models that carry bodies
//   body/                          bodies: encoding, decoding and reading them
//   headers/ url/ cookies/ errors/ values that know nothing of requests but their type
//   platform/                      what the runtime gives: signals, runtime, copies of the package
//   native/                        the only door to the binary: it knows errors, and none of the above
//
// Imports of types alone are free to point anywhere but into native/: they are gone at run time.

/** One rule: files of `from` must not import, at run time, files of `to`. */
const never = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: typeof from === "string" ? { path: from } : from,
  to: { path: to, dependencyTypesNot: ["type-only"] },
});

const client = "^src/(client|fetch|axios|undici|smithy)/";
const middleware = "^src/middleware/";
const transports = "^src/transports/";
const models = "^src/(request|response)/";
const bodies = "^src/body/";
const auth = "^src/auth/";
const values = "^src/(headers|url|config|errors|platform)/";

module.exports = {
  forbidden: [
    {
      name: "no-cycle",
      comment: "Modules that need each other at run time are one module, or lack one below them.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "native-behind-the-http-transport",
      comment:
        "The engine is reached through transports/http/transport.ts, so that every other transport works without it.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/(native/|transports/http/transport[.]ts$)" },
      to: { path: "^src/native/" },
    },
    {
      name: "binary-behind-load",
      comment:
        "One file loads compiled code: src/native/load.ts. Only src/cookies/tough-cookie.ts needs require() too.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/(native/load|cookies/tough-cookie)[.]ts$" },
      to: { path: "^(node:)?module$|[.]node$" },
    },
    {
      name: "cookie-rules-on-demand",
      comment:
        "Importing tough-cookie would double the time that importing this package takes: #tough-cookie loads it when needed.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/cookies/tough-cookie-bundled[.]ts$" },
      to: {
        path: "(^|/)tough-cookie/|^src/cookies/tough-cookie-bundled[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "applications-on-demand",
      comment:
        "What calls applications, and node:http below it, is loaded at the first request to one: " +
        "transports/app/transport.ts imports it dynamically, and otherwise only what it needs to be made.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)", pathNot: "^src/transports/app/(?!transport[.]ts$)" },
      to: {
        path: "^(node:)?https?$|^src/transports/app/(?!(transport|exchange|failure|kinds|root-path)[.]ts$)",
        dependencyTypesNot: ["type-only"],
        dynamic: false,
      },
    },
    never(
      "native-knows-no-http-model",
      "The boundary converts records; what they mean is decided above it.",
      "^src/native/",
      [client, transports, models, bodies, "^index[.]ts$", "^src/(headers|cookies|url|config)/"].join("|"),
    ),
    never("index-is-the-top", "index.ts only re-exports.", "^src/", "^index[.]ts$"),
    never(
      "client-over-everything",
      "Transports and models do not know the client that uses them.",
      { path: "^src/", pathNot: client },
      client,
    ),
    never(
      "middleware-under-the-client",
      "Whoever carries, models or authenticates a request does not know the way that it takes.",
      { path: "^src/", pathNot: [client, middleware].join("|") },
      middleware,
    ),
    never(
      "transports-over-models",
      "Models do not know how they are sent.",
      { path: "^src/", pathNot: [client, transports].join("|") },
      transports,
    ),
    never(
      "models-over-values",
      "Bodies, headers, URLs and errors know requests and responses as types only.",
      { path: "^src/", pathNot: [client, middleware, transports, models].join("|") },
      models,
    ),
    never("bodies-over-values", "Headers, URLs and errors know nothing of bodies.", values, bodies),
    never(
      "auth-under-the-client",
      "Transports, models and values do not know how anybody authenticates.",
      [transports, models, bodies, values].join("|"),
      auth,
    ),
    never(
      "auth-over-values",
      "A flow does not send or read anything itself: whoever drives it does.",
      auth,
      [transports, bodies].join("|"),
    ),
    {
      name: "no-foreign-code",
      comment: "What ships imports itself, Node.js and the packages that package.json installs with it.",
      severity: "error",
      from: { path: "^(index[.]ts$|src/)" },
      to: {
        pathNot: "^(index[.]ts$|src/|[.])",
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
    doNotFollow: { path: "node_modules|^dist/|^index[.]d[.]ts$" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts"],
    },
  },
};
