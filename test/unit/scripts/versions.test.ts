import { describe, expect, it } from 'vitest';
import {
  isAtLeast,
  isUsableFfmpeg,
  isUsableTemporal,
  parseVersion,
} from '../../../scripts/setup/versions.mjs';

describe('parseVersion', () => {
  it.each([
    ['Python 3.11.7', [3, 11, 7]],
    ['v24.21.0\n', [24, 21, 0]],
    ['go version go1.26.8 linux/amd64', [1, 26, 8]],
    ['2026.08.19', [2026, 8, 19]],
    ['6.0-static', [6, 0, 0]],
  ])('reads %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it('finds none in a text without a version', () => {
    expect(parseVersion('command not found: 127')).toBeUndefined();
  });
});

describe('isAtLeast', () => {
  it('compares the first part that differs, as numbers', () => {
    expect(isAtLeast([3, 10, 0], [3, 10, 0])).toBe(true);
    expect(isAtLeast([3, 9, 18], [3, 10, 0])).toBe(false);
    expect(isAtLeast([4, 0, 0], [3, 10, 5])).toBe(true);
  });
});

describe('isUsableFfmpeg', () => {
  it.each([
    'ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021',
    'ffprobe version 6.0-static https://example.org/ Copyright',
    'ffmpeg version n7.1 Copyright',
    'ffmpeg version N-109542-g2bd0a8f Copyright',
    'ffmpeg version 2026-01-05-git-a1b2c3-full_build Copyright',
  ])('takes %j', (output) => {
    expect(isUsableFfmpeg(output)).toBe(true);
  });

  it.each(['ffmpeg version 4.3.6-0+deb11u1 Copyright', 'avconv version 12.3', ''])('refuses %j', (output) => {
    expect(isUsableFfmpeg(output)).toBe(false);
  });
});

describe('isUsableTemporal', () => {
  it('judges the server, since a build by Go carries no version of the command line', () => {
    expect(isUsableTemporal('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)')).toBe(true);
    expect(isUsableTemporal('temporal version 1.4.1 (Server 1.28.0, UI 2.39.0)')).toBe(false);
    expect(isUsableTemporal('temporal: not found')).toBe(false);
  });
});
