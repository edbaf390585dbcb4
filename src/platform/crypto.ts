/** `node:crypto`, loaded at its first use: it takes 4 ms of the start of a process, and few requests need it. */
import type nodeCrypto from "node:crypto";

/** @internal */
export function crypto(): typeof nodeCrypto {
  return process.getBuiltinModule("node:crypto");
}
