import { readFileSync } from 'node:fs';
import { homeFolders } from '../../src/config/home.ts';
import type { TierName } from '../../src/domain/tiers.ts';
import { ApiProcess } from '../../test/support/api-process.ts';
import type { TestHome } from '../../test/support/stack.ts';
import type { TemporalProcess } from '../../test/support/temporal-process.ts';
import { LoadUser } from './load-user.ts';

/** The API as a process of its own, with people who hold tokens. */
export class Service {
  readonly api: ApiProcess;
  /** The installation's own user, whom no tier bounds. */
  readonly owner: LoadUser;

  private constructor(api: ApiProcess, owner: LoadUser) {
    this.api = api;
    this.owner = owner;
  }

  static async start(home: TestHome, temporal: TemporalProcess): Promise<Service> {
    const api = await ApiProcess.start({
      home: home.path,
      temporalAddress: temporal.address,
      settings: { CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true' },
    });
    const token = readFileSync(homeFolders(home.path).adminToken, 'utf8').trim();
    return new Service(api, new LoadUser(api.address, token));
  }

  async user(name: string, tier: TierName): Promise<LoadUser> {
    const { token } = await this.owner.call<{ token: string }>('POST', '/api/admin/tokens', {
      email: `${name}@example.org`,
      tier,
    });
    return new LoadUser(this.api.address, token);
  }

  close(): Promise<void> {
    return this.api.close();
  }
}
