// This project's `fetch`, over the connections that all its interfaces share.
export async function open({ entry }) {
  const { fetch } = await import(new URL("fetch.mjs", entry));
  return { fetch, close: async () => {} };
}
