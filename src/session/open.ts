/** Opens a session: the handshake is a GET of the client, with everything that its requests have. */
import type { HeadersInit } from "../headers/headers.js";
import type { URLTypes } from "../request/request.js";
import type { Response } from "../response/response.js";
import { httpOfWebSocket } from "../url/websocket-scheme.js";
import { EngineSession } from "../transports/http/engine-session.js";
import { adoptSignal } from "../platform/adopt-signal.js";
import type { AbortSignalLike } from "../platform/web-types.js";
import { ScriptedSession, scriptOf } from "../transports/mock/scripted-session.js";
import { faultOfSubprotocol, handshakeHeaders, judgeAnswer, upgradeError } from "./handshake.js";
import { type SessionOptions, settingsOf } from "./options.js";
import { WebSocketSession } from "./session.js";

/** The options of a call that opens a session. */
interface OpeningOptions extends SessionOptions {
  headers?: HeadersInit | null | undefined;
  signal?: AbortSignalLike | null | undefined;
}

/** @internal */
export type CallOptions<Options extends OpeningOptions> = Omit<Options, keyof SessionOptions> & {
  headers: HeadersInit;
};

/**
 * Sends the handshake by `send`, and returns the session. `closed` aborts when the client is closed.
 * @throws WebSocketUpgradeError, and what `send` throws.
 * @internal
 */
export async function openSession<Options extends OpeningOptions>(
  url: URLTypes,
  options: Options,
  closed: AbortSignal,
  send: (url: string, options: CallOptions<Options>) => Promise<Response>,
): Promise<WebSocketSession> {
  const { subprotocols, compression, maxMessageBytes, pingInterval, pingTimeout, closeTimeout, ...ofCall } =
    options;
  const ofSession = { subprotocols, compression, maxMessageBytes, pingInterval, pingTimeout, closeTimeout };
  const headers = handshakeHeaders(options.headers, ofSession);
  const response = await send(httpOfWebSocket(String(url)), { ...ofCall, headers });
  const signal = adoptSignal(options.signal);
  const script = scriptOf(response);
  if (script !== null) {
    const chosen = chosenByScript(response, ofSession);
    const session = new ScriptedSession(script, response.request, signal, closed);
    return new WebSocketSession(session, response, chosen, settingsOf(ofSession, null));
  }
  const agreement = await judgeAnswer(response, ofSession);
  const settings = settingsOf(ofSession, agreement.compression);
  const session = EngineSession.over(agreement.stream, response.request, settings, signal);
  response.request.shareLines();
  return new WebSocketSession(session, response, agreement.subprotocol, settings);
}

/** A script has no key to answer, but a subprotocol that was not offered is a mistake of the test. */
function chosenByScript(response: Response, options: SessionOptions): string | null {
  const chosen = response.headers.get("sec-websocket-protocol");
  const fault = faultOfSubprotocol(chosen, options);
  if (fault !== null) throw upgradeError(response, fault);
  return chosen;
}
