/**
 * The request and the response that an error belongs to, as types: the one place where something below names something
 * above. Requests and responses throw errors, and an error refers back to them. The lint stops at this file.
 */
export type { Request } from "../request/request.js";
export type { Response } from "../response/response.js";
