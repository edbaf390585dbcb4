/**
 * What RFC 6455 and RFC 7692 demand of a client, frame by frame, in the order of Autobahn's test groups. Each case says
 * what the server sends, and with which code the client ends the session, if it does.
 */
import { constants, deflateRawSync } from "node:zlib";
import test from "ava";
import { AsyncClient, RemoteProtocolError, WebSocketDisconnect } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { eventually } from "../helpers/waiting.js";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  PING,
  PONG,
  TEXT,
  closeFrame,
  codeOf,
  frame,
  startWebSocketServer,
} from "../helpers/websocket-server.js";

interface Case {
  readonly sends: readonly Uint8Array[];
  /** The messages that the client receives. */
  readonly messages?: readonly (string | Uint8Array)[];
  /** The payloads of the pongs. */
  readonly pongs?: readonly string[];
  /** The code of the client's close frame. Default: the session stays open. */
  readonly code?: number;
  /** Whether permessage-deflate was agreed to. */
  readonly isCompressed?: boolean;
  readonly maxMessageBytes?: number;
}

const MORE = { isFinal: false };
const COMPRESSED = { rsv: 4 };

function deflated(text: string | Uint8Array): Buffer {
  const bytes = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  return bytes.subarray(0, -4);
}

const rawHead = (...bytes: number[]): Buffer => Buffer.from(bytes);
const half = deflated("x".repeat(2000));

const CASES: Record<string, Case> = {
  // 1: framing
  ...Object.fromEntries(
    [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_000].map((length) => [
      `text of ${length} bytes`,
      { sends: [frame(TEXT, "*".repeat(length))], messages: ["*".repeat(length)] },
    ]),
  ),
  // 2: pings and pongs
  "ten pings in a row": {
    sends: Array.from({ length: 10 }, (_, index) => frame(PING, `payload-${index}`)),
    pongs: Array.from({ length: 10 }, (_, index) => `payload-${index}`),
  },
  "a ping of 125 bytes": { sends: [frame(PING, "p".repeat(125))], pongs: ["p".repeat(125)] },
  "a ping of 126 bytes": { sends: [frame(PING, "p".repeat(126))], code: 1002 },
  "pongs that were not asked for": {
    sends: [frame(PONG), frame(PONG, "x"), frame(TEXT, "a")],
    messages: ["a"],
  },
  // 3: reserved bits
  "RSV1 without an extension": { sends: [frame(TEXT, "a", { rsv: 4 })], code: 1002 },
  RSV2: { sends: [frame(TEXT, "a", { rsv: 2 })], code: 1002 },
  RSV3: { sends: [frame(BINARY, "a", { rsv: 1 })], code: 1002 },
  "RSV3 on a ping": { sends: [frame(PING, "a", { rsv: 1 })], code: 1002 },
  // 4: opcodes
  ...Object.fromEntries(
    [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [
      `the reserved opcode ${opcode}`,
      { sends: [frame(TEXT, "before"), frame(opcode, "a")], messages: ["before"], code: 1002 },
    ]),
  ),
  // 5: fragmentation
  "fragments with a ping between": {
    sends: [frame(TEXT, "a", MORE), frame(PING, "p"), frame(CONTINUATION, "b")],
    messages: ["ab"],
    pongs: ["p"],
  },
  "a fragmented ping": { sends: [frame(PING, "a", MORE), frame(CONTINUATION, "b")], code: 1002 },
  "a fragmented close": { sends: [frame(CLOSE, "", MORE)], code: 1002 },
  "a continuation of nothing": { sends: [frame(CONTINUATION, "a")], code: 1002 },
  "a continuation after a whole message": {
    sends: [frame(TEXT, "a"), frame(CONTINUATION, "b")],
    messages: ["a"],
    code: 1002,
  },
  "a message inside of another": { sends: [frame(TEXT, "a", MORE), frame(TEXT, "b")], code: 1002 },
  "empty fragments": {
    sends: [frame(BINARY, "", MORE), frame(CONTINUATION, "", MORE), frame(CONTINUATION, "")],
    messages: [new Uint8Array(0)],
  },
  "a masked frame": { sends: [frame(TEXT, "a", { mask: Buffer.from([1, 2, 3, 4]) })], code: 1002 },
  "a length of 16 bits that has room in 7": { sends: [rawHead(0x81, 126, 0, 125)], code: 1002 },
  "a length of 64 bits that has room in 16": {
    sends: [rawHead(0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff)],
    code: 1002,
  },
  "a length with its highest bit": { sends: [rawHead(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0)], code: 1002 },
  // 6: UTF-8
  "text of every length of character": { sends: [frame(TEXT, "aé€😀\u0000")], messages: ["aé€😀\u0000"] },
  "a byte order mark": { sends: [frame(TEXT, "\ufeffa")], messages: ["\ufeffa"] },
  "a character cut by a fragment": {
    sends: [
      frame(TEXT, Buffer.from("😀").subarray(0, 2), MORE),
      frame(CONTINUATION, Buffer.from("😀").subarray(2)),
    ],
    messages: ["😀"],
  },
  "a character that does not end": { sends: [frame(TEXT, Buffer.from("😀").subarray(0, 3))], code: 1007 },
  "a surrogate": { sends: [frame(TEXT, rawHead(0xed, 0xa0, 0x80))], code: 1007 },
  "an overlong character": { sends: [frame(TEXT, rawHead(0xc0, 0xaf))], code: 1007 },
  "a character above U+10FFFF": { sends: [frame(TEXT, rawHead(0xf4, 0x90, 0x80, 0x80))], code: 1007 },
  "a bad byte in a fragment, before the message ends": {
    sends: [frame(TEXT, rawHead(0x61, 0xff), MORE)],
    code: 1007,
  },
  "a bad byte in a frame, before the frame ends": {
    sends: [Buffer.concat([rawHead(0x81, 126, 0x40, 0), Buffer.from("good"), rawHead(0xff)])],
    code: 1007,
  },
  "bytes that are no text": { sends: [frame(BINARY, rawHead(0xff))], messages: [new Uint8Array([0xff])] },
  // 7: closing
  "a close without a code": { sends: [closeFrame()], code: 1005 },
  "a close of one byte": { sends: [frame(CLOSE, "a")], code: 1002 },
  "a close with 123 bytes of reason": { sends: [closeFrame(1000, "r".repeat(123))], code: 1000 },
  "a close with 124 bytes of reason": { sends: [closeFrame(1000, "r".repeat(124))], code: 1002 },
  "a close with a reason that is no UTF-8": { sends: [frame(CLOSE, rawHead(3, 232, 0xff))], code: 1007 },
  ...Object.fromEntries(
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) => [
      `a close with ${code}`,
      { sends: [closeFrame(code)], code },
    ]),
  ),
  ...Object.fromEntries(
    [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) => [
      `a close with ${code}, which none may have`,
      { sends: [closeFrame(code)], code: 1002 },
    ]),
  ),
  // 9, 10: limits, and messages in many fragments
  "a message of the limit": {
    sends: [
      frame(BINARY, Buffer.alloc(1000)),
      frame(BINARY, Buffer.alloc(400), MORE),
      frame(CONTINUATION, Buffer.alloc(600)),
    ],
    messages: [new Uint8Array(1000), new Uint8Array(1000)],
    maxMessageBytes: 1000,
  },
  "64 KiB in fragments of 1,300 bytes": {
    sends: Array.from({ length: 51 }, (_, index) =>
      frame(index === 0 ? TEXT : CONTINUATION, "*".repeat(index < 50 ? 1300 : 536), {
        isFinal: index === 50,
      }),
    ),
    messages: ["*".repeat(65_536)],
  },
  "a head that announces more than the limit": {
    sends: [rawHead(0x82, 126, 0x03, 0xe9)],
    code: 1009,
    maxMessageBytes: 1000,
  },
  "a head that announces 2⁶² bytes": { sends: [rawHead(0x82, 127, 0x40, 0, 0, 0, 0, 0, 0, 0)], code: 1009 },
  "fragments beyond the limit": {
    sends: [frame(BINARY, Buffer.alloc(1000), MORE), frame(CONTINUATION, "x")],
    code: 1009,
    maxMessageBytes: 1000,
  },
  // 12, 13: compression; compression.test.ts has the messages of every agreement
  "compressed messages that share a window": {
    sends: [
      frame(TEXT, deflated("hello hello"), COMPRESSED),
      frame(BINARY, "plain"),
      frame(TEXT, deflated("hello"), COMPRESSED),
    ],
    messages: ["hello hello", new Uint8Array(Buffer.from("plain")), "hello"],
    isCompressed: true,
  },
  "a compressed message in fragments": {
    sends: [
      frame(TEXT, half.subarray(0, 3), { ...MORE, ...COMPRESSED }),
      frame(PING, "p"),
      frame(CONTINUATION, half.subarray(3)),
    ],
    messages: ["x".repeat(2000)],
    pongs: ["p"],
    isCompressed: true,
  },
  "a compressed empty message": {
    sends: [frame(TEXT, rawHead(0), COMPRESSED)],
    messages: [""],
    isCompressed: true,
  },
  "RSV1 on a continuation": {
    sends: [
      frame(TEXT, half.subarray(0, 3), { ...MORE, ...COMPRESSED }),
      frame(CONTINUATION, half.subarray(3), COMPRESSED),
    ],
    code: 1002,
    isCompressed: true,
  },
  "RSV1 on a ping": { sends: [frame(PING, "p", COMPRESSED)], code: 1002, isCompressed: true },
  "bytes that do not inflate": {
    sends: [frame(TEXT, rawHead(0xff, 0xff, 0xff), COMPRESSED)],
    code: 1007,
    isCompressed: true,
  },
  "compressed text that is no UTF-8": {
    sends: [frame(TEXT, deflated(rawHead(0x61, 0xff)), COMPRESSED)],
    code: 1007,
    isCompressed: true,
  },
  "a bomb": {
    sends: [frame(BINARY, deflated(Buffer.alloc(64 * 2 ** 20)), COMPRESSED)],
    code: 1009,
    isCompressed: true,
  },
  "a bomb within fragments": {
    sends: [frame(BINARY, deflated(Buffer.alloc(8 * 2 ** 20)), { ...MORE, ...COMPRESSED })],
    code: 1009,
    isCompressed: true,
  },
};

for (const [
  name,
  { sends, messages = [], pongs = [], code, isCompressed = false, maxMessageBytes },
] of Object.entries(CASES)) {
  test(`${name}: ${code === undefined ? "the session stays open" : `the client closes with ${code}`}`, async (t) => {
    const answered: string[] = [];
    const codes: number[] = [];
    const lines = isCompressed ? ["Sec-WebSocket-Extensions: permessage-deflate"] : [];
    await using server = await startWebSocketServer(
      async (session) => {
        await session.send(...sends);
        for (let next = await session.receive(); next; next = await session.receive()) {
          if (!next.isMasked) t.fail("a client's frame without a mask");
          if (next.opcode === PONG) answered.push(next.payload.toString());
          if (next.opcode !== CLOSE) continue;
          codes.push(codeOf(next));
          if (code === undefined) await session.send(frame(CLOSE, next.payload));
          return;
        }
      },
      ...lines,
    );
    await using client = new AsyncClient();
    const session = await client.websocket(server.url, {
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
    });
    for (const message of messages) t.deepEqual(await session.receive(), message);
    if (code === undefined) {
      // a client that has begun to close answers no ping
      await eventually("the pongs came", () => answered.length === pongs.length);
      await session.close();
      t.deepEqual(codes, [1000]);
    } else {
      const error = (await rejection(session.receive())) as WebSocketDisconnect;
      t.true(error instanceof WebSocketDisconnect, String(error));
      t.is(error.code, code);
      if (sends.at(-1)![0] !== 0x88 || ![1005, codeSent(sends.at(-1)!)].includes(code)) {
        t.true(error.cause instanceof RemoteProtocolError);
      }
      await session.close();
      t.deepEqual(codes, [code]);
    }
    t.deepEqual(answered, pongs);
    t.is(client.stats().connections.active, 0);
  });
}

/** The code in a close frame of a server. */
function codeSent(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : Buffer.from(bytes).readUInt16BE(2);
}
