import { describe, expect, it } from 'vitest';
import { checkVersion } from '../../../../src/adapters/yt-dlp/version.ts';

describe('checkVersion', () => {
  it.each(['2026.07.04', '2026.08.19\n', '2026.10.26.123456', '2027.01.01'])('takes %j', (version) => {
    expect(() => checkVersion(version)).not.toThrow();
  });

  it.each(['2026.06.09', '2023.03.04', '', 'unknown'])('refuses %j', (version) => {
    expect(() => checkVersion(version)).toThrow(expect.objectContaining({ code: 'ToolMissing' }));
  });
});
