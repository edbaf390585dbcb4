/**
 * A proxy of the engine: requests name it by its number. The engine remembers it until it is collected here; connections
 * through it go on.
 */
import type { NativeProxyOptions } from "./binding.js";
import { bridge } from "./bridge.js";

const dropped = new FinalizationRegistry<number>((proxy) => bridge().submissions.forgetProxy(proxy));

/** @internal */
export class NativeProxy {
  readonly number: number;

  constructor(options: NativeProxyOptions) {
    const to = bridge();
    this.number = to.nextProxy();
    to.native.openProxy(this.number, options);
    dropped.register(this, this.number);
  }
}
