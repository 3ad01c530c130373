import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites by what they need: `unit` is pure and fast; the others run real components. */
const suite = (name: string, timeoutMs: number, serial = false) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    // What is waited for may take as long as the test; half of that, so that what was there in its place is told.
    expect: { poll: { timeout: timeoutMs / 2 } },
    ...(serial ? { fileParallelism: false } : {}),
  },
});

/** The main job first: where it fails, the rest of e2e has little to say. */
class MainJobFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isMainJob = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/main-job.test.ts');
    return (await super.sort(files)).sort((one, other) => Number(isMainJob(other)) - Number(isMainJob(one)));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: MainJobFirst },
    projects: [
      suite('unit', 20_000),
      suite('integration', 180_000, true),
      suite('workflow', 120_000, true),
      suite('replay', 60_000),
      suite('e2e', 600_000, true),
    ],
  },
});
