/** The check that the Temporal server gives fair turns (S2). */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TemporalSettings } from '../../config/temporal.ts';
import { FAIR_TURNS_FIX, lackOfTurns } from '../../domain/fair-turns.ts';
import { isListening } from '../stack/ports.ts';
import { readStack } from '../stack/stack-file.ts';
import { ok, warning, type Finding } from './finding.ts';
import { runProgram, type ProgramOutput } from './run-program.ts';

const NAME = 'Fair turns';
const fairTurnsSchema = z.object({ urgentFirst: z.boolean(), usersTakeTurns: z.boolean() });

/** @param output of check-fair-turns.ts */
export function judgeFairTurns(output: ProgramOutput): Finding {
  if ('failure' in output) return warning(NAME, `could not be tried: ${output.failure}`, FAIR_TURNS_FIX);
  const lack = lackOfTurns(fairTurnsSchema.parse(JSON.parse(output.text)));
  return lack === null
    ? ok(NAME, 'urgent jobs go first, and users take turns')
    : warning(NAME, lack, FAIR_TURNS_FIX);
}

/** Tries it with a server that is configured, or the local stack's where it runs; undefined where there is none. */
export async function checkFairTurns(home: string, settings: TemporalSettings): Promise<Finding | undefined> {
  const given = settings.addressGiven ? settings.connectionOptions.address : undefined;
  const address = given ?? readStack(home)?.temporalAddress;
  if (address === undefined || !(await isListening(address))) return undefined;
  const script = fileURLToPath(new URL('../../workers/check-fair-turns.ts', import.meta.url));
  return judgeFairTurns(await runProgram(process.execPath, [script], { TEMPORAL_ADDRESS: address }));
}
