/** The media types of files by their extensions, in a chunk of its own: most programs upload no file by its name. */
import mime from "mime";

/** @internal */
export const mediaTypes = mime;
