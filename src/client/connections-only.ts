/**
 * What the interfaces of other clients take from a client: its transports and the settings of its responses. They have rules
 * of their own for cookies, redirects and hooks.
 */
import { Cookies } from "../cookies/cookies.js";
import { eventHooksOf } from "../middleware/event-hooks.js";
import type { SendingClient } from "../middleware/middleware.js";

/** @internal */
export function connectionsOnly(client: SendingClient): SendingClient {
  return {
    eventHooks: eventHooksOf(null),
    cookies: new Cookies(),
    keepsCookies: false,
    maxRedirects: 0,
    sensitiveHeaders: new Set(),
    settings: client.settings,
    reportsAsUndici: client.reportsAsUndici,
    closed: client.closed,
    transportFor: (request) => client.transportFor(request),
  };
}
