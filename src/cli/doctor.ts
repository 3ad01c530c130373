import type { Command } from 'commander';
import type { Settings } from '../config/settings.ts';
import { loadTemporalSettings } from '../config/temporal.ts';
import { loadTools, type Tools } from '../config/tools.ts';
import { EXIT } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { missing, ok, RUN_SET_UP, type Finding } from './doctor/finding.ts';
import { checkFairTurns } from './doctor/fair-turns.ts';
import { checkDisk, checkHome, checkMemory, checkPorts, judgeNode } from './doctor/machine.ts';
import { checkModels, checkSpeakerEncoder } from './doctor/models.ts';
import { checkPrograms } from './doctor/programs.ts';
import { drawReport, isWell } from './doctor/report.ts';
import { checkStorage } from './doctor/storage.ts';
import { checkTemporalServer } from './doctor/temporal-server.ts';
import { jsonOption } from './job-options.ts';
import { readStack } from './stack/stack-file.ts';

const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;

/** `clipscribe doctor`: what is installed, reachable and configured, and how to mend what is not. */
export function registerDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .summary('tell what is installed, reachable and configured, and how to mend what is not')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine(context);
      const healthy = isWell(findings);
      context.terminal.stdout.write(
        json ? `${JSON.stringify({ ok: healthy, findings }, null, 2)}\n` : drawReport(findings),
      );
      context.exit(healthy ? EXIT.done : EXIT.failed);
    });
}

/** Makes all checks. A fault in one is a finding and keeps none of the others from being made. */
async function examine(context: CommandContext): Promise<Finding[]> {
  const node = judgeNode(process.version);
  const settings = attempt('Settings', 'Correct the settings.', () => context.settings());
  if ('status' in settings) return [node, settings];
  const tools = attempt('Tools', RUN_SET_UP, () => loadTools(settings.home));
  return [
    node,
    ok('Settings', 'valid'),
    await checkHome(settings.home),
    await checkDisk(settings.home),
    checkMemory(),
    ...('status' in tools ? [tools] : await examineTools(settings, tools)),
    ...(await examineTemporal(settings)),
    await checkStorage(settings),
    await checkPorts([TEMPORAL_PORT, TEMPORAL_UI_PORT, settings.apiPort], ourPorts(settings)),
  ];
}

async function examineTools(settings: Settings, tools: Tools): Promise<Finding[]> {
  return [
    ...(await checkPrograms(tools)),
    checkModels(settings, tools),
    await checkSpeakerEncoder(settings, tools),
  ];
}

async function examineTemporal({ home }: Settings): Promise<Finding[]> {
  const temporal = attempt('Temporal server', 'Correct the settings of Temporal.', loadTemporalSettings);
  if ('status' in temporal) return [temporal];
  const fairTurns = await checkFairTurns(home, temporal);
  return [await checkTemporalServer(home, temporal), ...(fairTurns === undefined ? [] : [fairTurns])];
}

/** What a function returns, or a finding in place of what it throws. */
function attempt<T extends object>(name: string, fix: string, load: () => T): T | Finding {
  try {
    return load();
  } catch (error) {
    return missing(name, error instanceof Error ? error.message : String(error), fix);
  }
}

/** The ports of the local stack, if it runs. */
function ourPorts({ home }: Settings): number[] {
  const stack = readStack(home);
  if (stack === undefined) return [];
  const addresses = [stack.apiUrl, `tcp://${stack.temporalAddress}`, stack.temporalUiUrl ?? undefined];
  return addresses.flatMap((address) => (address === undefined ? [] : [Number(new URL(address).port)]));
}
