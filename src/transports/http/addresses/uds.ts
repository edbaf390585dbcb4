/** The path of a Unix socket, or of a named pipe on Windows: `uds`. */
import { wrongType } from "../../../platform/argument-error.js";
import { aString } from "../../../config/value-checks.js";
import type { DnsOptions } from "./dns.js";

/** @internal @throws TypeError for a path that no socket of this system can have. */
export function aSocketPath(value: unknown, name: string): void {
  aString(value, name);
  if (value === "") throw wrongType(`${name} must be the path of a socket, not an empty string.`);
  const isAbstract = value.startsWith("\0");
  if (isAbstract && process.platform !== "linux") {
    throw wrongType(`${name} begins with a NUL: abstract sockets exist on Linux only.`);
  }
  if (!isAbstract && value.includes("\0")) throw wrongType(`${name} must be a path, which has no NUL.`);
  if (process.platform === "win32" && !/^\\\\[.?]\\pipe\\./i.test(value)) {
    throw wrongType(`${name} must be a named pipe on Windows: "\\\\.\\pipe\\name".`);
  }
}

/** Checks it beside the options that it would leave without effect. @internal @throws TypeError */
export function checkedSocketPath({
  uds,
  dns,
  resolver,
}: {
  uds?: string | undefined;
  dns?: DnsOptions | null | undefined;
  resolver?: object | null | undefined;
}): string | undefined {
  if (uds === undefined) return undefined;
  const name = (dns ?? null) !== null ? "dns" : (resolver ?? null) !== null ? "resolver" : null;
  if (name !== null) throw wrongType(`${name} is for names of hosts, and with uds no name is looked up.`);
  return uds;
}
