import { defineConfig } from 'vitest/config';

/** Suites by what they need: `unit` is pure and fast; the others run real components. */
const suite = (name: string, timeoutMs: number, serial = false) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    ...(serial ? { fileParallelism: false } : {}),
  },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', 20_000),
      suite('integration', 180_000, true),
      suite('workflow', 120_000, true),
      suite('replay', 60_000),
      suite('e2e', 600_000, true),
    ],
  },
});
