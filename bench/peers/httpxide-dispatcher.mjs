// Node's own `fetch` over this project's dispatcher.
export async function open({ entry }) {
  const { HttpxideDispatcher } = await import(new URL("undici.mjs", entry));
  const dispatcher = new HttpxideDispatcher();
  return {
    fetch: (url) => fetch(url, { dispatcher }),
    close: () => dispatcher.close(),
  };
}
