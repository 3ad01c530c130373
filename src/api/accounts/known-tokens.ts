import type { Accounts, TokenRecord } from '../../ports/accounts.ts';
import { SharedReads } from '../shared-reads.ts';

const FRESH_MS = 1000;
/** Uses of a token are noted this often. */
const TOUCH_INTERVAL_MS = 60_000;

/**
 * The tokens that requests come with, each read once a second however many it sends: one that is revoked in another
 * process is refused in this one after a second at most.
 */
export class KnownTokens {
  readonly #accounts: Accounts;
  readonly #tokens: SharedReads<TokenRecord | undefined>;
  /** Records whose use was noted: the next read tells whether it is due again. */
  readonly #noted = new WeakSet<TokenRecord>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
    this.#tokens = new SharedReads((hash) => accounts.findToken(hash), FRESH_MS);
  }

  /**
   * The token with this hash, also one that is expired or revoked.
   *
   * @throws ClipScribeError DatabaseUnavailable
   */
  find(hash: string): Promise<TokenRecord | undefined> {
    return this.#tokens.get(hash);
  }

  /** Notes that a token was used, to the minute. No request waits for it, nor fails by it. */
  noteUse(token: TokenRecord): void {
    const { id, lastUsedAt } = token;
    if (lastUsedAt !== null && Date.now() - lastUsedAt.getTime() < TOUCH_INTERVAL_MS) return;
    if (this.#noted.has(token)) return;
    this.#noted.add(token);
    this.#accounts.touchToken(id).catch(() => undefined);
  }

  /** Has every token read anew, where this process has just revoked one. */
  forget(): void {
    this.#tokens.forget();
  }
}
