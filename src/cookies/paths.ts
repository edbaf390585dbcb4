/** Paths of cookies (RFC 6265bis, 5.1.4): what a path covers, and the path of a cookie that names none. */

/** Whether `path` is `cookiePath` or below it. @internal */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith("/") || path[cookiePath.length] === "/";
}

/** The path of a cookie without a `Path` in the answer to a request for `path`. @internal */
export function defaultPath(path: string): string {
  return path.startsWith("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : "/";
}
