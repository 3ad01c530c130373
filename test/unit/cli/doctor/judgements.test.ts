import { describe, expect, it } from 'vitest';
import { judgeFairTurns } from '../../../../src/cli/doctor/fair-turns.ts';
import { judgeDisk, judgeMemory, judgeNode, judgePorts } from '../../../../src/cli/doctor/machine.ts';
import { judgeModels, judgeSpeakerEncoder } from '../../../../src/cli/doctor/models.ts';
import {
  judgeCodecs,
  judgeFfmpegVersion,
  judgePython,
  judgeTemporalCli,
  judgeYtDlp,
} from '../../../../src/cli/doctor/programs.ts';
import { FREE } from '../../../../src/domain/model-prices.ts';

const GIB = 1024 ** 3;
const OWN_ENCODER = { speakerEncoder: undefined, speakerEncoderFile: undefined };

const listing = (...names: string[]) => ({
  text: [' ------', ...names.map((name) => ` A....D ${name.padEnd(20)} described`)].join('\n'),
});
const ENCODERS = listing('flac', 'pcm_s16le', 'aac');
const DECODERS = listing('aac', 'ac3', 'alac', 'eac3', 'flac', 'mp3', 'opus', 'pcm_s16le', 'vorbis', 'wmav2');

describe('judging the machine', () => {
  it('takes Node 24 and later only', () => {
    expect(judgeNode('v24.21.0')).toMatchObject({ status: 'ok', detail: '24.21.0' });
    expect(judgeNode('v20.20.2')).toMatchObject({
      status: 'missing',
      fix: expect.stringContaining('Node 24'),
    });
  });

  it('warns of a disk that is filling and refuses a full one', () => {
    expect(judgeDisk(50 * GIB)).toMatchObject({ status: 'ok', detail: '50.0 GiB free' });
    expect(judgeDisk(5 * GIB).status).toBe('warning');
    expect(judgeDisk(0.5 * GIB).status).toBe('missing');
  });

  it('warns of little memory', () => {
    expect(judgeMemory(4 * GIB).status).toBe('ok');
    expect(judgeMemory(1 * GIB).status).toBe('warning');
  });

  it("tells a foreign program's port from the local stack's own", () => {
    expect(judgePorts([7233, 8233], [], [])).toMatchObject({ status: 'ok', detail: '7233, 8233 free' });
    expect(judgePorts([7233, 8233], [7233, 8233], [7233, 8233]).status).toBe('ok');
    expect(judgePorts([7233, 8233], [7233, 8233], [7233])).toMatchObject({
      status: 'warning',
      detail: '8233 taken by another program',
    });
  });
});

describe('judging fair turns', () => {
  it('warns of a server without them, and says what is lacking', () => {
    const judge = (urgentFirst: boolean, usersTakeTurns: boolean) =>
      judgeFairTurns({ text: JSON.stringify({ urgentFirst, usersTakeTurns }) });
    expect(judge(true, true).status).toBe('ok');
    expect(judge(true, false)).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining("one user's many jobs") as string,
      fix: expect.stringContaining('matching.enableFairness') as string,
    });
    expect(judgeFairTurns({ failure: 'PERMISSION_DENIED' }).status).toBe('warning');
  });
});

describe('judging programs', () => {
  it('refuses an ffmpeg that is too old or does not start', () => {
    expect(judgeFfmpegVersion('ffmpeg', '/f', { text: 'ffmpeg version 7.1 …' }).status).toBe('ok');
    expect(judgeFfmpegVersion('ffmpeg', '/f', { text: 'ffmpeg version 4.2.7 …' }).status).toBe('missing');
    expect(judgeFfmpegVersion('ffmpeg', '/f', { failure: 'spawn /f ENOENT' })).toMatchObject({
      status: 'missing',
      detail: '/f: spawn /f ENOENT',
    });
  });

  it('needs every encoder and warns of missing decoders', () => {
    expect(judgeCodecs({ encoders: ENCODERS, decoders: DECODERS }).status).toBe('ok');
    expect(judgeCodecs({ encoders: listing('aac'), decoders: DECODERS })).toMatchObject({
      status: 'missing',
      detail: 'no encoder for flac, pcm_s16le',
    });
    expect(judgeCodecs({ encoders: ENCODERS, decoders: listing('aac', 'mp3') }).status).toBe('warning');
    expect(judgeCodecs({ encoders: { failure: 'x' }, decoders: { failure: 'x' } }).status).toBe('missing');
  });

  it('refuses a yt-dlp without JavaScript runtimes and warns of one that sites have left behind', () => {
    const now = new Date('2026-09-01T00:00:00Z');
    expect(judgeYtDlp('/y', { text: '2026.08.19\n' }, now)).toMatchObject({
      status: 'ok',
      detail: '2026.08.19',
    });
    expect(judgeYtDlp('/y', { text: '2025.10.22\n' }, now).status).toBe('missing');
    expect(judgeYtDlp('/y', { text: '2026.01.31\n' }, now)).toMatchObject({
      status: 'warning',
      detail: '2026.01.31 (213 days old)',
    });
    expect(judgeYtDlp('/y', { failure: 'spawn /y ENOENT' }, now).status).toBe('missing');
  });

  it('needs the Python packages to be importable', () => {
    const found = judgePython('/p', { text: '3.11.7\nspacy 3.8.18\n' });
    expect(found.map(({ status, detail }) => [status, detail])).toEqual([
      ['ok', '3.11.7'],
      ['ok', 'spacy 3.8.18'],
    ]);
    expect(judgePython('/p', { failure: "ModuleNotFoundError: No module named 'spacy'" })).toMatchObject([
      { status: 'missing', detail: "/p: ModuleNotFoundError: No module named 'spacy'" },
    ]);
  });

  it('needs a Temporal with fair turns, or none where a server is given', () => {
    expect(judgeTemporalCli({ text: 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)\n' }).status).toBe(
      'ok',
    );
    expect(judgeTemporalCli({ text: 'temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)\n' }).status).toBe(
      'missing',
    );
    expect(judgeTemporalCli(undefined).status).toBe('ok');
  });
});

describe('judging models', () => {
  const settings = { model: 'base', highValueModel: 'small', transcription: undefined };

  it('lists the models that jobs can ask for, and misses those that the settings name', () => {
    expect(judgeModels(settings, ['base', 'small', 'tiny'])).toMatchObject({
      status: 'ok',
      detail: 'Whisper base, small, tiny',
    });
    expect(judgeModels(settings, ['base'])).toMatchObject({
      status: 'missing',
      detail: 'Whisper small not on disk',
    });
  });

  it('needs none where a transcription server is configured, and shows no more of it than its origin', () => {
    const url = 'https://user:secret@speech.example/v1?key=secret';
    const transcription = { url, key: 'secret', priceUsdPerMinute: FREE };
    expect(judgeModels({ ...settings, transcription }, [])).toMatchObject({
      status: 'ok',
      detail: 'the server at https://speech.example',
    });
  });

  it('warns where speakers cannot be told apart, and takes a configured server for granted', () => {
    expect(judgeSpeakerEncoder(OWN_ENCODER, true).status).toBe('ok');
    expect(judgeSpeakerEncoder(OWN_ENCODER, false)).toMatchObject({
      status: 'warning',
      detail: 'not on disk, so speakers are not told apart',
    });
    const speakerEncoder = { url: 'https://user:secret@voices.example/v1?key=secret', key: 'secret' };
    expect(judgeSpeakerEncoder({ ...OWN_ENCODER, speakerEncoder }, false)).toMatchObject({
      status: 'ok',
      detail: 'the server at https://voices.example',
    });
  });

  it('refuses a speaker encoder that cannot be used, for its reason', () => {
    const settings = {
      ...OWN_ENCODER,
      speakerEncoderFile: { path: '/m/encoder.onnx', sameVoiceSimilarity: 0.5 },
    };
    expect(judgeSpeakerEncoder(settings, true, { text: '{"model":"onnx-1"}' })).toMatchObject({
      status: 'ok',
      detail: '/m/encoder.onnx, overlaps by pyannote',
    });
    expect(judgeSpeakerEncoder(settings, true, { failure: 'It is none.' })).toMatchObject({
      status: 'missing',
      detail: 'It is none.',
      fix: expect.stringContaining('CLIPSCRIBE_SPEAKER_ENCODER_FILE'),
    });
    expect(judgeSpeakerEncoder(settings, false, { text: '{"model":"onnx-1"}' }).status).toBe('warning');
  });
});
