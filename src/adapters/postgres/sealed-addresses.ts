import { publicUrl } from '../../domain/public-url.ts';
import type { SecretCipher } from './secret-cipher.ts';

/** An address as it lies in the database: what anybody may see of it and, where that is not all, the whole encrypted. */
export interface SealedAddress {
  shown: string;
  sealed: string | null;
}

/** Keeps the secrets of signed links out of the database, and of copies of it. */
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

  /** @returns the whole address; without its secrets where it was encrypted with another key */
  open({ shown, sealed }: SealedAddress, owner: string): string {
    return sealed === null ? shown : (this.#cipher.decrypt(sealed, owner) ?? shown);
  }
}
