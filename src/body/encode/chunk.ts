/** The pieces of a body, and who is told about its parts while they are pulled. */

/** A piece of a body; text is sent as UTF-8. */
export type Chunk = Uint8Array | string;

/** Told about the parts of a body whose length is announced: each part has a length of its own. @internal */
export interface PartLengths {
  /** The announced bytes of a part have been pulled. Whether it has more, the next pull tells. */
  full(): void;
  /** A part has more bytes than were announced. */
  tooLong(): void;
}
