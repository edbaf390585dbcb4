/**
 * What the platform's classes with events have in common: event handler attributes such as `onmessage` (WHATWG HTML, 8.1.8.1),
 * the constants of `readyState`, a name, and members that a loop over an object sees (Web IDL, 3.7).
 */

/** A function; or any other object, which is kept and never called. */
type Handler = object | null;

/** An attribute that has a handler. */
interface Active {
  handler: object;
  readonly listener: (event: Event) => void;
}

const handlers = new WeakMap<EventTarget, Map<string, Active>>();

/**
 * Gives a class its name, its constants and the attributes of these events.
 *
 * @internal
 */
export function definePlatformClass(
  defined: { readonly prototype: EventTarget & { readonly readyState: number } },
  name: string,
  states: Readonly<Record<string, number>>,
  events: readonly string[],
): void {
  const { prototype } = defined;
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (key !== "constructor") Object.defineProperty(prototype, key, { ...member, enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  for (const [state, value] of Object.entries(states)) {
    for (const target of [defined, prototype]) {
      Object.defineProperty(target, state, { value, enumerable: true });
    }
  }
  /** @throws TypeError for an object that is not of the class: it has no state. */
  const check = (target: EventTarget): unknown => Reflect.get(prototype, "readyState", target);
  for (const type of events) {
    Object.defineProperty(prototype, `on${type}`, {
      get(this: EventTarget): Handler {
        check(this);
        return handlers.get(this)?.get(type)?.handler ?? null;
      },
      set(this: EventTarget, given: unknown) {
        check(this);
        setHandler(this, type, isHandler(given) ? given : null);
      },
      enumerable: true,
      configurable: true,
    });
  }
}

/** Anything but an object is none. */
function isHandler(given: unknown): given is object {
  return typeof given === "function" || (typeof given === "object" && given !== null);
}

/** A handler keeps its place among the listeners until it is taken away. */
function setHandler(target: EventTarget, type: string, handler: Handler): void {
  let own = handlers.get(target);
  if (own === undefined) handlers.set(target, (own = new Map()));
  const known = own.get(type);
  if (handler === null) {
    if (known !== undefined) target.removeEventListener(type, known.listener);
    own.delete(type);
  } else if (known !== undefined) {
    known.handler = handler;
  } else {
    const active: Active = {
      handler,
      listener: (event) => {
        if (typeof active.handler === "function") Reflect.apply(active.handler, target, [event]);
      },
    };
    own.set(type, active);
    target.addEventListener(type, active.listener);
  }
}
