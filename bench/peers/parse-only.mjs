// No client: decodes UTF-8 and parses the JSON, both from memory. This is the minimum for every client's `json`, because
// JSON.parse runs on the JS thread in each of them.
export async function open({ jsonUrl }) {
  const bytes = new Uint8Array(await (await fetch(jsonUrl)).arrayBuffer());
  return {
    async json() {
      // One turn of the event loop for each, as in every network client.
      await new Promise((resolve) => setImmediate(resolve));
      return JSON.parse(new TextDecoder().decode(bytes));
    },
    close: async () => {},
  };
}
