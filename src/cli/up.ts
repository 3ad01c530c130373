import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { Settings } from '../config/settings.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './cli-error.ts';
import { onInterrupt } from './interrupt.ts';
import { LocalStack, type StackListener } from './stack/local-stack.ts';
import { findRunningStack, type Stack } from './stack/stack-file.ts';
import { plain } from './terminal/draw.ts';
import { style } from './terminal/style.ts';

const OTHER_START_POLL_MS = 300;

interface UpOptions {
  json?: boolean;
  verbose?: boolean;
}

/** `clipscribe up`: the whole local stack in the foreground. */
export function registerUpCommand(program: Command, context: CommandContext): void {
  program
    .command('up')
    .summary('run everything on this machine until Ctrl-C')
    .description(
      [
        'Runs Temporal with its web UI, a worker and the API on this machine, restarts what dies, and prints the',
        'addresses. Ctrl-C lets the worker hand over its work and stops everything; no job is lost.',
      ].join(' '),
    )
    .addOption(new Option('--json', 'print one line {apiUrl, temporalAddress, temporalUiUrl} when ready'))
    .addOption(new Option('-v, --verbose', 'show the logs of all parts'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx clipscribe up\n  $ CLIPSCRIBE_API_PORT=9000 npx clipscribe up --json',
    )
    .action((options: UpOptions) => up(options, context));
}

async function up({ json, verbose }: UpOptions, context: CommandContext): Promise<void> {
  const { terminal, exit } = context;
  const settings = context.settings();
  const tell = (text: string): void => void terminal.stderr.write(`${text}\n`);
  using interrupt = onInterrupt();
  const interrupted = new Promise<void>((resolve) =>
    interrupt.signal.addEventListener('abort', () => resolve()),
  );
  let workerIsReady = (): void => undefined;
  const workerReady = new Promise<void>((resolve) => (workerIsReady = resolve));
  const listener: StackListener = {
    onStarting: () => {
      if (!json) tell('Starting ClipScribe on this machine.');
    },
    onReady: (part, address) => {
      if (part === 'worker') workerIsReady();
      if (!json) tell(style('dim', `  ${part} is ready${address === '' ? '' : ` at ${address}`}`));
    },
    onNotice: tell,
    onLine: verbose ? (part, line) => tell(`${style('dim', part.padEnd(8))} ${plain(line)}`) : undefined,
  };
  const print = (addresses: Stack): void =>
    void terminal.stdout.write(addressesText(addresses, json === true));
  const stack = await startUnlessRunning(settings, listener);
  if (!(stack instanceof LocalStack)) {
    if (!json) tell('ClipScribe already runs on this machine.');
    return print(stack);
  }
  try {
    await Promise.race([workerReady, interrupted, stack.failed]);
    if (!interrupt.signal.aborted) {
      print(stack.addresses);
      await Promise.race([interrupted, stack.failed]);
    }
  } finally {
    if (!json) tell('Stopping: the worker hands over its work …');
    await stack.close();
  }
  exit(EXIT.done);
}

/** A stack of our own, or the addresses of the one that another process runs, once that is up. */
async function startUnlessRunning(settings: Settings, listener: StackListener): Promise<LocalStack | Stack> {
  for (;;) {
    const own = await LocalStack.start(settings, listener);
    if (own !== undefined) return own;
    const other = await findRunningStack(settings.home);
    if (other !== undefined) return other;
    await sleep(OTHER_START_POLL_MS);
  }
}

function addressesText({ apiUrl, temporalAddress, temporalUiUrl }: Stack, json: boolean): string {
  if (json) return `${JSON.stringify({ apiUrl, temporalAddress, temporalUiUrl })}\n`;
  return `
ClipScribe is up.

  API          ${apiUrl}  (described at ${apiUrl}/docs)
  Temporal     ${temporalAddress}
${temporalUiUrl === null ? '' : `  Temporal UI  ${temporalUiUrl}\n`}
In another terminal:  npx clipscribe submit talk.mp4
Stop with Ctrl-C.
`;
}
