import { Option, type Command } from 'commander';
import { OPTIONAL_STAGES, STAGES, type JobSettings, type StageName } from '../domain/job.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption, modelOption, setOption } from './job-options.ts';

interface ActionOptions {
  json?: boolean;
  set: JobSettings;
  model?: string;
  from: StageName;
}

/** Tells the API; answers with one sentence about what happens now. */
type Action = (
  api: Api,
  jobId: string,
  options: ActionOptions,
) => Promise<{ success: true; message: string }>;

const parametersOf = (jobId: string) => ({ param: { id: jobId }, header: {} });
const routes = (api: Api) => api.client.api.jobs[':id'];

const settingsOf = ({ set, model }: ActionOptions): JobSettings => ({
  ...set,
  ...(model === undefined ? {} : { model }),
});

/** `clipscribe cancel`, `pause`, `resume`, `retry`, `skip` and `redo`. */
export function registerJobActionCommands(program: Command, context: CommandContext): void {
  const register = (name: string, summary: string, action: Action): Command =>
    program
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .argument('<id>', 'job id')
      .addOption(jsonOption())
      .action(async (jobId: string, options: ActionOptions) => {
        const answer = await action(await requireApi(context.settings()), jobId, options);
        context.terminal.stdout.write(`${options.json ? JSON.stringify(answer) : answer.message}\n`);
      });

  register('cancel', 'cancel a job', (api, jobId) =>
    answerOf(api, routes(api).cancel.$post(parametersOf(jobId))),
  );
  register('pause', 'let the running steps of a job finish and start no new ones', (api, jobId) =>
    answerOf(api, routes(api).pause.$post(parametersOf(jobId))),
  );
  register('resume', 'go on with a paused job', (api, jobId) =>
    answerOf(api, routes(api).resume.$post(parametersOf(jobId))),
  );
  register(
    'retry',
    'try the step again that needs attention, with other settings if given',
    (api, jobId, options) =>
      answerOf(
        api,
        routes(api).retry.$post({ ...parametersOf(jobId), json: { settings: settingsOf(options) } }),
      ),
  )
    .addOption(setOption())
    .addOption(modelOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx clipscribe retry job_01… --set model=base --set concurrency=1',
    );
  register(
    'skip',
    `go on without the step that needs attention (${OPTIONAL_STAGES.join(', ')})`,
    (api, jobId) => answerOf(api, routes(api).skip.$post(parametersOf(jobId))),
  );
  register(
    'redo',
    'do an ended job again from a stage on; what comes before is kept',
    (api, jobId, options) =>
      answerOf(
        api,
        routes(api).redo.$post({
          ...parametersOf(jobId),
          json: { from: options.from, settings: settingsOf(options) },
        }),
      ),
  )
    .addOption(
      new Option('--from <stage>', 'the first stage to do again').choices(STAGES).makeOptionMandatory(),
    )
    .addOption(setOption())
    .addOption(modelOption())
    .addHelpText('after', '\nExamples:\n  $ npx clipscribe redo job_01… --from transcribe --model small');
}
