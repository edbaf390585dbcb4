// The files that nginx serves. The works rely only on their sizes, which are defined here.
import { createReadStream, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync, gzipSync } from "node:zlib";

/** Bytes in the body of /1k. */
export const SMALL_BYTES = 1024;
/** Bytes in the body of /256m, and in each upload: 256 MiB. */
export const LARGE_BYTES = 256 * 1024 * 1024;
/** The minimum number of bytes in the decoded JSON of /records.json. */
export const JSON_BYTES = 22_000_000;

/** The content of /user.json, in 1 KiB. */
export const USER = {
  id: 7,
  name: "Grace Hopper",
  email: "grace@example.org",
  roles: ["admin", "author"],
  address: { city: "Arlington", position: [38.88, -77.09] },
  about: "x".repeat(871),
};

/** Writes the files into `<directory>/www` and returns that folder. */
export async function createContent(directory) {
  const root = join(directory, "www");
  mkdirSync(root, { mode: 0o755 });
  const large = join(root, "256m");
  writeFileSync(large, "");
  truncateSync(large, LARGE_BYTES);
  await readOnce(large);
  const json = recordsAsJson(JSON_BYTES);
  writeFileSync(join(root, "records.json"), json);
  writeFileSync(join(root, "records.json.gz"), gzipSync(json, { level: 6 }));
  return root;
}

/** Writes 64 KiB of JSON, as permessage-deflate sends a message, and returns the file's path. */
export function createDeflatedMessage(directory) {
  const message = Buffer.from(recordsAsJson(64 * 1024)).subarray(0, 64 * 1024);
  const deflated = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH });
  const path = join(directory, "message.deflated");
  // without the end that every message has (RFC 7692 7.2.1)
  writeFileSync(path, deflated.subarray(0, -4));
  return path;
}

// A sparse file has no disk blocks; reading it once puts its pages into the page cache, so that no client pays for that.
async function readOnce(path) {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) void chunk;
}

// Records as an API lists them: numbers, short strings, a date, nested values. The same bytes in every run.
function recordsAsJson(least) {
  let state = 42;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const word = () => random().toString(36).slice(2, 10);
  const rows = [];
  for (let id = 0, bytes = 0; bytes < least; id++) {
    const created = new Date(1_700_000_000_000 + Math.floor(random() * 1e10)).toISOString();
    const place = { city: word(), lat: random() * 180 - 90, lon: random() * 360 - 180 };
    const row = {
      id,
      name: `${word()} ${word()}`,
      active: random() < 0.5,
      created,
      place,
      tags: [word(), word()],
    };
    const text = JSON.stringify(row);
    bytes += text.length + 1;
    rows.push(text);
  }
  return `[${rows.join(",")}]`;
}
