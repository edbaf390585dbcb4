/** Event handler attributes such as `onmessage`: one listener, at the place where the first one was set. */

/** @internal */
export type Handler = ((event: never) => unknown) | null;

const handlers = new WeakMap<EventTarget, Map<string, { current: Handler }>>();

/** @internal */
export function handlerOf(target: EventTarget, type: string): Handler {
  return handlers.get(target)?.get(type)?.current ?? null;
}

/** Anything but a function is none, as in the platform's classes. @internal */
export function setHandler(target: EventTarget, type: string, given: Handler): void {
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
