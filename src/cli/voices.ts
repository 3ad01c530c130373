import type { Command } from 'commander';
import { formatClock } from '../domain/time.ts';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { plain, tableText } from './terminal/draw.ts';

/** `clipscribe voices`: people who are known again in later jobs. */
export function registerVoiceCommands(program: Command, context: CommandContext): void {
  const voices = program
    .command('voices')
    .summary('have speakers known again in later jobs')
    .description(
      'Voices of people that later jobs of yours suggest names for. A voice is biometric data: ask its owner first.',
    );
  const api = () => requireApi(context.settings());
  voices
    .command('add')
    .summary('keep how a speaker of a job sounds')
    .argument('<name>', 'whose voice it is')
    .requiredOption('--job <id>', 'the job in which it is heard')
    .requiredOption('--speaker <speaker>', 'the speaker there, such as S1')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ npx clipscribe voices add Ada --job job_01… --speaker S1')
    .action(
      async (name: string, { job, speaker, ...options }: { job: string; speaker: string } & JsonFlag) => {
        const found = await api();
        const request = { name, jobId: job, speaker };
        const voice = await answerOf(found, found.client.api.voices.$post({ json: request, header: {} }));
        printAnswer(context, voice, `Later jobs suggest "${plain(voice.name)}" for this voice.`, options);
      },
    );
  voices
    .command('list')
    .summary('list the voices that you have added')
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const found = await api();
      const { voices } = await answerOf(found, found.client.api.voices.$get());
      printAnswer(context, voices, listText(voices), options);
    });
  voices
    .command('delete')
    .summary('forget a voice')
    .argument('<voice>', 'its name or id')
    .addOption(jsonOption())
    .action(async (id: string, options: JsonFlag) => {
      const found = await api();
      const voice = await answerOf(found, found.client.api.voices[':id'].$delete({ param: { id } }));
      printAnswer(context, voice, `The voice of ${plain(voice.name)} is forgotten.`, options);
    });
}

interface ListedVoice {
  id: string;
  name: string;
  samples: { seconds: number; addedAt: string }[];
}

const listText = (voices: readonly ListedVoice[]): string =>
  voices.length === 0
    ? 'You have added no voices.'
    : tableText([
        ['VOICE', 'NAME', 'SAMPLES', 'HEARD', 'ADDED'],
        ...voices.map(({ id, name, samples }) => [
          id,
          plain(name),
          String(samples.length),
          formatClock(samples.reduce((sum, { seconds }) => sum + seconds, 0)),
          samples.at(-1)?.addedAt.slice(0, 10) ?? '',
        ]),
      ]);
