/**
 * The request, the response and the headers of an error, as types. Errors refer back to them, and all three throw errors:
 * this is the only place where a lower layer names a higher one. The layers lint makes its one exception for this file.
 */
export type { Headers } from "../headers/headers.js";
export type { Request } from "../request/request.js";
export type { Response } from "../response/response.js";
