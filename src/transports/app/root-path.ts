/**
 * Where an application is mounted. A request below `rootPath` reaches it without that prefix, as from the framework
 * that it is mounted in; any other path is taken to be below it already, as ASGI's `root_path` has it in Starlette.
 */

/** @internal `/api/` is `/api`; `""` and `/` are no mount. @throws TypeError, if it is no path. */
export function checkRootPath(rootPath: string): string {
  if (typeof rootPath !== "string" || /[^\x21-\x7e]|[?#]/.test(rootPath)) {
    throw new TypeError(`rootPath must be a path, not ${JSON.stringify(rootPath)}.`);
  }
  const trimmed = rootPath.replace(/\/+$/, "");
  if (trimmed !== "" && !trimmed.startsWith("/")) {
    throw new TypeError(`rootPath must begin with a slash, unlike ${JSON.stringify(rootPath)}.`);
  }
  return trimmed;
}

/** @internal A path as the application sees it, and as the outside does. */
export interface MountedPath {
  readonly inner: string;
  readonly full: string;
}

/** @internal `path` has a query or none, and may be `*`. */
export function mountedPath(rootPath: string, path: string): MountedPath {
  if (rootPath === "" || !path.startsWith("/")) return { inner: path, full: path };
  if (path.startsWith(rootPath)) {
    const rest = path.slice(rootPath.length);
    if (rest === "" || rest.startsWith("?")) return { inner: `/${rest}`, full: path };
    if (rest.startsWith("/")) return { inner: rest, full: path };
  }
  return { inner: path, full: rootPath + path };
}
