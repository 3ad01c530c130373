import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { missing, ok, warning } from '../../../../src/cli/doctor/finding.ts';
import { drawReport, isWell } from '../../../../src/cli/doctor/report.ts';

describe('drawReport', () => {
  it('puts what mends a fault below it and sums up', () => {
    const findings = [
      ok('Node', '24.21.0'),
      warning('Disk', 'low', 'Make room.'),
      missing('ffmpeg', 'none', 'Install it.'),
    ];
    expect(isWell(findings)).toBe(false);
    expect(stripVTControlCharacters(drawReport(findings)).split('\n')).toEqual([
      '✔ Node    24.21.0',
      '! Disk    low',
      '          → Make room.',
      '✖ ffmpeg  none',
      '          → Install it.',
      '',
      'ClipScribe is not ready: 1 of 3 checks failed (1 warning).',
      '',
    ]);
  });

  it('calls an installation with warnings ready', () => {
    const findings = [ok('Node', '24.21.0'), warning('Disk', 'low', 'Make room.')];
    expect(isWell(findings)).toBe(true);
    expect(drawReport(findings)).toContain('ClipScribe is ready (1 warning).');
  });
});
