/**
 * The packages that hold a binary, each required by its literal name: bundlers and file tracers find the installed one
 * so. They forgive the missing ones because the calls stand in a `try` block.
 */

/** The platforms that a binary is published for: the names of the folders in `npm/`. @internal */
export const PUBLISHED = [
  "linux-x64-gnu",
  "linux-x64-musl",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64-msvc",
  "win32-arm64-msvc",
];

/**
 * The exports of the platform's package: by its literal name, and else by `byName`, which asks for the same name at run
 * time. There is no `require` in an ES module that a bundler made, for example.
 *
 * @throws what keeps an installed binary from loading, or the error of a package that is not installed.
 * @internal
 */
export function requirePlatformPackage(triple: string, byName: () => unknown): unknown {
  let bundled: unknown = null;
  try {
    switch (triple) {
      case "linux-x64-gnu":
        return require("httpxide-linux-x64-gnu");
      case "linux-x64-musl":
        return require("httpxide-linux-x64-musl");
      case "linux-arm64-gnu":
        return require("httpxide-linux-arm64-gnu");
      case "linux-arm64-musl":
        return require("httpxide-linux-arm64-musl");
      case "darwin-x64":
        return require("httpxide-darwin-x64");
      case "darwin-arm64":
        return require("httpxide-darwin-arm64");
      case "win32-x64-msvc":
        return require("httpxide-win32-x64-msvc");
      case "win32-arm64-msvc":
        return require("httpxide-win32-arm64-msvc");
    }
  } catch (failure) {
    if ((failure as { code?: string }).code === "ERR_DLOPEN_FAILED") throw failure;
    bundled = failure;
  }
  try {
    return byName();
  } catch (failure) {
    // The code that a bundler put in place of the literal name knows more than that nothing has this name here.
    throw bundled !== null && isMissing(failure) && !isMissing(bundled) ? bundled : failure;
  }
}

function isMissing(failure: unknown): boolean {
  return failure instanceof ReferenceError || (failure as { code?: string }).code === "MODULE_NOT_FOUND";
}
