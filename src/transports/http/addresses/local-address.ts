/** The address of this machine that connections come from. */
import { wrongType } from "../../../platform/argument-error.js";
import { net } from "../../../platform/on-demand.js";
import type { DnsOptions } from "./dns.js";

/** Checks it beside the options that may rule it out. @internal @throws TypeError */
export function checkedLocalAddress(
  localAddress: string | null | undefined,
  { uds, dns }: { uds?: string | undefined; dns?: DnsOptions | null | undefined },
): string | undefined {
  if (localAddress === undefined || localAddress === null) return undefined;
  if (uds !== undefined) {
    throw wrongType("localAddress is for TCP, and with uds all connections are Unix sockets.");
  }
  const family = net().isIPv4(localAddress) ? 4 : 6;
  if ((dns?.family ?? family) !== family) {
    throw wrongType(`localAddress is an IPv${family} address, and dns.family rules those out.`);
  }
  return localAddress;
}
