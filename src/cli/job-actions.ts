import { Option, type Command } from 'commander';
import { OPTIONAL_STAGES, STAGES, type StageName } from '../domain/job.ts';
import { routeSchema, type Route } from '../domain/route.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import {
  anySetOption,
  jsonOption,
  languageOption,
  modelOption,
  priorityOption,
  setOption,
  settingsOf,
  speakerOptions,
  subtitlesOption,
  translateOption,
  type SettingFlags,
} from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';

interface ActionOptions extends SettingFlags, JsonFlag {
  from: StageName;
  priority?: number;
  route?: Route;
}

/** A command that tells one job something; the API answers with one sentence about what happens now. */
interface JobAction {
  name: string;
  summary: string;
  description: string;
  options?: () => Option[];
  example?: string;
  tell: (api: Api, jobId: string, options: ActionOptions) => Promise<{ success: true; message: string }>;
}

/** What a job of any kind is to change; an option of its own goes before `--set`. */
const changesOf = ({ set, model }: ActionOptions): Record<string, unknown> => ({
  ...set,
  ...(model === undefined ? {} : { model }),
});

const routes = (api: Api) => api.client.api.jobs[':id'];
const parametersOf = (jobId: string) => ({ param: { id: jobId }, header: {} });

const ACTIONS: readonly JobAction[] = [
  {
    name: 'cancel',
    summary: 'cancel a job',
    description: 'Ends a job. What it has stored stays, so that a later job of the same video is quicker.',
    tell: (api, jobId) => answerOf(api, routes(api).cancel.$post(parametersOf(jobId))),
  },
  {
    name: 'pause',
    summary: 'hold a job',
    description: 'Lets the running steps of a job finish and starts no new ones until `resume`.',
    tell: (api, jobId) => answerOf(api, routes(api).pause.$post(parametersOf(jobId))),
  },
  {
    name: 'resume',
    summary: 'go on with a paused job',
    description: 'Goes on with a paused job.',
    tell: (api, jobId) => answerOf(api, routes(api).resume.$post(parametersOf(jobId))),
  },
  {
    name: 'retry',
    summary: 'try the step again that needs attention',
    description:
      'Tries the step of a job again that needs attention, with other settings where they are given.',
    options: () => [anySetOption(), modelOption()],
    example: 'npx clipscribe retry job_01… --set model=base --set concurrency=1',
    tell: (api, jobId, options) =>
      answerOf(
        api,
        routes(api).retry.$post({ ...parametersOf(jobId), json: { settings: changesOf(options) } }),
      ),
  },
  {
    name: 'skip',
    summary: 'leave out the step that needs attention',
    description: `Goes on without the step of a job that needs attention. Steps that can be left out: ${OPTIONAL_STAGES.join(', ')}.`,
    tell: (api, jobId) => answerOf(api, routes(api).skip.$post(parametersOf(jobId))),
  },
  {
    name: 'change',
    summary: 'change the turn, the route or the settings of a job under way',
    description: 'Changes a job that waits or runs. A running one takes it over from its next step on.',
    options: () => [
      priorityOption(),
      new Option('--route <route>', 'the workers for short or for long videos').choices(routeSchema.options),
      anySetOption(),
      modelOption(),
    ],
    example: 'npx clipscribe change job_01… --priority 10 --model base',
    tell: (api, jobId, options) => {
      const { priority, route } = options;
      const settings = changesOf(options);
      const changesSettings = Object.keys(settings).length > 0;
      if (priority === undefined && route === undefined && !changesSettings)
        throw new CliError('There is nothing to change.', {
          exitCode: EXIT.usage,
          fix: 'Give --priority, --route, --model or --set.',
        });
      const json = { priority, route, ...(changesSettings ? { settings } : {}) };
      return answerOf(api, routes(api).$patch({ param: { id: jobId }, json }));
    },
  },
  {
    name: 'redo',
    summary: 'do an ended job again from a stage on',
    description: 'Does an ended job again under its id. What comes before the stage is taken from the cache.',
    options: () => [
      new Option('--from <stage>', 'the first stage to do again').choices(STAGES).makeOptionMandatory(),
      setOption(),
      languageOption(),
      modelOption(),
      ...speakerOptions(),
      translateOption(),
      subtitlesOption(),
    ],
    example: 'npx clipscribe redo job_01… --from speakers --speakers 5',
    tell: (api, jobId, options) =>
      answerOf(
        api,
        routes(api).redo.$post({
          ...parametersOf(jobId),
          json: { from: options.from, settings: settingsOf(options) },
        }),
      ),
  },
];

/** `clipscribe cancel`, `pause`, `resume`, `retry`, `skip`, `change` and `redo`. */
export function registerJobActionCommands(program: Command, context: CommandContext): void {
  for (const { name, summary, description, options, example, tell } of ACTIONS) {
    const command = program
      .command(name)
      .summary(summary)
      .description(description)
      .argument('<id>', 'job id')
      .action(async (jobId: string, given: ActionOptions) => {
        const answer = await tell(await requireApi(context.settings()), jobId, given);
        printAnswer(context, answer, answer.message, given);
      });
    for (const option of options?.() ?? []) command.addOption(option);
    command.addOption(jsonOption());
    if (example !== undefined) command.addHelpText('after', `\nExample:\n  $ ${example}`);
  }
}
