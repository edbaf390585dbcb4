/**
 * A streamed request body on its way to the engine. Its pieces are pulled only while fewer than {@link HIGH_WATER} bytes
 * wait for the connection to take them. The engine may need the body from its beginning again, for another connection.
 */
import { TextEncoder } from "../platform/classes.js";
import { Turn } from "../platform/turn.js";
import type { BodyPieces, RequestRecord } from "./request-record.js";
import type { SubmissionQueue } from "./submission-queue.js";

/** Bytes on their way from which on the source has to wait … */
const HIGH_WATER = 1024 * 1024;
/** … until they are no more than this many: both threads then handle many pieces at a time, and wake each other less. */
const LOW_WATER = HIGH_WATER / 2;

const utf8 = new TextEncoder();

/** One reading of the body. */
interface Reading {
  readonly pieces: AsyncIterator<Uint8Array | string>;
  isOver: boolean;
  /** Whether all pieces have been pulled. */
  isRead: boolean;
  /** The bytes that the connection has taken. */
  taken: number;
}

/** How a body is sent. */
type Sending = Pick<RequestRecord<unknown>, "expect" | "trailers" | "uploadObserver">;

/** @internal */
export class Upload {
  readonly #submissions: SubmissionQueue;
  readonly #number: number;
  readonly #body: BodyPieces;
  readonly #sending: Sending;
  readonly #fail: (error: unknown) => void;
  #reading: Reading;
  #underWay = 0;
  #room: (() => void) | null = null;

  /** @throws the error of a body that cannot be read, such as a generator that was sent before. */
  constructor(
    submissions: SubmissionQueue,
    number: number,
    body: BodyPieces,
    sending: Sending,
    fail: (error: unknown) => void,
  ) {
    this.#submissions = submissions;
    this.#number = number;
    this.#body = body;
    this.#sending = sending;
    this.#fail = fail;
    this.#reading = this.#begin();
  }

  /** Begins to pull. */
  start(): void {
    const reading = this.#reading;
    this.#send(reading).catch((error: unknown) => {
      // the failure of a reading that was given up is not the call's
      if (!reading.isOver) this.#fail(error);
    });
  }

  /** Reads the body from its beginning. What the connection has not taken of the earlier reading is dropped. */
  restart(): void {
    if (this.#reading.isOver) return;
    this.stop();
    this.#underWay = 0;
    try {
      this.#reading = this.#begin();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#submissions.bodyRestarted(this.#number);
    this.start();
  }

  /** The connection took these bytes, or asks for the first ones of a body that waits for a 100 (Continue). */
  credit(bytes: number): void {
    this.#underWay -= bytes;
    if (bytes > 0) this.#body.taken?.();
    this.#observe(bytes);
    if (this.#underWay <= LOW_WATER) this.#go();
  }

  /** Pulls no more pieces. */
  stop(): void {
    this.#reading.isOver = true;
    this.#go();
  }

  async #send(reading: Reading): Promise<void> {
    const { expect, trailers } = this.#sending;
    // a body that the server does not ask for is not read: the caller can send it again
    if (expect !== null) await this.#untilRoom();
    if (reading.isOver || !(await this.#pump(reading))) return;
    reading.isRead = true;
    this.#observe(0);
    const lines = trailers === null ? "" : await trailers();
    if (!reading.isOver) this.#submissions.end(this.#number, lines);
  }

  /** Whether the body has come to its end. */
  async #pump(reading: Reading): Promise<boolean> {
    const { pieces } = reading;
    const turn = new Turn();
    while (!reading.isOver) {
      const { done, value } = await pieces.next();
      if (done === true) return true;
      if (reading.isOver) break;
      const bytes = typeof value === "string" ? utf8.encode(value) : value;
      this.#underWay += bytes.byteLength;
      this.#submissions.chunk(this.#number, bytes);
      if (this.#underWay >= HIGH_WATER) await this.#untilRoom();
      else if (turn.isOver(bytes.byteLength)) await turn.next();
    }
    await pieces.return?.();
    return false;
  }

  #begin(): Reading {
    const state = { isOver: false, isRead: false, taken: 0 };
    const pieces = this.#body.iterate({
      full: () => {
        if (!reading.isOver) this.#submissions.bodyPartFull(this.#number);
      },
      tooLong: () => {
        if (!reading.isOver) this.#submissions.bodyPartTooLong(this.#number);
      },
    });
    const reading: Reading = Object.assign(state, { pieces });
    this.#sending.uploadObserver?.began();
    return reading;
  }

  #observe(bytes: number): void {
    const reading = this.#reading;
    const { uploadObserver } = this.#sending;
    if (uploadObserver === null || reading.isOver) return;
    reading.taken += bytes;
    if (reading.isRead && this.#underWay <= 0) uploadObserver.ended(reading.taken);
    else if (bytes > 0) uploadObserver.moved(reading.taken);
  }

  #untilRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  #go(): void {
    const room = this.#room;
    this.#room = null;
    room?.();
  }
}
