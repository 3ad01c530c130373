import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseSystemFfmpeg } from '../../../scripts/setup/ffmpeg.mjs';
import { matchesLock } from '../../../scripts/setup/node-packages.mjs';
import { homeDirectory } from '../../../scripts/setup/places.mjs';
import { findCause } from '../../../scripts/setup/run-process.mjs';
import { missingSpeechModels } from '../../../scripts/setup/speech-model.mjs';
import { isAbandoned } from '../../../scripts/setup/set-up-lock.mjs';
import { archiveName } from '../../../scripts/setup/temporal.mjs';
import { testFolder } from '../../support/test-folder.ts';

describe('missingSpeechModels', () => {
  const models = testFolder();
  mkdirSync(join(models, 'whisper-base'));
  writeFileSync(join(models, 'whisper-base', 'model.bin'), '');
  const missing = (environment: NodeJS.ProcessEnv) =>
    missingSpeechModels({ models } as Parameters<typeof missingSpeechModels>[0], environment);

  it('are those that the settings name and that are not there', () => {
    expect(missing({})).toEqual([]);
    expect(missing({ CLIPSCRIBE_MODEL: 'base', CLIPSCRIBE_HIGH_VALUE_MODEL: '' })).toEqual([]);
    const better = { CLIPSCRIBE_MODEL: 'small', CLIPSCRIBE_HIGH_VALUE_MODEL: 'owner/name' };
    expect(missing(better)).toEqual(['small', 'owner/name']);
    mkdirSync(join(models, 'whisper-owner--name'));
    writeFileSync(join(models, 'whisper-owner--name', 'model.bin'), '');
    expect(missing(better)).toEqual(['small']);
  });

  it('are no models of a server elsewhere', () => {
    const elsewhere = {
      CLIPSCRIBE_TRANSCRIPTION_URL: 'https://api.example.org',
      CLIPSCRIBE_MODEL: 'whisper-1',
    };
    expect(missing(elsewhere)).toEqual([]);
  });
});

describe('homeDirectory', () => {
  it('is CLIPSCRIBE_HOME where that is set', () => {
    expect(homeDirectory({ CLIPSCRIBE_HOME: '/srv/clips' }, 'linux', '/people/u')).toBe('/srv/clips');
  });

  it('follows the custom of each system', () => {
    expect(homeDirectory({}, 'linux', '/people/u')).toBe('/people/u/.local/share/clipscribe');
    expect(homeDirectory({ XDG_DATA_HOME: '/data' }, 'linux', '/people/u')).toBe('/data/clipscribe');
    expect(homeDirectory({}, 'darwin', '/people/u')).toBe('/people/u/Library/Application Support/clipscribe');
  });
});

describe('matchesLock', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.2.3', integrity: 'sha512-a' },
    'node_modules/b-win': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };
  const a = { version: '1.2.3', integrity: 'sha512-a' };

  it('holds when all is there but optional packages of other systems', () => {
    expect(matchesLock(wanted, { 'node_modules/a': a })).toBe(true);
  });

  it('does not hold for a missing, another or a left-over package', () => {
    expect(matchesLock(wanted, {})).toBe(false);
    expect(matchesLock(wanted, { 'node_modules/a': { ...a, version: '1.2.4' } })).toBe(false);
    expect(matchesLock(wanted, { 'node_modules/a': { ...a, integrity: 'sha512-x' } })).toBe(false);
    expect(matchesLock(wanted, { 'node_modules/a': a, 'node_modules/old': a })).toBe(false);
  });
});

describe('chooseSystemFfmpeg', () => {
  it('takes the two programs together or none', () => {
    expect(chooseSystemFfmpeg('/usr/bin/ffmpeg', '/usr/bin/ffprobe')).toEqual({
      ffmpeg: '/usr/bin/ffmpeg',
      ffprobe: '/usr/bin/ffprobe',
    });
    expect(chooseSystemFfmpeg('/usr/bin/ffmpeg', undefined)).toBeUndefined();
    expect(chooseSystemFfmpeg(undefined, '/usr/bin/ffprobe')).toBeUndefined();
  });
});

describe('archiveName', () => {
  it("names systems as Temporal's releases do, and none where there is no archive", () => {
    expect(archiveName('linux', 'x64')).toBe('linux_amd64');
    expect(archiveName('darwin', 'arm64')).toBe('darwin_arm64');
    expect(archiveName('win32', 'x64')).toBeUndefined();
    expect(archiveName('linux', 's390x')).toBeUndefined();
  });
});

describe('isAbandoned', () => {
  const holder = { pid: 7, host: 'here', token: 't' };
  const runs = () => true;
  const ended = () => false;

  it('is true at once when the process of this machine has ended', () => {
    expect(isAbandoned(holder, 0, 'here', ended)).toBe(true);
  });

  it('is false while the holder shows life', () => {
    expect(isAbandoned(holder, 1_000, 'here', runs)).toBe(false);
  });

  it('believes a process id of another machine only by its silence', () => {
    expect(isAbandoned(holder, 1_000, 'elsewhere', ended)).toBe(false);
    expect(isAbandoned(holder, 61_000, 'elsewhere', runs)).toBe(true);
  });

  it('leaves a file that is being written alone', () => {
    expect(isAbandoned(undefined, 0, 'here', ended)).toBe(false);
  });
});

describe('findCause', () => {
  it.each([
    [
      'npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when …\nnpm error Run "npm help ci"',
      'npm error `npm ci` can only install packages when …',
    ],
    [
      'npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error network request to https://r/x failed\nnpm error A complete log of this run can be found in: /x',
      'npm error network request to https://r/x failed',
    ],
    [
      'Collecting a\nERROR: No matching distribution found for a\n[notice] A new release of pip',
      'ERROR: No matching distribution found for a',
    ],
    ['Whisper base is nowhere to be had.\n', 'Whisper base is nowhere to be had.'],
    ['', 'it said nothing'],
  ])('finds the line that tells most in %j', (output, cause) => {
    expect(findCause(output)).toBe(cause);
  });
});
