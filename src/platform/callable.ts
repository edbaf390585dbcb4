/** Functions of the program that are called. A class is a function as well, and can only be constructed. */

/** Whether it is a class, the program's or the platform's: its `prototype` cannot be replaced, as that of a function can. @internal */
export function isClass(value: unknown): boolean {
  if (typeof value !== "function") return false;
  return Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}

/** Whether it is a function and no class. @internal */
export function isCallable(value: unknown): value is (...all: never[]) => unknown {
  return typeof value === "function" && !isClass(value);
}
