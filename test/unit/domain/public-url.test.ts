import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicUrl } from '../../../src/domain/public-url.ts';

describe('publicUrl', () => {
  it.each([
    ['https://user:password@example.org/a.mp4', 'https://example.org/a.mp4'],
    ['https://example.org/watch?v=abc&list=1#t=3', 'https://example.org/watch?v=abc&list=1'],
    ['https://example.org/a?access_token=s&v=1', 'https://example.org/a?v=1'],
    ['https://example.org/a?X-Amz-Date=1&X-Amz-Signature=s&X-Amz-Credential=c', 'https://example.org/a'],
    ['https://example.org/a?X-Goog-Expires=1&X-Goog-Signature=s', 'https://example.org/a'],
    ['https://example.org/a?Key-Pair-Id=k&Policy=p&Signature=s&id=7', 'https://example.org/a?id=7'],
    ['https://example.org/a?sv=1&sig=s', 'https://example.org/a?sv=1'],
    ['https://example.org/a?apiKey=s&keyword=cats', 'https://example.org/a?keyword=cats'],
  ])('shows %s as %s', (address, shown) => {
    expect(publicUrl(address)).toBe(shown);
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'nonsense'])('shows nothing of %s', (address) => {
    expect(publicUrl(address)).toBeNull();
  });

  it('never shows the value of a signature, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        fc.stringMatching(/^[a-f0-9]{32}$/),
        (url, secret) => {
          const signed = new URL(url);
          signed.searchParams.append('signature', secret);
          expect(publicUrl(signed.href)).not.toContain(secret);
        },
      ),
    );
  });
});
