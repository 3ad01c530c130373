import { createRoute, z } from '@hono/zod-openapi';
import { ClipScribeError } from '../../domain/errors.ts';
import { tierNameSchema, TIERS } from '../../domain/tiers.ts';
import type { TokenRecord } from '../../ports/accounts.ts';
import { createTokenSecret, hashToken } from '../accounts/token-secret.ts';
import { defineRoute } from '../define-route.ts';
import type { KnownTokens } from '../accounts/known-tokens.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import { cursorSchema, idPositionSchema, lastOf, pageCursors } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';

const tags = ['Administration'];
const cursors = pageCursors(['tokens'], idPositionSchema);

const ceilingSchema = z
  .number()
  .min(0)
  .nullable()
  .meta({ description: 'US dollars; null: as the tier says.' });

export const tokenSchema = z
  .object({
    id: z.string().meta({ example: 'token_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    userId: z.string(),
    email: z.string(),
    tier: tierNameSchema,
    isAdmin: z.boolean(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
    ceilings: z.object({ dayUsd: ceilingSchema, monthUsd: ceilingSchema }),
  })
  .meta({ id: 'Token' });

const listedSchema = tokenSchema
  .extend({
    usage: z
      .object({ month: z.string(), videos: z.number().int(), seconds: z.number(), costUsd: z.number() })
      .meta({ description: 'Of this calendar month (UTC).' }),
  })
  .meta({ id: 'ListedToken' });

const newTokenSchema = z
  .strictObject({
    email: z.email().max(254),
    tier: tierNameSchema,
    isAdmin: z.boolean().default(false),
    expiresAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'NewToken' });

const createdSchema = tokenSchema
  .extend({ token: z.string().meta({ description: 'The token itself. It is shown this once.' }) })
  .meta({ id: 'CreatedToken' });

const parameters = z.object({
  id: z.string().max(100).meta({ example: 'token_01jd3m0p4ye6v8xz2q5r7t9abc' }),
});

const createTokenRoute = createRoute({
  method: 'post',
  path: '/api/admin/tokens',
  tags,
  summary: 'Make a token',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: newTokenSchema } } },
  },
  responses: {
    201: { description: 'The token', content: { 'application/json': { schema: createdSchema } } },
    ...problemResponses(403, 409, 422),
  },
});

const listTokensRoute = createRoute({
  method: 'get',
  path: '/api/admin/tokens',
  tags,
  summary: 'List tokens',
  description: 'The newest first, with the use of this month. The tokens themselves are stored nowhere.',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: cursorSchema,
    }),
  },
  responses: {
    200: {
      description: 'A page of tokens',
      content: {
        'application/json': {
          schema: z
            .object({ tokens: z.array(listedSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'TokenPage' }),
        },
      },
    },
    ...problemResponses(403, 422),
  },
});

const revokeTokenRoute = createRoute({
  method: 'delete',
  path: '/api/admin/tokens/{id}',
  tags,
  summary: 'Revoke a token',
  description:
    'From now on it is refused; by other processes of the API within a second. Jobs that it submitted go on. Repeating it changes nothing.',
  request: { params: parameters },
  responses: {
    200: { description: 'The revoked token', content: { 'application/json': { schema: tokenSchema } } },
    ...problemResponses(403, 404),
  },
});

const changeTokenRoute = createRoute({
  method: 'patch',
  path: '/api/admin/tokens/{id}',
  tags,
  summary: "Change a token's tier or cost ceilings",
  description:
    'A new tier holds from the next request on (by other processes of the API within a second) and for jobs that have not started; what the month has used stays. Jobs that wait because a ceiling was reached go on with a retry.',
  request: {
    params: parameters,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              tier: tierNameSchema.optional(),
              ceilings: z
                .strictObject({ dayUsd: ceilingSchema.optional(), monthUsd: ceilingSchema.optional() })
                .optional(),
            })
            .refine((change) => Object.keys(change).length > 0, { error: 'Say what to change.' })
            .meta({ id: 'TokenChange' }),
        },
      },
    },
  },
  responses: {
    200: { description: 'The token', content: { 'application/json': { schema: tokenSchema } } },
    ...problemResponses(403, 404, 422),
  },
});

/** Making, listing, changing and revoking tokens (H5); for administrators. */
export const tokenRoutes = ({ accounts }: ApiDependencies, tokens: KnownTokens) =>
  [
    defineRoute(createTokenRoute, async (context) => {
      const { email, tier, isAdmin, expiresAt } = context.req.valid('json');
      const secret = createTokenSecret(TIERS[tier].prefix);
      const record = await accounts.createToken({
        ...{ email, tier, isAdmin, hash: hashToken(secret) },
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      });
      return context.json({ ...tokenOf(record), token: secret }, 201, { 'cache-control': 'no-store' });
    }),
    defineRoute(listTokensRoute, async (context) => {
      const { limit, cursor } = context.req.valid('query');
      const records = await accounts.listTokens({ limit, before: cursors.position(cursor) });
      const nextCursor = cursors.after(lastOf(records, limit)?.id);
      return context.json(
        { tokens: records.map(({ usage, ...record }) => ({ ...tokenOf(record), usage })), nextCursor },
        200,
      );
    }),
    defineRoute(revokeTokenRoute, async (context) => {
      const { id } = context.req.valid('param');
      const revoked = await accounts.revokeToken(id).finally(() => tokens.forget());
      return context.json(tokenOf(known(revoked)), 200);
    }),
    defineRoute(changeTokenRoute, async (context) => {
      const { id } = context.req.valid('param');
      const { tier, ceilings: { dayUsd, monthUsd } = {} } = context.req.valid('json');
      if (tier !== undefined) await accounts.setTier(id, tier).finally(() => tokens.forget());
      const changed = await accounts.setCeilings(id, {
        ...(dayUsd === undefined ? {} : { dayUsd }),
        ...(monthUsd === undefined ? {} : { monthUsd }),
      });
      return context.json(tokenOf(known(changed)), 200);
    }),
  ] as const;

function known(record: TokenRecord | undefined): TokenRecord {
  if (record === undefined) throw new ClipScribeError('NotFound', 'There is no token with this id.');
  return record;
}

const tokenOf = ({
  id,
  userId,
  email,
  tier,
  isAdmin,
  ceilings,
  ...record
}: TokenRecord): z.infer<typeof tokenSchema> => ({
  ...{ id, userId, email, tier, isAdmin, ceilings },
  createdAt: record.createdAt.toISOString(),
  expiresAt: record.expiresAt?.toISOString() ?? null,
  revokedAt: record.revokedAt?.toISOString() ?? null,
  lastUsedAt: record.lastUsedAt?.toISOString() ?? null,
});
