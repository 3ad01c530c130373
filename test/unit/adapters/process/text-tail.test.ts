import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextTail } from '../../../../src/adapters/process/text-tail.ts';

test('the tail is the end of all that was appended, however it was cut up', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 1, max: 50 }), (parts, length) => {
      const tail = new TextTail(length);
      for (const part of parts) tail.append(part);
      expect(tail.toString()).toBe(parts.join('').slice(-length));
    }),
  );
});
