import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const locations = Object.keys(lock.packages);

describe('package-lock.json', () => {
  it('holds every optional package, since npm ci refuses it on every system where one is left out', () => {
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !locations.some((location) => location.endsWith(`node_modules/${name}`)));
    expect(missing).toEqual([]);
  });

  it('holds no addresses, so that it works with any registry', () => {
    expect(locations.filter((location) => lock.packages[location]?.resolved !== undefined)).toEqual([]);
  });
});
