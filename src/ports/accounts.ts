import type { CostCeilings, TierName } from '../domain/tiers.ts';
import type { Usage } from './job-catalogue.ts';

/** A token as administrators see it; the secret itself is stored nowhere. */
export interface TokenRecord {
  id: string;
  userId: string;
  email: string;
  tier: TierName;
  isAdmin: boolean;
  /** SHA-256 of the secret, in hexadecimal. */
  hash: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  /** Where set, in place of the tier's. */
  ceilings: CostCeilings;
}

export type UsedToken = TokenRecord & { usage: Usage };

export interface NewToken {
  email: string;
  tier: TierName;
  isAdmin: boolean;
  /** SHA-256 of the secret, in hexadecimal. */
  hash: string;
  expiresAt: Date | null;
}

/**
 * Users and their tokens (H5). Every call rejects with ClipScribeError `DatabaseUnavailable` while the database
 * cannot be reached.
 */
export interface Accounts {
  /** Creates a token, and its user where the address is new. */
  createToken(token: NewToken): Promise<TokenRecord>;
  /** Newest first, each with what it has used in this month. */
  listTokens(page: { limit: number; before: string | undefined }): Promise<UsedToken[]>;
  /** The token with this hash, also one that is expired or revoked. */
  findToken(hash: string): Promise<TokenRecord | undefined>;
  /** Idempotent. @returns undefined for an id that is no token */
  revokeToken(tokenId: string): Promise<TokenRecord | undefined>;
  /** Sets ceilings in place of the tier's. @returns undefined for an id that is no token */
  setCeilings(tokenId: string, ceilings: Partial<CostCeilings>): Promise<TokenRecord | undefined>;
  /**
   * Puts a token into another tier, with its jobs, those that wait included. What the month has used stays. Idempotent.
   *
   * @returns undefined for an id that is no token
   */
  setTier(tokenId: string, tier: TierName): Promise<TokenRecord | undefined>;
  /** Notes the use, at most once a minute. */
  touchToken(tokenId: string): Promise<void>;
  /** Whether any token was ever made: from then on nobody comes in without one. */
  hasTokens(): Promise<boolean>;
}
