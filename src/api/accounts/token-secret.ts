import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 30 letters of 62 are 178 random bits. */
const RANDOM_LENGTH = 30;
const CHECK_LENGTH = 6;

/** Letters that tell a typing error from a wrong token without a look into the database. */
function checkOf(text: string): string {
  let rest = crc32(text);
  let check = '';
  for (let index = 0; index < CHECK_LENGTH; index += 1) {
    check = ALPHABET.charAt(rest % ALPHABET.length) + check;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return check;
}

/** A new secret, such as `res_…`: the tier's prefix, random letters, and a checksum. */
export function createTokenSecret(prefix: string): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  const body = `${prefix}_${random.join('')}`;
  return body + checkOf(body);
}

/** Whether this is a token as it was made, rather than one with a typing error, or something else. */
export function isTokenSecret(text: string): boolean {
  const match = /^([a-z]{3}_[0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text);
  return match !== null && checkOf(match[1] ?? '') === match[2];
}

/** What is stored. The secret is random throughout, so one round of SHA-256 without salt suffices. */
export const hashToken = (secret: string): string => createHash('sha256').update(secret).digest('hex');
