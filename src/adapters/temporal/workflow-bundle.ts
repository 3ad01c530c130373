import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const require = createRequire(import.meta.url);
const SOURCE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * The workflow code as one script, bundled once per version of the sources: bundling takes seconds, which
 * every start of a process would pay.
 *
 * @param folder keeps it; a checkout may be read-only for a service
 * @param options.traced whether workflows give spans, to a sink that their worker must have then
 */
export async function workflowBundle(
  logger: Logger,
  folder: string,
  { traced }: { traced: boolean },
): Promise<{ codePath: string } | { code: string }> {
  const codePath = join(folder, `workflows-${sourceHash()}${traced ? '-traced' : ''}.js`);
  try {
    readFileSync(codePath);
  } catch {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(SOURCE_ROOT, 'workflows', 'index.ts'),
      workflowInterceptorModules: interceptorModules(traced),
      logger,
    });
    // Two processes may start at once: each writes its own file, the rename is atomic.
    const temporary = `${codePath}.${process.pid}`;
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, code);
      await rename(temporary, codePath);
    } catch (error) {
      // Where there is no room for it, the next start bundles again.
      logger.warn('The bundle of the workflow code could not be kept', { error });
      await rm(temporary, { force: true });
      return { code };
    }
  }
  return { codePath };
}

/** The modules whose interceptors go into the workflow code. Histories replay with those of traces and without. */
export const interceptorModules = (traced: boolean): string[] => [
  join(SOURCE_ROOT, 'workflows', 'log-interceptors.ts'),
  ...(traced ? [require.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors')] : []),
];

function sourceHash(): string {
  const hash = createHash('sha256');
  const { version } = require('@temporalio/worker/package.json') as {
    version: string;
  };
  hash.update(version);
  for (const file of globSync('{workflows,contracts,domain}/**/*.ts', { cwd: SOURCE_ROOT }).sort()) {
    hash.update(file).update(readFileSync(join(SOURCE_ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
