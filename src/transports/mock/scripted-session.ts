/**
 * A WebSocket whose server is a script of the test: messages go between the two as they are, without frames.
 */
import { Blob } from "../../platform/classes.js";
import { disconnectFromEngine } from "../../errors/websocket-end.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";
import type { SessionChannel } from "../session-channel.js";
import { MessageQueue } from "./message-queue.js";

/** The server's side of a scripted WebSocket. It closes with 1000 when the script returns. */
export interface MockWebSocket extends AsyncIterable<string | Uint8Array> {
  /** The request of the handshake. */
  readonly request: Request;
  /** Sends a message. Resolves when the client has received it. */
  send(data: string | Uint8Array): Promise<void>;
  /** The next message of the client; null once the client has closed. */
  receive(): Promise<string | Uint8Array | null>;
  /** Closes the session; without a code if it is null. */
  close(code?: number | null, reason?: string): void;
  /** The code with which the client closed; null while it has not. */
  readonly closeCode: number | null;
}

/** What a test plays. An exception ends the session with 1011. */
export type MockWebSocketScript = (socket: MockWebSocket) => void | Promise<void>;

/** The extension of a response that has a script. @internal */
export const SCRIPT = "webSocketScript";

/** A response that agrees to a WebSocket. @internal */
export function scripted(script: MockWebSocketScript, subprotocol: string | null): Response {
  return new Response(101, {
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      ...(subprotocol === null ? {} : { "Sec-WebSocket-Protocol": subprotocol }),
    },
    extensions: { [SCRIPT]: script },
  });
}

/** The session of a response that {@link scripted} made; null for any other. @internal */
export function scriptedSession(response: Response): ScriptedSession | null {
  const script = response.givenExtensions?.[SCRIPT] as MockWebSocketScript | undefined;
  return script === undefined ? null : new ScriptedSession(script, response.request);
}

interface End {
  readonly code: number;
  readonly reason: string;
}

const NO_STATUS = 1005;

/** @internal */
export class ScriptedSession implements SessionChannel {
  readonly #request: Request;
  readonly #toClient = new MessageQueue();
  readonly #toServer = new MessageQueue();
  #parts: Uint8Array[] = [];
  #closedByClient: End | null = null;
  #cause: unknown = undefined;
  end: End | null = null;
  readonly bufferedAmount = 0;

  constructor(script: MockWebSocketScript, request: Request) {
    this.#request = request;
    void this.#play(script);
  }

  async receive(): Promise<string | Uint8Array> {
    const message = await this.#toClient.take();
    if (message === null) throw this.#ended();
    return message;
  }

  async send(data: string | Uint8Array, isText: boolean, isFirst = true, isLast = true): Promise<void> {
    if (this.end !== null) throw this.#ended();
    if (isText) return await this.#toServer.put(data);
    const bytes = new Uint8Array(data as Uint8Array);
    if (isFirst && isLast) return await this.#toServer.put(bytes);
    this.#parts.push(bytes);
    if (!isLast) return;
    const parts = this.#parts;
    this.#parts = [];
    await this.#toServer.put(new Uint8Array(await new Blob(parts).arrayBuffer()));
  }

  async ping(): Promise<number> {
    if (this.end !== null) throw this.#ended();
    return 0;
  }

  async close(code: number | null, reason: string): Promise<void> {
    this.#closedByClient ??= { code: code ?? NO_STATUS, reason };
    this.#finish(this.#closedByClient);
  }

  endWith(): void {
    // a script holds no connection
  }

  async #play(script: MockWebSocketScript): Promise<void> {
    const closedBy = (): End | null => this.#closedByClient;
    const receive = (): Promise<string | Uint8Array | null> => this.#toServer.take();
    const socket: MockWebSocket = {
      request: this.#request,
      send: (data) => this.#toClient.put(typeof data === "string" ? data : new Uint8Array(data)),
      receive,
      close: (code = 1000, reason = "") => this.#finish({ code: code ?? NO_STATUS, reason }),
      get closeCode() {
        return closedBy()?.code ?? null;
      },
      async *[Symbol.asyncIterator]() {
        for (let message; (message = await receive()) !== null;) yield message;
      },
    };
    try {
      await script(socket);
      this.#finish({ code: 1000, reason: "" });
    } catch (error) {
      this.#cause = error;
      this.#finish({ code: 1011, reason: "the script failed" });
    }
  }

  #finish(end: End): void {
    this.end ??= end;
    this.#toClient.end();
    this.#toServer.end();
  }

  #ended(): Error {
    const error = disconnectFromEngine({ ...this.end!, failure: null }, this.#request);
    if (this.#cause !== undefined) error.cause = this.#cause;
    return error;
  }
}
