/** The dispatcher where the types of undici 6, 7 and 8 want one of theirs. Nothing here ever runs. */
import { HttpxideDispatcher } from "httpxide/undici";
import * as undici6 from "undici-6";
import * as undici7 from "undici-7";
import * as undici8 from "undici-8";

const dispatcher = new HttpxideDispatcher();

undici6.setGlobalDispatcher(dispatcher);
undici7.setGlobalDispatcher(dispatcher);
undici8.setGlobalDispatcher(dispatcher);

void undici6.request("https://example.org/", { dispatcher });
void undici7.request("https://example.org/", { dispatcher });
void undici8.request("https://example.org/", { dispatcher });
void undici6.fetch("https://example.org/", { dispatcher });
void undici7.fetch("https://example.org/", { dispatcher });
void undici8.fetch("https://example.org/", { dispatcher });

export const asTheirs: [undici6.Dispatcher, undici7.Dispatcher, undici8.Dispatcher] = [
  dispatcher,
  dispatcher,
  dispatcher,
];
