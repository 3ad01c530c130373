import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** Reading all sources takes seconds. */
const TIMEOUT_MS = 120_000;

/** A small tree in the shape of ours in which every import is allowed. */
const GOOD_TREE: Readonly<Record<string, string>> = {
  'src/domain/media.ts': `import 'zod';\nexport const media = 1;`,
  // Half of a cycle, which is complete and told once when the other half is planted.
  'src/domain/egg.ts': `import './chicken.ts';`,
  'src/config/settings.ts': `import 'node:path';\nexport const settings = 1;`,
  'src/contracts/video.ts': `import '../domain/media.ts';\nexport const video = 1;`,
  'src/ports/store.ts': `import type {} from 'node:stream';\nimport '../domain/media.ts';\nexport const store = 1;`,
  'src/workflows/index.ts': `import '@temporalio/workflow';\nimport '../contracts/video.ts';\nexport const flow = 1;`,
  'src/activities/index.ts': `import 'node:fs';\nimport '../ports/store.ts';\nexport const steps = 1;`,
  'src/adapters/process/start.ts': `import 'node:child_process';\nexport const start = 1;`,
  'src/adapters/ffmpeg/tool.ts': `import 'fluent-ffmpeg';\nimport '../process/start.ts';\nimport '../../ports/store.ts';\nexport const tool = 1;`,
  'src/adapters/local-store/store.ts': `import '../../domain/media.ts';\nexport const local = 1;`,
  'src/adapters/bucket/bucket.ts': `import '../../ports/store.ts';\nexport const bucket = 1;`,
  'src/adapters/s3/store.ts': `import '../bucket/bucket.ts';\nexport const s3 = 1;`,
  'src/adapters/create-store.ts': `import './local-store/store.ts';\nimport './s3/store.ts';\nexport const create = 1;`,
  'src/workers/main.ts': `import '../adapters/ffmpeg/tool.ts';\nimport '../config/settings.ts';\nexport const worker = 1;`,
  'src/api/app.ts': `import '../contracts/video.ts';\nexport const app = 1;\nexport type App = 1;`,
  'src/cli/main.ts': `import type { App } from '../api/app.ts';\nimport '../config/settings.ts';\nexport type { App };`,
  'test/unit/media.test.ts': `import '../../src/domain/media.ts';\nexport const test = 1;`,
};

/** One forbidden import for each rule: rule name, the file that breaks it, its content. */
const PLANTS: readonly (readonly [rule: string, file: string, content: string])[] = [
  ['no-cycles', 'src/domain/chicken.ts', `import './egg.ts';`],
  ['src-never-imports-test', 'src/activities/a.ts', `import '../../test/unit/media.test.ts';`],
  ['domain-imports-only-itself', 'src/domain/b.ts', `import '../contracts/video.ts';`],
  ['config-imports-only-itself', 'src/config/c.ts', `import '../domain/media.ts';`],
  ['contracts-imports-only-domain', 'src/contracts/d.ts', `import '../ports/store.ts';`],
  ['ports-imports-only-domain', 'src/ports/e.ts', `import '../contracts/video.ts';`],
  ['workflows-imports-only-domain-contracts', 'src/workflows/f.ts', `import '../activities/index.ts';`],
  [
    'workflows-imports-only-domain-contracts',
    'src/workflows/g.ts',
    `import type {} from '../ports/store.ts';`,
  ],
  [
    'activities-imports-only-domain-contracts-ports',
    'src/activities/h.ts',
    `import '../config/settings.ts';`,
  ],
  ['adapters-imports-only-domain-ports', 'src/adapters/ffmpeg/i.ts', `import '../../contracts/video.ts';`],
  [
    'workers-imports-only-domain-contracts-ports-activities-adapters-config-workflows',
    'src/workers/j.ts',
    `import '../api/app.ts';`,
  ],
  ['api-is-thin', 'src/api/routes/k.ts', `import '../../adapters/local-store/store.ts';`],
  ['server-composes-the-api', 'src/api/server.ts', `import '../workflows/index.ts';`],
  ['clients-never-see-the-engine', 'src/cli/l.ts', `import '../adapters/ffmpeg/tool.ts';`],
  ['clients-import-api-as-type', 'src/cli/m.ts', `import { app } from '../api/app.ts';\nexport { app };`],
  ['adapters-do-not-know-each-other', 'src/adapters/ffmpeg/n.ts', `import '../local-store/store.ts';`],
  ['vendor-sdk-only-in-adapters', 'src/activities/o.ts', `import 'fluent-ffmpeg';`],
  ['workflow-code-is-deterministic', 'src/domain/p.ts', `import 'node:fs';`],
  ['workflow-npm-allowlist', 'src/workflows/q.ts', `import 'pino';`],
  ['inner-npm-allowlist', 'src/ports/r.ts', `import 'pino';`],
  ['config-npm-allowlist', 'src/config/z.ts', `import 'pino';`],
  ['entry-points-are-leaves', 'src/activities/s.ts', `import '../workers/main.ts';`],
];

const PACKAGES = ['zod', '@temporalio/workflow', 'fluent-ffmpeg', 'pino'];

interface Violation {
  rule: string;
  file: string;
}

const ourOptions = () => extractDepcruiseOptions(join(CHECKOUT, '.dependency-cruiser.cjs'));

/** The violations of our rules in the sources and tests of a tree. */
async function violationsIn(tree: string): Promise<Violation[]> {
  const { output } = await cruise(
    ['src', 'test'],
    { ...(await ourOptions()), baseDir: tree, validate: true },
    undefined,
    // The command line reads the file that the options name; the programming interface wants its content.
    { tsConfig: extractTSConfig(join(CHECKOUT, 'tsconfig.json')) },
  );
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}

describe('the rules about who may import whom', () => {
  const tree = mkdtempSync(join(tmpdir(), 'clipscribe-boundaries-'));
  let violations: Violation[];

  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), content);
  };

  beforeAll(async () => {
    for (const [file, content] of Object.entries(GOOD_TREE)) write(file, content);
    for (const [, file, content] of PLANTS) write(file, content);
    for (const name of PACKAGES) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
      write(`node_modules/${name}/index.js`, '');
    }
    violations = await violationsIn(tree);
  }, TIMEOUT_MS);

  afterAll(() => rmSync(tree, { recursive: true }));

  it('each have an import planted against them', async () => {
    const rules = (await ourOptions()).ruleSet?.forbidden ?? [];
    expect(new Set(PLANTS.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });

  it.each(PLANTS)('catch by %s what %s imports', (rule, file) => {
    expect(violations).toContainEqual({ rule, file });
  });

  it('let every allowed import pass', () => {
    const planted = new Set(PLANTS.map(([, file]) => file));
    expect(violations.filter(({ file }) => !planted.has(file))).toEqual([]);
  });

  it('hold in this project', { timeout: TIMEOUT_MS }, async () => {
    expect(await violationsIn(CHECKOUT)).toEqual([]);
  });
});
