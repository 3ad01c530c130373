import { publicUrl } from '../../domain/public-url.ts';
import type { SecretCipher } from './secret-cipher.ts';

/**
 * An address as it lies in the database: what anybody may see of it and, where that is not all, the whole encrypted.
 */
export interface SealedAddress {
  shown: string;
  sealed: string | null;
}

/** By what secrets, and addresses that are secrets, are kept. */
export interface Sealing {
  cipher: SecretCipher;
  addresses: SealedAddresses;
}

/** Keeps the secrets of signed links, and the addresses of webhooks, out of the database and of copies of it. */
export class SealedAddresses {
  readonly #cipher: SecretCipher;

  constructor(cipher: SecretCipher) {
    this.#cipher = cipher;
  }

  /** @param owner what the address belongs to */
  seal(address: string, owner: string): SealedAddress {
    const shown = publicUrl(address);
    return shown === null || shown === address
      ? { shown: address, sealed: null }
      : { shown, sealed: this.#cipher.encrypt(address, owner) };
  }

  /**
   * As `seal`, of an address that is a secret whatever it looks like, as a webhook's is. What is seen of it,
   * `sealed:…`, tells the host alone, is no address that anything can be sent to, and is the same for the same address
   * of an owner.
   */
  sealWhole(address: string, owner: string): SealedAddress {
    const shown = `sealed:${new URL(address).host}/${this.#cipher.fingerprint(address, owner)}`;
    return { shown, sealed: this.#cipher.encrypt(address, owner) };
  }

  /** @returns the whole address; what is seen of it where it was encrypted with another key */
  open({ shown, sealed }: SealedAddress, owner: string): string {
    return sealed === null ? shown : (this.#cipher.decrypt(sealed, owner) ?? shown);
  }
}
