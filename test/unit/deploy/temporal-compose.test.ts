import { readFileSync } from 'node:fs';
import { SearchAttributeType } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporalServerParameters } from '../../../src/cli/stack/temporal-server.ts';
import { SEARCH_ATTRIBUTES } from '../../../src/contracts/jobs.ts';

interface Service {
  image: string;
  restart?: string;
  ports?: string[];
  healthcheck?: unknown;
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const { services } = parse(read('docker-compose.temporal.yml')) as { services: Record<string, Service> };
const all = Object.entries(services);

/** The types as the Temporal command line names them. */
const TYPE_NAMES: Partial<Record<SearchAttributeType, string>> = {
  [SearchAttributeType.KEYWORD]: 'Keyword',
  [SearchAttributeType.INT]: 'Int',
  [SearchAttributeType.DOUBLE]: 'Double',
};

describe('docker-compose.temporal.yml', () => {
  it.each(all)('pins the image of %s by its full version', (_name, { image }) => {
    expect(image).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-[a-z]+[\d.]*)?$/);
  });

  it('takes server and administration tools of one version', () => {
    const versionOf = (name: string) => services[name]?.image.split(':')[1];
    expect(versionOf('schema')).toBe(versionOf('temporal'));
    expect(versionOf('namespace')).toBe(versionOf('temporal'));
  });

  it.each(all)('opens the ports of %s on loopback only', (_name, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('watches the health of every service that stays', () => {
    const staying = all.filter(([, { restart }]) => restart === 'unless-stopped');
    expect(staying.map(([name]) => name)).toEqual(['postgresql', 'temporal', 'temporal-ui']);
    for (const [, service] of staying) expect(service.healthcheck).toBeDefined();
  });
});

describe('set-up-namespace.sh', () => {
  it('registers the search attributes of the contract, no more and no less', () => {
    const registered = [
      ...read('deploy/temporal/set-up-namespace.sh').matchAll(/--name (\w+) --type (\w+)/g),
    ];
    expect(registered.map(([, name, type]) => [name, type])).toEqual(
      Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, TYPE_NAMES[type]]),
    );
  });
});

describe('dynamicconfig.yaml', () => {
  it('configures the server as the local stack does', () => {
    const settings = parse(read('deploy/temporal/dynamicconfig.yaml')) as Record<
      string,
      { value: unknown }[]
    >;
    const local = temporalServerParameters('unused', { port: 1, uiPort: 2 });
    for (const [name, values] of Object.entries(settings)) {
      expect(values).toHaveLength(1);
      expect(local).toContain(`${name}=${String(values[0]?.value)}`);
    }
  });
});
