/**
 * What the platform's classes with events have in common: event handler attributes such as `onmessage`, each a listener at the
 * place where it was first set, the constants of `readyState`, and a name.
 */

type Handler = ((event: never) => unknown) | null;

const handlers = new WeakMap<EventTarget, Map<string, { current: Handler }>>();

/**
 * Gives a class its name, its constants and the attributes of these events.
 *
 * @internal
 */
export function definePlatformClass(
  defined: { readonly prototype: EventTarget },
  name: string,
  states: Readonly<Record<string, number>>,
  events: readonly string[],
): void {
  const { prototype } = defined;
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  for (const [state, value] of Object.entries(states)) {
    for (const target of [defined, prototype]) {
      Object.defineProperty(target, state, { value, enumerable: true });
    }
  }
  for (const type of events) {
    Object.defineProperty(prototype, `on${type}`, {
      get(this: EventTarget) {
        return handlers.get(this)?.get(type)?.current ?? null;
      },
      set(this: EventTarget, given: Handler) {
        setHandler(this, type, given);
      },
      enumerable: true,
      configurable: true,
    });
  }
}

/** Anything but a function is none, as in the platform's classes. */
function setHandler(target: EventTarget, type: string, given: Handler): void {
  const handler = typeof given === "function" ? given : null;
  let own = handlers.get(target);
  if (own === undefined) handlers.set(target, (own = new Map()));
  const known = own.get(type);
  if (known !== undefined) {
    known.current = handler;
    return;
  }
  const entry = { current: handler };
  own.set(type, entry);
  target.addEventListener(type, (event) => {
    if (entry.current !== null) Reflect.apply(entry.current, target, [event]);
  });
}
