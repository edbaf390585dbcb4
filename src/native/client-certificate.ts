/** A client's certificate in the engine, which checks it when it is made. */
import type { ClientCertificate } from "./binding.js";
import { loadNative } from "./load.js";

export type { ClientCertificate };

/** @throws Error with the engine's code if the key does not belong to the certificate, or one of them is unusable. @internal */
export function certificateOfPem(certificates: Uint8Array, key: Uint8Array): ClientCertificate {
  return loadNative().ClientCertificate.ofPem(certificates, key);
}

/** @throws Error with the engine's code for a wrong passphrase, and for a file without a usable key. @internal */
export function certificateOfPkcs12(file: Uint8Array, passphrase: string): ClientCertificate {
  return loadNative().ClientCertificate.ofPkcs12(file, passphrase);
}
