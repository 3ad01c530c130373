import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets that must be read again, which a hash does not allow: a webhook is signed with the secret itself.
 * So whoever sees the database, or a copy of it, without the key learns none.
 */
export class SecretCipher {
  readonly #key: Buffer;

  /** @param key 32 bytes in hexadecimal, kept apart from the database */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'hex');
  }

  /** @param owner what the secret belongs to: it cannot be read as the secret of anything else */
  encrypt(secret: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(owner));
    const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64');
  }

  /** @returns undefined where it was encrypted with another key, for another owner, or was changed */
  decrypt(encrypted: string, owner: string): string | undefined {
    const bytes = Buffer.from(encrypted, 'base64');
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  /** The same for the same secret of one owner, by which nobody without the key can tell what it is. */
  fingerprint(secret: string, owner: string): string {
    return createHmac('sha256', this.#key).update(`${owner}\0${secret}`).digest('hex').slice(0, 32);
  }
}
