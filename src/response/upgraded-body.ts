/** The body of a response that turned its connection into a byte stream: it has no bytes, and closing it closes the stream. */
import type { BodySource } from "../body/read/source.js";
import { ByteNetworkStream, type NetworkStream } from "./network-stream.js";

/** @internal */
export class UpgradedBody implements BodySource {
  // no fields: ten thousand sessions have one of these each
  get keepsLimits(): true {
    return true;
  }
  get numBytesDownloaded(): 0 {
    return 0;
  }
  get trailers(): "" {
    return "";
  }
  readonly networkStream: NetworkStream;

  constructor(networkStream: NetworkStream) {
    this.networkStream = networkStream;
  }

  read(): null {
    return null;
  }

  close(): Promise<void> {
    const { networkStream } = this;
    return networkStream instanceof ByteNetworkStream
      ? networkStream.closeWithResponse()
      : networkStream.aclose();
  }
}
