/** Path and query of a Smithy request, escaped as its signature has them. */
import type { SmithyRequest } from "./types.js";

/** @internal */
export function targetOf({ path, query }: Pick<SmithyRequest, "path" | "query">): string {
  const parts = Object.keys(query ?? {})
    .toSorted()
    .flatMap((name) => {
      const value = query?.[name];
      const values = Array.isArray(value) ? value : [value];
      const key = escaped(name);
      return values.map((one) => (one === undefined || one === null ? key : `${key}=${escaped(one)}`));
    });
  const start = path.startsWith("/") ? path : `/${path}`;
  return parts.length === 0 ? start : `${start}${start.includes("?") ? "&" : "?"}${parts.join("&")}`;
}

/** RFC 3986: everything but unreserved characters. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
