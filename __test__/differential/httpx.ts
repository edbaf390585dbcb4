/** HTTPX in a Python process, which answers questions. `node scripts/ensure.mjs httpx` installs it. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Answer, Question } from "./question.js";

const PYTHON = "target/httpx/bin/python";
const RUNNER = "__test__/differential/httpx_runner.py";

export class Httpx implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor() {
    this.#process = spawn(PYTHON, [RUNNER], { stdio: ["pipe", "pipe", "inherit"] });
    this.#reader = createInterface({ input: this.#process.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Its answers to the calls, in their order. One question at a time. */
  async ask(question: Question): Promise<Answer[]> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("HTTPX's process ended: its standard error says why");
    return JSON.parse(value) as Answer[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.stdin.end();
    await ended;
    this.#reader.close();
  }
}
