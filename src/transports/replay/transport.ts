/** A transport that records the network's responses to a file, and answers from it: for tests of real services. */
import { isURL } from "../../platform/classes.js";
import { isNoRecord } from "../../platform/no-record.js";
import { surplusArgument, wrongType } from "../../platform/argument-error.js";
import type { WebURL } from "../../platform/web-types.js";
import { fileURLToPath } from "node:url";
import { type OptionList, checkOptions, optionList } from "../../config/options.js";
import { aBoolean, listOfStrings } from "../../config/value-checks.js";
import type { Request } from "../../request/request.js";
import type { Response } from "../../response/response.js";
import type { Mask } from "../masking/mask.js";
import { SensitiveNames } from "../masking/names.js";
import { Network } from "../mock/network.js";
import type { RecordedRequest } from "./format.js";
import type { ReplayMatch } from "./match.js";
import type { Tape } from "./tape.js";
import { type AsyncTransport, type TransportOptions, isGuarded } from "../transport.js";

/**
 * - `"replay"`: answers from the file alone.
 * - `"record"`: sends every request, and writes the file anew.
 * - `"once"`: records if there is no file yet, else replays.
 * - `"update"`: replays requests in the file, sends the others and adds them.
 */
export type ReplayMode = "replay" | "record" | "once" | "update";

/** Options of a {@link ReplayTransport}. */
export interface ReplayTransportOptions {
  /** @default "once" */
  mode?: ReplayMode | undefined;
  /** The transport that sends recorded requests; closed with this one. @default the network */
  transport?: AsyncTransport | undefined;
  /** The parts of a request that are compared. @default ["method", "url", "query", "body"] */
  match?: Iterable<ReplayMatch> | undefined;
  /** Whether the last response to a request answers all its repetitions, instead of one. @default false */
  repeat?: boolean | undefined;
  /** Further names of headers, query parameters, form fields and JSON fields whose values are secrets. @default [] */
  sensitive?: Iterable<string> | undefined;
}

const MODES: readonly unknown[] = ["replay", "record", "once", "update"] satisfies ReplayMode[];
const replayOptions: OptionList = optionList<ReplayTransportOptions>(
  "a ReplayTransport",
  { mode: null, transport: null, match: null, repeat: aBoolean, sensitive: null },
  {
    advice: {
      matchRequestsOn: "did you mean match",
      record: 'did you mean mode: "record", "once" or "update"',
      recordMode: "did you mean mode",
    },
  },
);
const NO_OPTIONS: TransportOptions = Object.freeze({});
const recording = (): typeof import("./recording.js") =>
  require("./recording.js") as typeof import("./recording.js");

/**
 * Answers requests from a file that it recorded before.
 *
 * The file never contains secrets: credentials, cookie values, user information, values whose names end in `token`,
 * `password` and the like in queries, forms, JSON and XML, and every later occurrence of such a value. Requests are
 * compared in masked form, so a replay needs no real secrets. Bodies are recorded decoded; trailers are not recorded.
 * `flush()` and `aclose()` write the file, which belongs to one transport at a time.
 *
 * @example
 * const transport = new ReplayTransport("recordings/users.json", { sensitive: ["X-Account"] });
 * await using client = new AsyncClient({ transport, baseUrl: "https://api.example.org" });
 */
export class ReplayTransport implements AsyncTransport {
  static {
    isNoRecord(this, "give it to a client as transport");
  }

  /** The path of the recording. */
  readonly file: string;
  readonly mode: ReplayMode;
  readonly #parts: ReadonlySet<ReplayMatch>;
  readonly #repeats: boolean;
  readonly #mask: Mask;
  readonly #network = new Network();
  /** The transport that sends recorded requests. */
  readonly #sender: () => AsyncTransport;
  #loading: Promise<{ tape: Tape; sends: boolean }> | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isUnsaved = false;

  /**
   * @param file a path, or a `file:` URL.
   * @throws TypeError for invalid options.
   */
  constructor(file: string | WebURL, options: ReplayTransportOptions = {}) {
    if (arguments.length > 2) throw surplusArgument("ReplayTransport", "a file and options");
    checkOptions(options, replayOptions);
    const { ALL_PARTS, Mask } = recording();
    const { mode = "once", transport, match = ALL_PARTS, repeat = false, sensitive } = options;
    if (!MODES.includes(mode)) throw wrongType(`mode must be one of ${MODES.join(", ")}`);
    this.file = isURL(file) ? fileURLToPath(file) : file;
    if (typeof this.file !== "string" || this.file === "") throw wrongType("file must be a path or a URL");
    this.#parts = new Set(listOfStrings(match, "match") as ReplayMatch[]);
    for (const part of this.#parts) {
      if (!ALL_PARTS.includes(part)) throw wrongType(`match must be of ${ALL_PARTS.join(", ")}`);
    }
    this.mode = mode;
    this.#repeats = repeat;
    this.#mask = new Mask(new SensitiveNames(sensitive));
    this.#sender = this.#network.by(transport);
  }

  /**
   * Reads the request's body first.
   * @throws MockError if the recording has no response to it and the mode does not send it, or if the file is invalid.
   */
  async handleAsyncRequest(request: Request, options: TransportOptions = NO_OPTIONS): Promise<Response> {
    await request.aread();
    const { tape, sends } = await (this.#loading ??= this.#load());
    const { recordedRequest, replayedResponse } = recording();
    const recorded = recordedRequest(request, this.#mask);
    const response = tape.take(recorded);
    if (response !== null) return replayedResponse(response, options.stream !== false, this.file);
    if (!sends) throw tape.missing(recorded, this.file);
    return await this.#record(tape, recorded, request, options);
  }

  /**
   * Writes the exchanges recorded so far, if there are any.
   * @throws Error of the file system.
   */
  flush(): Promise<void> {
    // One after the other, so that an older state does not replace a newer one.
    return (this.#writing = this.#writing.catch(() => undefined).then(() => this.#write()));
  }

  /** @internal */
  get [isGuarded](): false | undefined {
    return this.mode === "replay" ? undefined : this.#network[isGuarded];
  }

  /** Writes the recording, and closes the transport that sent the requests. */
  async aclose(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#network.aclose();
    }
  }

  async #load(): Promise<{ tape: Tape; sends: boolean }> {
    const { Tape, readRecording, unreadable } = recording();
    const read = this.mode === "record" ? null : await readRecording(this.file);
    if (read === null && this.mode === "replay") throw unreadable(this.file, "there is no such file");
    const sends = this.mode === "record" || this.mode === "update" || read === null;
    return { tape: new Tape(read ?? [], this.#parts, this.#repeats), sends };
  }

  async #record(
    tape: Tape,
    recorded: RecordedRequest,
    request: Request,
    options: TransportOptions,
  ): Promise<Response> {
    const { recordedResponse, tapped } = recording();
    const place = tape.add(recorded);
    const response = await this.#sender().handleAsyncRequest(request, options);
    const keep = (content: Uint8Array, isWhole: boolean): void => {
      place.response = recordedResponse(response, content, isWhole, this.#mask);
      this.#isUnsaved = true;
    };
    const isStreamed = options.stream !== false && response.streamed !== null;
    // The headers of a response to HEAD describe a body that it does not have.
    if (isStreamed && request.method !== "HEAD") return tapped(response, keep);
    keep(await response.aread(), true);
    return response;
  }

  async #write(): Promise<void> {
    if (!this.#isUnsaved || this.#loading === null) return;
    const { tape } = await this.#loading;
    this.#isUnsaved = false;
    try {
      await recording().writeRecording(this.file, tape.exchanges);
    } catch (error) {
      this.#isUnsaved = true;
      throw error;
    }
  }
}
