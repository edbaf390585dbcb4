/** Text of the server that is longer than a string can be. */
import { constants } from "node:buffer";
import { freemem } from "node:os";
import test from "ava";
import { AsyncClient, RemoteProtocolError, WebSocketDisconnect } from "httpxide";
import { rejection } from "../helpers/failures.js";
import {
  CLOSE,
  CONTINUATION,
  TEXT,
  codeOf,
  closeFrame,
  frame,
  startWebSocketServer,
} from "../helpers/websocket-server.js";

const PIECE = Buffer.alloc(1024 * 1024, "a");
/** The engine has all of it in memory. */
const hugeTest = freemem() > 6 * constants.MAX_STRING_LENGTH ? test : test.skip;

hugeTest("it ends a session without a limit, and no other request waits for it", async (t) => {
  const codes: number[] = [];
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(TEXT, "first"));
    const pieces = Math.ceil((constants.MAX_STRING_LENGTH + 1) / PIECE.length);
    await session.send(frame(TEXT, "", { isFinal: false }));
    const piece = frame(CONTINUATION, PIECE, { isFinal: false });
    for (let sent = 0; sent < pieces; sent++) await session.send(piece);
    await session.send(frame(CONTINUATION), frame(TEXT, "never seen"));
    const closing = (await session.receiveData())!;
    if (closing.opcode === CLOSE) codes.push(codeOf(closing));
    await session.send(closeFrame(1009));
  });
  await using client = new AsyncClient();
  const session = await client.websocket(server.url, { compression: false, maxMessageBytes: null });
  t.is(await session.receive(), "first");
  const error = await rejection(session.receive());
  t.true(error instanceof WebSocketDisconnect);
  t.is((error as WebSocketDisconnect).code, 1009);
  t.true((error as WebSocketDisconnect).cause instanceof RemoteProtocolError);
  await session.close();
  t.deepEqual(codes, [1009]);
});
