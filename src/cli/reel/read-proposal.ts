import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { proposalSchema, type Proposal } from '../../domain/proposal.ts';
import { CliError, EXIT } from '../cli-error.ts';

/**
 * A `proposal.json`, which people edit by hand.
 *
 * @throws CliError for a file that is no proposal, with what is wrong in it and where
 */
export async function readProposal(file: string): Promise<Proposal> {
  try {
    return proposalSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? z.prettifyError(cause)
        : cause instanceof SyntaxError
          ? `it is not JSON: ${cause.message}`
          : 'it cannot be read';
    throw new CliError(`${file} is not a proposal: ${why}`, {
      exitCode: EXIT.usage,
      code: 'InvalidInput',
      fix: 'Mend it, or make one with `npx clipscribe reel propose`.',
      cause,
    });
  }
}
