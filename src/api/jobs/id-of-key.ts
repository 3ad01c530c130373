import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';

/** An id made of a key: whoever comes again with the key comes to the same thing. */
export function idOfKey<Prefix extends string>(prefix: Prefix, key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  // A UUID of version 8, which is for values of one's own making (RFC 9562).
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return TypeID.fromUUIDBytes(prefix, bytes).toString();
}
