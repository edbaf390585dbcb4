/** What the judge of a handshake looks at in its answer. What is parsed for it is not kept: ten thousand sessions keep answers. */
import { Headers } from "../headers/headers.js";
import { versionOf } from "./extensions.js";
import type { NetworkStream } from "./network-stream.js";
import { UpgradedBody } from "./upgraded-body.js";
import { type WireResponse, linesOf } from "./wire.js";

/** @internal */
export interface HandshakeAnswer {
  readonly headers: Headers;
  readonly httpVersion: string;
  /** The byte stream that follows it. */
  readonly networkStream: NetworkStream | undefined;
}

/** @internal */
export function handshakeAnswer(wire: WireResponse): HandshakeAnswer {
  const { head } = wire;
  return {
    headers: Headers.fromLines(linesOf(head)),
    httpVersion: versionOf(head),
    networkStream: upgradedStream(wire),
  };
}

/** The byte stream that follows it. @internal */
export function upgradedStream({ source }: WireResponse): NetworkStream | undefined {
  return source instanceof UpgradedBody ? source.networkStream : undefined;
}
