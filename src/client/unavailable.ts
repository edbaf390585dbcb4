/**
 * HTTPX's options that this version does not have yet. They are not in the types; given all the same, they are
 * refused rather than ignored. A value that means "no" passes. An entry goes when its option arrives; this file
 * with the last of them.
 */

const CLIENT_OPTIONS = new Set(["cert", "localAddress", "proxy"]);

function meansNo(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function refuse(unavailable: ReadonlySet<string>, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (unavailable.has(name) && !meansNo(value)) throw new TypeError(`${name} is not available yet.`);
  }
}

/** @internal @throws TypeError */
export function refuseUnavailableClientOptions(options: object): void {
  refuse(CLIENT_OPTIONS, options);
}
