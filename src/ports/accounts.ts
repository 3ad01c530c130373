import type { CostCeilings, TierName } from '../domain/tiers.ts';

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
  /** Newest first. */
  listTokens(page: { limit: number; before: string | undefined }): Promise<TokenRecord[]>;
  /** The token with this hash, also one that is expired or revoked. */
  findToken(hash: string): Promise<TokenRecord | undefined>;
  /** Idempotent. @returns undefined for an id that is no token */
  revokeToken(tokenId: string): Promise<TokenRecord | undefined>;
  /** Sets ceilings in place of the tier's. @returns undefined for an id that is no token */
  setCeilings(tokenId: string, ceilings: Partial<CostCeilings>): Promise<TokenRecord | undefined>;
  /** Notes the use, at most once a minute. */
  touchToken(tokenId: string): Promise<void>;
  /** Whether any token was ever made: from then on nobody comes in without one. */
  hasTokens(): Promise<boolean>;
}
