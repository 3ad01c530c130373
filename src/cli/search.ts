import type { Command } from 'commander';
import type { Hit } from '../api/routes/search.ts';
import { formatClock } from '../domain/time.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { positiveInteger } from './positive-integer.ts';
import { plain } from './terminal/draw.ts';

const LARGEST_PAGE = 100;

/** `clipscribe search`: what was said, in which video and when. */
export function registerSearchCommand(program: Command, context: CommandContext): void {
  program
    .command('search')
    .summary('find what was said, in which video and when')
    .description(
      'Searches the transcripts of completed jobs. "Quotes" ask for a phrase, or for either, -word for its absence.',
    )
    .argument('<words...>', 'what to look for')
    .option('-n, --limit <number>', 'how many hits at most', positiveInteger, 20)
    .addOption(jsonOption())
    .action(async (words: string[], { limit, json }: { limit: number; json?: boolean }) => {
      const hits = await readHits(await requireApi(context.settings()), words.join(' '), limit);
      const { stdout } = context.terminal;
      if (json) return void stdout.write(`${JSON.stringify(hits)}\n`);
      stdout.write(hits.length === 0 ? 'Nothing was found.\n' : `${hits.map(hitText).join('\n\n')}\n`);
    });
}

async function readHits(api: Api, q: string, limit: number): Promise<Hit[]> {
  const hits: Hit[] = [];
  let cursor: string | null = null;
  do {
    const query = {
      ...{ q, limit: String(Math.min(LARGEST_PAGE, limit - hits.length)) },
      ...(cursor === null ? {} : { cursor }),
    };
    const page: { hits: Hit[]; nextCursor: string | null } = await answerOf(
      api,
      api.client.api.search.$get({ query }),
    );
    hits.push(...page.hits);
    cursor = page.nextCursor;
  } while (cursor !== null && hits.length < limit);
  return hits;
}

/** What is said below where it is said. Marks are letters, so that a file or a pipe gets them, too. */
function hitText({ jobId, title, source, start, speaker, snippet }: Hit): string {
  const who = speaker === null ? '' : ` · ${plain(speaker)}`;
  return `${formatClock(start)} · ${plain(title ?? source)} · ${jobId}${who}\n  ${plain(markedText(snippet))}`;
}

function markedText({ text, matches }: Hit['snippet']): string {
  let end = 0;
  const parts = matches.map(({ from, to }) => {
    const part = `${text.slice(end, from)}[${text.slice(from, to)}]`;
    end = to;
    return part;
  });
  return parts.join('') + text.slice(end);
}
