/** `httpxide/eventsource`: the platform's `EventSource`, over the engine of this package. */
import { surplusArgument } from "../platform/argument-error.js";
import type { AsyncClient } from "../client/async-client.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor, sharedClient } from "../client/shared-client.js";
import { eventSourceOver } from "./eventsource.js";
import type { EventSourceClass } from "./types.js";

export type {
  EventSourceClass,
  EventSourceErrorEvent,
  EventSourceInit,
  EventSourceMessageEvent,
  PlatformEventSource,
} from "./types.js";

/**
 * Makes an `EventSource` class that uses a client: its auth, cookies, headers, base URL, TLS, proxy and limits.
 *
 * @param client or options for a new one; without it, the one that {@link EventSource} uses.
 * @throws TypeError, RangeError for invalid options.
 *
 * @example
 * const EventSource = createEventSource({ auth: ["user", "password"] });
 * const source = new EventSource("https://example.org/events");
 */
export function createEventSource(client?: AsyncClient | AsyncClientOptions): EventSourceClass {
  if (arguments.length > 1) throw surplusArgument("createEventSource()", "a client or its options");
  return eventSourceOver(clientFor(client));
}

/** The platform's `EventSource`, over a client that all of them share. */
export const EventSource: EventSourceClass = eventSourceOver(sharedClient);
