/**
 * Reads a response by a method of the body that this package does not know, as a later version of the platform may have one.
 * Prints what it gives, and whether the body counts as used. Argument: the URL of a server.
 */
const [url = ""] = process.argv.slice(2);
const read = async function (this: Response): Promise<string> {
  // by its own slot, as the platform's methods do
  const { get } = Object.getOwnPropertyDescriptor(Response.prototype, "body")!;
  const body = get!.call(this) as ReadableStream<Uint8Array> | null;
  let text = "";
  for await (const chunk of body ?? []) text += Buffer.from(chunk).toString();
  return text;
};
Object.defineProperty(Response.prototype, "readLater", { value: read, enumerable: true });
const { fetch } = await import("httpxide/fetch");

const response = (await fetch(url)) as Response & { readLater(): Promise<string> };
const copy = response.clone() as typeof response;
console.log(await response.readLater(), response.bodyUsed, await copy.readLater());
const empty = (await fetch(url, { method: "HEAD" })) as typeof response;
console.log(JSON.stringify(await empty.readLater()), empty.bodyUsed);
