/** Opens a session: the handshake is a GET of the client, with everything that its requests have. */
import type { HeadersInit } from "../headers/headers.js";
import type { URLTypes } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { ResponseSettings } from "../response/settings.js";
import { httpOfWebSocket } from "../url/websocket-scheme.js";
import { EngineSession } from "../transports/http/engine-session.js";
import { adoptSignal } from "../platform/adopt-signal.js";
import type { AbortSignalLike } from "../platform/web-types.js";
import { scriptOf } from "../transports/mock/script.js";
import { ScriptedSession } from "../transports/mock/scripted-session.js";
import { faultOfSubprotocol, handshakeHeaders, judgeAnswer, upgradeError } from "./handshake.js";
import { KeptHandshake } from "./kept-handshake.js";
import { newKey } from "./key.js";
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

/** The client that sends a handshake. @internal */
export interface HandshakeClient<Options extends OpeningOptions> {
  readonly settings: ResponseSettings;
  /** Aborts when the client is closed. */
  readonly closed: AbortSignal;
  send(url: string, options: CallOptions<Options>): Promise<Response>;
  /** Whether a response that `send` has given has been seen by nobody else. */
  isUnseen(response: Response): boolean;
}

/**
 * Sends the handshake, and returns the session.
 * @throws WebSocketUpgradeError, and what the client's `send` throws.
 * @internal
 */
export async function openSession<Options extends OpeningOptions>(
  url: URLTypes,
  options: Options,
  client: HandshakeClient<Options>,
): Promise<WebSocketSession> {
  const { subprotocols, compression, maxMessageBytes, pingInterval, pingTimeout, closeTimeout, ...ofCall } =
    options;
  const ofSession = { subprotocols, compression, maxMessageBytes, pingInterval, pingTimeout, closeTimeout };
  const key = newKey();
  const headers = handshakeHeaders(options.headers, key, ofSession);
  const response = await client.send(httpOfWebSocket(String(url)), { ...ofCall, headers });
  const signal = adoptSignal(options.signal);
  const script = scriptOf(response);
  if (script !== null) {
    const chosen = chosenByScript(response, ofSession);
    const session = new ScriptedSession(script, response.request, signal, client.closed);
    return new WebSocketSession(session, response, chosen, settingsOf(ofSession, null));
  }
  const { stream, subprotocol, compression: agreed } = await judgeAnswer(response, key, ofSession);
  const settings = settingsOf(ofSession, agreed);
  const kept = client.isUnseen(response) ? KeptHandshake.of(response, key, client.settings) : null;
  if (kept === null) response.request.shareLines();
  const handshake = kept ?? response;
  const session = EngineSession.over(stream, handshake, settings, signal);
  return new WebSocketSession(session, handshake, subprotocol, settings);
}

/** A script has no key to answer, but a subprotocol that was not offered is a mistake of the test. */
function chosenByScript(response: Response, options: SessionOptions): string | null {
  const chosen = response.headers.get("sec-websocket-protocol");
  const fault = faultOfSubprotocol(chosen, options);
  if (fault !== null) throw upgradeError(response, fault);
  return chosen;
}
