// Parts of the bundle that a program loads when it first needs them: a plugin of rolldown, and a change to what it writes.
//
// `require("./part.js")` in src/ makes a chunk of part.ts and of what only it imports, and loads it when that line runs. An
// import would load it with the rest; `await import()` cannot stand in a function that is not asynchronous.
import { dirname, resolve } from "node:path";

/** The extension of a part's file: bundlers and tracers follow its literal name. */
const file = (name) => `./${name}.cjs`;

export class DeferredParts {
  /** The sources of the parts, by their names. */
  #sources = new Map();
  /** The modules that are loaded at once. */
  #atOnce = null;

  /** Makes a chunk of each source that is required by a relative name. */
  plugin() {
    const sources = this.#sources;
    return {
      name: "deferred-parts",
      resolveId(name, importer, { kind }) {
        if (kind !== "require-call" || !name.startsWith(".")) return null;
        const source = resolve(dirname(importer), name.replace(/\.js$/, ".ts"));
        const part = /([^/\\]+)\.ts$/.exec(source)[1];
        if (!sources.has(part)) this.emitFile({ type: "chunk", id: source, name: part });
        else if (sources.get(part) !== source) throw new Error(`two parts have the name ${part}`);
        sources.set(part, source);
        return { id: file(part), external: true };
      },
    };
  }

  /** Whether a module is loaded at once. One that several parts need is: no part loads another. */
  isAtOnce(id, graph, entries) {
    this.#atOnce ??= this.#loadedAtOnce(graph, entries);
    return this.#atOnce.has(id);
  }

  #loadedAtOnce(graph, entries) {
    const loaded = reachable(entries, graph);
    const users = new Map();
    for (const source of this.#sources.values()) {
      if (loaded.has(source)) throw new Error(`${source} is imported too, so that it is not deferred`);
      for (const id of reachable([source], graph)) users.set(id, (users.get(id) ?? 0) + 1);
    }
    for (const [id, count] of users) if (count > 1) loaded.add(id);
    return loaded;
  }

  /**
   * The code of a chunk. That of a part becomes a function of the exports of client.cjs: the part then belongs to the client
   * that asks for it. By its name it would get another copy where the cache of modules was emptied since, as
   * `jest.resetModules()` does, and classes of two copies do not know each other's objects.
   *
   * What is added stands in lines that have no entry in the source map.
   */
  linked(name, code) {
    return this.#sources.has(name) ? asFunction(code) : this.#asked(code);
  }

  #asked(code) {
    const names = [...this.#sources.keys()].filter((name) => code.includes(`require("${file(name)}")`));
    if (names.length === 0) return code;
    const calls = names.reduce(
      (text, name) =>
        text.replaceAll(
          `require("${file(name)}")`,
          `(${variable(name)} ??= require("${file(name)}")(exports))`,
        ),
      code,
    );
    return `let ${names.map(variable).join(", ")}; ${calls}`;
  }
}

const variable = (name) => `part_${name.replaceAll("-", "_")}`;

function asFunction(code) {
  const [body, map = ""] = code.split(/^(?=\/\/# sourceMappingURL=)/m);
  const linked = body.replace(/^const exports_client = require\("\.\/client\.cjs"\);$/m, "").trimEnd();
  if (linked.includes('require("./client.cjs")')) throw new Error("a part loads client.cjs by its name");
  return `module.exports = function (exports_client) { const exports = {}; ${linked}\nreturn exports; };\n${map}`;
}

/** The modules that the given ones import, and these. */
function reachable(ids, graph) {
  const found = new Set(ids);
  for (const id of found) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  return found;
}
