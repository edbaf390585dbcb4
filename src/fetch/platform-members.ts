/** What a subclass of a class of the platform needs so that its members look as those of the platform do. */

/** The attributes of the platform's members (Web IDL, 3.7.6 and 3.7.7). @internal */
export const PLATFORM_MEMBER = { enumerable: true, configurable: true, writable: true } as const;

type Method = (...values: unknown[]) => unknown;

/** Lets `for … in` find the members that the platform's own class shows, which those of a class of a program hide. @internal */
export function showMembers(own: object, platform: object): void {
  for (const [name, { enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(platform))) {
    if (enumerable && Object.hasOwn(own, name)) Object.defineProperty(own, name, { enumerable });
  }
}

/** The methods that only the platform's class has, by their names. @internal */
export function methodsBeyond(own: object, platform: object): [name: string, method: Method][] {
  return Object.entries(Object.getOwnPropertyDescriptors(platform)).flatMap(([name, { value }]) =>
    typeof value === "function" && !Object.hasOwn(own, name) ? [[name, value as Method]] : [],
  );
}
