/** The messages of a session, below `WebSocketSession`: over a connection of the engine, or in a script of a mock. */

import type { UnsharedBytes } from "../platform/unshared.js";
import type { NetworkStream } from "../response/network-stream.js";

/** @internal */
export interface SessionChannel {
  /** @throws WebSocketDisconnect after the last message. */
  receive(): Promise<string | UnsharedBytes>;
  /** A message, or a part of one. Resolves when there is room for more. @throws WebSocketDisconnect */
  send(data: string | Uint8Array, isText: boolean, isFirst?: boolean, isLast?: boolean): Promise<void>;
  ping(payload: Uint8Array): Promise<number>;
  /** Settles as `work` does, unless the session ends before. @throws WebSocketDisconnect */
  whileOpen<T>(work: Promise<T>): Promise<T>;
  /** Null sends no code. Never rejects. */
  close(code: number | null, reason: string): Promise<void>;
  /** The stream that it took over, which can only be closed; null for a script. */
  readonly networkStream: NetworkStream | null;
  readonly bufferedAmount: number;
  /** Code and reason of the end; null while the session is open. */
  readonly end: { readonly code: number; readonly reason: string } | null;
}
