/** Converts how a TLS peer is verified for the engine. */
import { TextDecoder } from "../../platform/classes.js";
import type { PEM, VerifyOptions } from "../../config/tls.js";
import type { NativeTrust } from "../../native/binding.js";

/** @internal */
export function nativeTrust(verify: boolean | VerifyOptions, trustEnv: boolean): NativeTrust {
  const { ca, system = false, checkHostname = true } = typeof verify === "boolean" ? {} : verify;
  return {
    verify: verify !== false,
    checkHostname,
    ca: ca === undefined ? undefined : pemTexts(ca),
    system,
    trustEnv,
  };
}

function pemTexts(ca: PEM | PEM[]): string[] {
  const texts = Array.isArray(ca) ? ca : [ca];
  // a byte order mark, which the decoder leaves out, is no part of the first line
  return texts.map((pem) =>
    typeof pem === "string" ? pem.replace(/^\ufeff/, "") : new TextDecoder().decode(pem),
  );
}
