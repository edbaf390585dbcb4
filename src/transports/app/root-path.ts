/**
 * The path at which an application is mounted. A request below `rootPath` reaches it without the prefix, as from a
 * framework that mounts it; any other path is taken to be below it already, as with ASGI's `root_path` in Starlette.
 */
import { quoted } from "../../config/value-checks.js";
import { wrongType } from "../../platform/argument-error.js";

/** @internal `/api/` becomes `/api`; `""` and `/` mean no mount. @throws TypeError if it is not a path. */
export function checkRootPath(rootPath: string): string {
  if (typeof rootPath !== "string" || /[^\x21-\x7e]|[?#]/.test(rootPath)) {
    throw wrongType(`rootPath must be a path, not ${quoted(rootPath)}.`);
  }
  const trimmed = rootPath.replace(/\/+$/, "");
  if (trimmed !== "" && !trimmed.startsWith("/")) {
    throw wrongType(`rootPath must begin with a slash, unlike ${quoted(rootPath)}.`);
  }
  return trimmed;
}

/** @internal A path as the application sees it, and as the client does. */
export interface MountedPath {
  readonly inner: string;
  readonly full: string;
}

/** @internal `path` may have a query, and may be `*`. */
export function mountedPath(rootPath: string, path: string): MountedPath {
  if (rootPath === "" || !path.startsWith("/")) return { inner: path, full: path };
  if (path.startsWith(rootPath)) {
    const rest = path.slice(rootPath.length);
    if (rest === "" || rest.startsWith("?")) return { inner: `/${rest}`, full: path };
    if (rest.startsWith("/")) return { inner: rest, full: path };
  }
  return { inner: path, full: rootPath + path };
}
