/** The body of a response that agreed to a scripted session: it has no bytes, and closing it closes the session. */
import type { BodySource } from "../../body/read/source.js";
import type { SessionChannel } from "../session-channel.js";

const NORMAL = 1000;

/** @internal */
export class ScriptedBody implements BodySource {
  readonly keepsLimits = true;
  readonly numBytesDownloaded = 0;
  readonly trailers = "";
  readonly #session: SessionChannel;

  constructor(session: SessionChannel) {
    this.#session = session;
  }

  read(): null {
    return null;
  }

  close(): Promise<void> {
    return this.#session.close(NORMAL, "");
  }
}
