import { InvalidArgumentError, Option, type Command } from 'commander';
import { TIERS, type CostCeilings, type TierName } from '../domain/tiers.ts';
import { formatClock } from '../domain/time.ts';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { readPages } from './read-pages.ts';
import { dollars, plain, tableText } from './terminal/draw.ts';

interface CreateOptions extends JsonFlag {
  tier: TierName;
  email: string;
  admin?: boolean;
  expires?: string;
}

/** `clipscribe token`: making, listing and revoking tokens; for administrators. */
export function registerTokenCommands(program: Command, context: CommandContext): void {
  const token = program.command('token').summary('make, list, change, bound and revoke tokens');
  registerCreate(token, context);
  registerList(token, context);
  registerRevoke(token, context);
  registerChange(token, context);
  registerCeilings(token, context);
}

async function routesOf({ settings }: CommandContext) {
  const api = await requireApi(settings());
  return { api, all: api.client.api.admin.tokens, one: api.client.api.admin.tokens[':id'] };
}

const registerCreate = (token: Command, context: CommandContext): Command =>
  token
    .command('create')
    .summary('make a token and show it, this once')
    .addOption(
      new Option('--tier <tier>', 'what it may use').choices(Object.keys(TIERS)).makeOptionMandatory(),
    )
    .requiredOption('--email <address>', 'whose it is')
    .option('--admin', 'let it administer too')
    .option('--expires <date>', 'the last moment it is valid, such as 2027-01-31', dateTime)
    .addOption(jsonOption())
    .action(async ({ tier, email, admin, expires, json }: CreateOptions) => {
      const { api, all } = await routesOf(context);
      const body = {
        ...{ tier, email, isAdmin: admin === true },
        ...(expires === undefined ? {} : { expiresAt: expires }),
      };
      const made = await answerOf(api, all.$post({ json: body, header: {} }));
      printAnswer(context, made, made.token, { json });
      if (json) return;
      context.terminal.stderr.write(
        `This is the only time that the token is shown. Its id is ${made.id}.\nIts user sets CLIPSCRIBE_TOKEN to it.\n`,
      );
    });

const registerList = (token: Command, context: CommandContext): Command =>
  token
    .command('list')
    .summary('list tokens with their use of this month, the newest first')
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const { api, all } = await routesOf(context);
      const tokens = await readPages(Infinity, async (query) => {
        const page = await answerOf(api, all.$get({ query }));
        return { rows: page.tokens, nextCursor: page.nextCursor };
      });
      const text = tokens.length === 0 ? 'There are no tokens.' : listText(tokens);
      printAnswer(context, tokens, text, options);
    });

const registerRevoke = (token: Command, context: CommandContext): Command =>
  token
    .command('revoke')
    .summary('refuse a token from now on')
    .argument('<id>', 'token id')
    .addOption(jsonOption())
    .action(async (id: string, options: JsonFlag) => {
      const { api, one } = await routesOf(context);
      const revoked = await answerOf(api, one.$delete({ param: { id } }));
      printAnswer(context, revoked, `The token ${revoked.id} is revoked.`, options);
    });

const registerChange = (token: Command, context: CommandContext): Command =>
  token
    .command('change')
    .summary('put a token into another tier')
    .description(
      'Puts a token into another tier, with its waiting jobs. What it has used this month stays. Its text stays too, so that its user changes nothing.',
    )
    .argument('<id>', 'token id')
    .addOption(
      new Option('--tier <tier>', 'what it may use').choices(Object.keys(TIERS)).makeOptionMandatory(),
    )
    .addOption(jsonOption())
    .action(async (id: string, { tier, ...options }: { tier: TierName } & JsonFlag) => {
      const { api, one } = await routesOf(context);
      const changed = await answerOf(api, one.$patch({ param: { id }, json: { tier } }));
      printAnswer(context, changed, `The tier of ${changed.id} is ${changed.tier}.`, options);
    });

const registerCeilings = (token: Command, context: CommandContext): Command =>
  token
    .command('ceilings')
    .summary('set what the jobs of a token may cost')
    .description(
      "Sets what the jobs of a token may cost in a day and a calendar month (UTC), in place of its tier's.",
    )
    .argument('<id>', 'token id')
    .option('--day <usd>', 'US dollars a day; `tier`: as the tier says', ceiling)
    .option('--month <usd>', 'US dollars a month; `tier`: as the tier says', ceiling)
    .addOption(jsonOption())
    .action(async (id: string, { day, month, ...options }: CeilingOptions) => {
      const { api, one } = await routesOf(context);
      const ceilings = {
        ...(day === undefined ? {} : { dayUsd: day }),
        ...(month === undefined ? {} : { monthUsd: month }),
      };
      const changed = await answerOf(api, one.$patch({ param: { id }, json: { ceilings } }));
      printAnswer(context, changed, ceilingsText(changed), options);
    });

interface CeilingOptions extends JsonFlag {
  day?: number | null;
  month?: number | null;
}

/** Null: as the tier says. */
function ceiling(text: string): number | null {
  if (text === 'tier') return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It is a sum such as 2.50, or `tier`.');
  return value;
}

function ceilingsText({ id, tier, ceilings }: Pick<ListedToken, 'id' | 'tier'> & { ceilings: CostCeilings }) {
  const usual = TIERS[tier].ceilings;
  const day = dollars(ceilings.dayUsd ?? usual.dayUsd);
  const month = dollars(ceilings.monthUsd ?? usual.monthUsd);
  return `The jobs of ${id} may cost ${day} a day and ${month} a month. Jobs that wait for it go on with: npx clipscribe retry ID`;
}

interface ListedToken {
  id: string;
  email: string;
  tier: TierName;
  isAdmin: boolean;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  usage: { videos: number; seconds: number; costUsd: number };
}

const listText = (tokens: readonly ListedToken[]): string =>
  tableText([
    ['TOKEN', 'EMAIL', 'TIER', 'STATE', 'CREATED', 'LAST USED', 'VIDEOS', 'LENGTH', 'COST'],
    ...tokens.map((token) => [
      token.id,
      plain(token.email),
      `${token.tier}${token.isAdmin ? ' (admin)' : ''}`,
      stateOf(token),
      day(token.createdAt),
      day(token.lastUsedAt),
      ...[String(token.usage.videos), formatClock(token.usage.seconds), dollars(token.usage.costUsd)],
    ]),
  ]);

function stateOf({ revokedAt, expiresAt }: ListedToken): string {
  if (revokedAt !== null) return `revoked ${day(revokedAt)}`;
  if (expiresAt === null) return 'valid';
  return `${Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid until'} ${day(expiresAt)}`;
}

const day = (moment: string | null): string => moment?.slice(0, 10) ?? '';

/** A day is valid to its end, in UTC. */
function dateTime(text: string): string {
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It is a date such as 2027-01-31.');
  return date.toISOString();
}
