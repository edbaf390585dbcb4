/** Options of TCP sockets, as the system has them. An option that the system does not have is refused. */
import { TextEncoder } from "../platform/classes.js";
import { wrongType } from "../platform/argument-error.js";
import { checkNumber, isCount } from "../platform/number-argument.js";
import { checkOptions, optionList, type OptionList } from "./options.js";
import { aString } from "./value-checks.js";

/**
 * Options of the sockets of TCP connections. `undefined` leaves the system's default, except for `keepAlive`.
 *
 * @example
 * const client = new AsyncClient({ socketOptions: { keepAlive: 20_000 } });
 */
export interface SocketOptions {
  /**
   * Milliseconds of silence after which the system asks the peer whether it is still there (`SO_KEEPALIVE`), rounded up
   * to whole seconds. A connection whose peer does not answer breaks a minute later; otherwise a peer that vanished is
   * never noticed where no read timeout runs. `null`: off. @default 60_000
   */
  keepAlive?: number | null | undefined;
  /** The system's buffer for received bytes (`SO_RCVBUF`). The system may choose another size near it. */
  receiveBufferSize?: number | undefined;
  /** The system's buffer for bytes to send (`SO_SNDBUF`). The system may choose another size near it. */
  sendBufferSize?: number | undefined;
  /** The network device that all packets use (`SO_BINDTODEVICE`): "eth0". Linux only. */
  bindToDevice?: string | undefined;
  /**
   * Milliseconds for which sent bytes may stay unacknowledged before the connection breaks (`TCP_USER_TIMEOUT`).
   * `null`: the system's default, about 15 minutes. Linux only.
   */
  tcpUserTimeout?: number | null | undefined;
}

/** The most seconds and the most bytes that the systems take. */
const MOST_SECONDS = 32_767;
const MOST_BYTES = 0x7fff_ffff;

/** @internal */
export interface CheckedSocketOptions {
  readonly socketKeepAlive: number | undefined;
  readonly receiveBufferSize: number | undefined;
  readonly sendBufferSize: number | undefined;
  readonly bindToDevice: string | undefined;
  readonly tcpUserTimeout: number | undefined;
}

const list: OptionList = optionList<SocketOptions>(
  "socketOptions",
  {
    keepAlive: (value) => milliseconds(value, "keepAlive", MOST_SECONDS * 1000),
    receiveBufferSize: (value) => wholeNumber(value, "receiveBufferSize"),
    sendBufferSize: (value) => wholeNumber(value, "sendBufferSize"),
    bindToDevice: (value) => {
      aString(value, "socketOptions.bindToDevice");
      if (value === "" || value.includes("\0") || new TextEncoder().encode(value).length > 15) {
        throw wrongType("socketOptions.bindToDevice must be the name of a device, of 1 to 15 bytes.");
      }
      onLinux("bindToDevice");
    },
    tcpUserTimeout: (value) => {
      milliseconds(value, "tcpUserTimeout", MOST_BYTES);
      if (value !== null) onLinux("tcpUserTimeout");
    },
  },
  {
    advice: {
      keepAliveInitialDelay: "did you mean keepAlive, in milliseconds",
      keepAliveMsecs: "did you mean keepAlive, in milliseconds",
      localAddress: "localAddress is an option of the client",
      noDelay: "Nagle's algorithm is always off",
      timeout: "did you mean the client's timeout, or tcpUserTimeout",
    },
  },
);

/**
 * @throws TypeError, RangeError for options that are not what they should be, that this system does not have, or that do
 * not apply to a Unix socket.
 * @internal
 */
export function checkedSocketOptions(options: SocketOptions = {}, uds?: string): CheckedSocketOptions {
  checkOptions(options, list);
  if (uds !== undefined && Object.values(options).some((value) => value !== undefined)) {
    throw wrongType("socketOptions are for TCP, and with uds all connections are Unix sockets.");
  }
  const { keepAlive = 60_000, receiveBufferSize, sendBufferSize, bindToDevice, tcpUserTimeout } = options;
  return {
    socketKeepAlive: keepAlive ?? undefined,
    receiveBufferSize,
    sendBufferSize,
    bindToDevice,
    tcpUserTimeout: tcpUserTimeout ?? undefined,
  };
}

function milliseconds(value: unknown, name: string, most: number): void {
  if (value === null) return;
  const demand = `socketOptions.${name} must be null, or milliseconds above 0 and at most ${most}`;
  checkNumber(value, demand, (time) => time > 0 && time <= most);
}

function wholeNumber(value: unknown, name: string): void {
  const demand = `socketOptions.${name} must be a whole number of bytes above 0 and at most ${MOST_BYTES}`;
  checkNumber(value, demand, (bytes) => isCount(bytes) && bytes > 0 && bytes <= MOST_BYTES);
}

function onLinux(name: string): void {
  if (process.platform === "linux") return;
  throw wrongType(`socketOptions.${name} is an option of Linux, which ${process.platform} does not have.`);
}
