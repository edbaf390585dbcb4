/** The grammar of a netrc file, as in Python's `netrc`: entries of keywords with one value each, and macros. */
import { type NetrcEntries, type NetrcEntry, canonicalHost } from "./netrc-entries.js";
import { NetrcWords } from "./netrc-words.js";

const FIELDS: Readonly<Record<string, keyof NetrcEntry>> = {
  login: "login",
  user: "login",
  account: "account",
  password: "password",
};

/**
 * @param file for messages
 * @throws SyntaxError naming file and line
 * @internal
 */
export function parseNetrc(text: string, file: string): NetrcEntries {
  const words = new NetrcWords(text, file);
  const entries: NetrcEntries = { machines: new Map(), fallback: null };
  let current: NetrcEntry | null = null;
  for (;;) {
    const keyword = words.nextKeyword();
    if (keyword === null) return entries;
    const field = Object.hasOwn(FIELDS, keyword) ? FIELDS[keyword] : undefined;
    if (keyword === "machine") {
      const host = canonicalHost(words.value("machine"));
      current = emptyEntry();
      entries.machines.set(host, current);
    } else if (keyword === "default") {
      current = emptyEntry();
      entries.fallback = current;
    } else if (keyword === "macdef") {
      words.value("macdef");
      words.skipMacro();
      current = null;
    } else if (field !== undefined && current !== null) {
      current[field] = words.value(keyword);
    } else {
      throw words.fault(
        current === null
          ? "expected machine, default or macdef"
          : "expected login, account, password, machine, default or macdef",
      );
    }
  }
}

function emptyEntry(): NetrcEntry {
  return { login: "", account: "", password: "" };
}
