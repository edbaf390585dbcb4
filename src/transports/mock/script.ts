/** The script of a test that is the server of a WebSocket. A response carries it to where the session is opened. */
import type { UnsharedBytes } from "../../platform/unshared.js";
import type { Request } from "../../request/request.js";
import { Response } from "../../response/response.js";

/** The server's side of a scripted WebSocket. It closes with 1000 when the script returns. */
export interface MockWebSocket extends AsyncIterable<string | UnsharedBytes> {
  /** The request of the handshake. */
  readonly request: Request;
  /** Sends a message. Resolves when the client has received it. */
  send(data: string | Uint8Array): Promise<void>;
  /** The next message of the client; null once the client has closed. */
  receive(): Promise<string | UnsharedBytes | null>;
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

/** The script of a response that {@link scripted} made; null for any other. @internal */
export function scriptOf(response: Response): MockWebSocketScript | null {
  return (response.givenExtensions?.[SCRIPT] as MockWebSocketScript | undefined) ?? null;
}
