/** IP addresses and networks as text. */
import { wrongType } from "../../../platform/argument-error.js";
import { net } from "../../../platform/on-demand.js";
import { kindOf } from "../../../platform/record.js";

/** @internal @throws TypeError */
export function anAddress(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw wrongType(`${name} must be an IP address, not ${kindOf(value)}.`);
  // a zone, as in fe80::1%eth0, is not part of an address
  if (net().isIP(value) === 0 || value.includes("%")) {
    const without = net().isIP(value) === 0 ? "" : " without a zone";
    throw wrongType(`${name} must be an IP address${without}, not ${JSON.stringify(value)}.`);
  }
}

/** Whether the text is an address, or a network such as `10.0.0.0/8`. @internal */
export function isNetwork(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const version = address.includes("%") ? 0 : net().isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}
