/** What subscribers of the channels `httpxide:connection:open` and `httpxide:connection:close` get. */
export type { ConnectionMessage, ConnectionRoute } from "../../native/connection-channels.js";
