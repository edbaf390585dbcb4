/**
 * Text to server-sent events. The parser gets whole lines that end in "\n": it would hold back a lone "\r" until the next
 * chunk, and lose the `id` and `retry` of a block without data, which count (WHATWG HTML, 9.2.6).
 */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { DecodedFields, ServerSentEvent } from "./server-sent-event.js";

/** Fields that hold beyond their block. */
const LASTING = /(?<![^\n])(id|retry)(?:: ?([^\n]*))?\n/g;
const DIGITS = /^[0-9]+$/;

/** @internal */
export class EventDecoder {
  /** The ID to connect again with. */
  lastEventId: string;
  /** Milliseconds, as the server set them last. */
  retry: number | null = null;
  /** An event is longer than allowed: no further one follows. */
  isExceeded = false;
  readonly #max: number;
  readonly #parser;
  #events: ServerSentEvent[] = [];
  #unfinished = "";
  #endsWithReturn = false;
  /** The fields of the block that is not complete. */
  #id: string;
  #retry: number | null = null;
  #hasLasting = false;

  /** @param max the most characters of an event. */
  constructor(max: number, lastEventId = "") {
    this.#max = max;
    this.#id = this.lastEventId = lastEventId;
    this.#parser = createParser({
      onEvent: (message) => this.#add(message),
      onError: ({ type }) => {
        if (type === "max-buffer-size-exceeded") this.isExceeded = true;
      },
      maxBufferSize: max,
    });
  }

  /** The events that `text` completes. */
  push(text: string): ServerSentEvent[] {
    this.#events = [];
    const unified = this.#unified(text);
    const end = unified.lastIndexOf("\n") + 1;
    if (end > 0) {
      const lines = this.#unfinished + unified.slice(0, end);
      this.#unfinished = "";
      this.#readLines(lines);
    }
    this.#unfinished += unified.slice(end);
    if (this.#unfinished.length > this.#max) this.isExceeded = true;
    return this.#events;
  }

  /** With "\n" for each end of a line. */
  #unified(text: string): string {
    const rest = this.#endsWithReturn && text.startsWith("\n") ? text.slice(1) : text;
    this.#endsWithReturn = text.endsWith("\r");
    return rest.includes("\r") ? rest.replace(/\r\n?/g, "\n") : rest;
  }

  #readLines(lines: string): void {
    let at = 0;
    for (const match of lines.matchAll(LASTING)) {
      this.#feed(lines.slice(at, match.index));
      this.#setLasting(match[1]!, match[2] ?? "");
      at = match.index + match[0].length;
    }
    this.#feed(lines.slice(at));
  }

  #setLasting(name: string, value: string): void {
    if (name === "id") {
      if (value.includes("\0")) return;
      this.#id = value;
    } else {
      if (!DIGITS.test(value)) return;
      this.retry = this.#retry = Number(value);
    }
    this.#hasLasting = true;
  }

  #feed(lines: string): void {
    let rest = lines;
    if (this.#hasLasting) {
      const blank = rest.startsWith("\n") ? 0 : rest.indexOf("\n\n") + 1;
      if (rest[blank] === "\n") {
        const end = blank + 1;
        this.#parse(rest.slice(0, end));
        rest = rest.slice(end);
        this.lastEventId = this.#id;
        this.#retry = null;
        this.#hasLasting = false;
      }
    }
    this.#parse(rest);
  }

  #parse(lines: string): void {
    if (lines !== "" && !this.isExceeded) this.#parser.feed(lines);
  }

  #add({ event, data }: EventSourceMessage): void {
    if (data.length > this.#max) this.isExceeded = true;
    if (this.isExceeded) return;
    this.lastEventId = this.#id;
    this.#events.push(new ServerSentEvent(new DecodedFields(event, data, this.#id, this.#retry)));
  }
}
