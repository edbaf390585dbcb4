/** Opens a session: the handshake is a GET of the client, with everything that its requests have. */
import type { HeadersInit } from "../headers/headers.js";
import type { URLTypes } from "../request/request.js";
import { upgradedStream } from "../response/handshake-answer.js";
import type { NetworkStream } from "../response/network-stream.js";
import type { Response } from "../response/response.js";
import type { ResponseSettings } from "../response/settings.js";
import { httpOfWebSocket } from "../url/websocket-scheme.js";
import { EngineSession } from "../transports/http/engine-session.js";
import { adoptSignal } from "../platform/adopt-signal.js";
import type { AbortSignalLike } from "../platform/web-types.js";
import { scriptOf } from "../transports/mock/script.js";
import { ScriptedBody } from "../transports/mock/scripted-body.js";
import { ScriptedSession } from "../transports/mock/scripted-session.js";
import {
  type Agreement,
  agreementOf,
  faultOfSubprotocol,
  handshakeHeaders,
  refuseAnswer,
  upgradeError,
} from "./handshake.js";
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

/** What a session takes of the client that sent its handshake. @internal */
export interface HandshakeClient {
  readonly settings: ResponseSettings;
  /** Aborts when the client is closed. */
  readonly closed: AbortSignal;
}

/** A handshake: what is sent, and what becomes of the answer. @internal */
export class Opening<Options extends OpeningOptions> {
  readonly url: string;
  #call: CallOptions<Options> | null;
  readonly #options: SessionOptions;
  readonly #signal: AbortSignalLike | null | undefined;
  readonly #key = newKey();

  constructor(url: URLTypes, options: Options) {
    this.url = httpOfWebSocket(String(url));
    // as they are now: the caller may change them while the answer is awaited
    const { subprotocols, compression, maxMessageBytes, pingInterval, pingTimeout, closeTimeout, ...call } =
      options;
    this.#options = {
      subprotocols,
      compression,
      maxMessageBytes,
      pingInterval,
      pingTimeout,
      closeTimeout,
    };
    this.#signal = options.signal;
    const headers = handshakeHeaders(options.headers, this.#key, this.#options);
    this.#call = Object.assign(call, { headers });
  }

  /** The options of the call that sends it, once: nothing keeps them while the answer is awaited. */
  takeCall(): CallOptions<Options> {
    const call = this.#call!;
    this.#call = null;
    return call;
  }

  /**
   * The session that an answer begins. `isUnseen`: nobody but this package has seen the answer.
   * @throws WebSocketUpgradeError
   */
  answered(
    response: Response,
    isUnseen: boolean,
    client: HandshakeClient,
  ): WebSocketSession | Promise<never> {
    const options = this.#options;
    const signal = adoptSignal(this.#signal);
    const script = scriptOf(response);
    if (script !== null) {
      const chosen = chosenByScript(response, options);
      const session = new ScriptedSession(script, response.request, signal, client.closed);
      response.closeWith(new ScriptedBody(session));
      return new WebSocketSession(session, response, chosen, settingsOf(options, null));
    }
    const wire = isUnseen ? response.untouched?.wire : undefined;
    const stream = wire === undefined ? undefined : upgradedStream(wire);
    const alike = stream === undefined ? null : KeptHandshake.alike(response, this.#key, client.settings);
    if (alike !== null) return begin(alike, stream!, alike.agreement, options, signal);
    const opened = agreementOf(response, this.#key, options);
    if (typeof opened === "string") return refuseAnswer(response, opened);
    const { agreement } = opened;
    const kept = isUnseen ? KeptHandshake.of(response, this.#key, client.settings, agreement) : null;
    if (kept === null) response.request.shareLines();
    return begin(kept ?? response, opened.stream, agreement, options, signal);
  }
}

function begin(
  handshake: Response | KeptHandshake,
  stream: NetworkStream,
  { subprotocol, compression }: Agreement,
  options: SessionOptions,
  signal: AbortSignal | null,
): WebSocketSession {
  const settings = settingsOf(options, compression);
  const channel = EngineSession.over(stream, handshake, settings, signal);
  return new WebSocketSession(channel, handshake, subprotocol, settings);
}

/** A script has no key to answer, but a subprotocol that was not offered is a mistake of the test. */
function chosenByScript(response: Response, options: SessionOptions): string | null {
  const chosen = response.headers.get("sec-websocket-protocol");
  const fault = faultOfSubprotocol(chosen, options);
  if (fault !== null) throw upgradeError(response, fault);
  return chosen;
}
