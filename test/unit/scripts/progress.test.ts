import { describe, expect, it } from 'vitest';
import { createProgress, formatSeconds } from '../../../scripts/setup/progress.mjs';

describe('formatSeconds', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [290, '4 min 50 s'],
  ])('writes %d as %j', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('createProgress', () => {
  it('tells when a step begins, what it notes and how long it took', async () => {
    const lines: string[] = [];
    let nowMs = 1000;
    const progress = createProgress({ write: (text: string) => lines.push(text) }, () => nowMs);
    const value = await progress.step('Temporal', async (note) => {
      note('building');
      nowMs += 23_000;
      return 7;
    });
    expect(value).toBe(7);
    expect(lines).toEqual(['• Temporal …\n', '• Temporal: building …\n', '✓ Temporal … 23 s\n']);
  });
});
