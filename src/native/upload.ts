/**
 * A streamed request body on its way to the engine. Its chunks are pulled only while fewer than {@link HIGH_WATER} bytes
 * wait for the connection to take them.
 */
import { Turn } from "../platform/turn.js";
import type { SubmissionQueue } from "./submission-queue.js";

/** Bytes on their way from which on the source has to wait. */
const HIGH_WATER = 512 * 1024;

const utf8 = new TextEncoder();

/** @internal */
export class Upload {
  readonly #submissions: SubmissionQueue;
  readonly #number: number;
  #underWay = 0;
  #room: (() => void) | null = null;
  #isStopped = false;

  constructor(
    submissions: SubmissionQueue,
    number: number,
    chunks: AsyncIterator<Uint8Array | string>,
    fail: (error: unknown) => void,
  ) {
    this.#submissions = submissions;
    this.#number = number;
    this.#pump(chunks).catch(fail);
  }

  /** The connection took these bytes. */
  credit(bytes: number): void {
    this.#underWay -= bytes;
    if (this.#underWay < HIGH_WATER) this.#go();
  }

  /** Pulls no more chunks. */
  stop(): void {
    this.#isStopped = true;
    this.#go();
  }

  async #pump(chunks: AsyncIterator<Uint8Array | string>): Promise<void> {
    const turn = new Turn();
    while (!this.#isStopped) {
      const { done, value } = await chunks.next();
      if (done === true) {
        if (!this.#isStopped) this.#submissions.end(this.#number);
        return;
      }
      if (this.#isStopped) break;
      const bytes = typeof value === "string" ? utf8.encode(value) : value;
      this.#underWay += bytes.byteLength;
      this.#submissions.chunk(this.#number, bytes);
      if (this.#underWay >= HIGH_WATER) await this.#untilRoom();
      else if (turn.isOver(bytes.byteLength)) await turn.next();
    }
    await chunks.return?.();
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
