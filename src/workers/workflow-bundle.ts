import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const SOURCE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE_FOLDER = join(SOURCE_ROOT, '..', 'node_modules', '.cache', 'clipscribe');

/**
 * The workflow code as one script, bundled once per version of the sources: bundling takes seconds, which
 * every start of a worker would pay.
 */
export async function workflowBundle(logger: Logger): Promise<{ codePath: string }> {
  const codePath = join(CACHE_FOLDER, `workflows-${sourceHash()}.js`);
  try {
    readFileSync(codePath);
  } catch {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(SOURCE_ROOT, 'workflows', 'index.ts'),
      logger,
    });
    await mkdir(CACHE_FOLDER, { recursive: true });
    // Two workers may start at once: each writes its own file, the rename is atomic.
    const temporary = `${codePath}.${process.pid}`;
    await writeFile(temporary, code);
    await rename(temporary, codePath);
  }
  return { codePath };
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  hash.update(version);
  for (const file of globSync('{workflows,contracts,domain}/**/*.ts', { cwd: SOURCE_ROOT }).sort()) {
    hash.update(file).update(readFileSync(join(SOURCE_ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
