import type { EntityType } from './knowledge.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Forms of address and offices that stand before a name. */
const TITLES = words(
  'mr mrs ms miss mister dr doctor prof professor sir dame lord lady senator sen congressman congresswoman ' +
    'representative rep governor gov president vice mayor judge justice chief chairman chairwoman chairperson ' +
    'chair secretary attorney general gen admiral captain capt colonel col lieutenant lt sergeant sgt major ' +
    'officer detective agent ambassador minister prime king queen prince princess pope father reverend rev ' +
    'herr frau monsieur madame señor señora signor signora',
);
const NAME_SUFFIXES = words('jr sr ii iii iv phd md esq');
const COMPANY_SUFFIXES = words(
  'inc incorporated corp corporation ltd limited llc llp plc co company gmbh ag sa',
);
/** Words that an acronym has no letter for. */
const SKIPPED_IN_ACRONYMS = words('of the and for in on');
/** One thing under names that no rule relates. */
const SAME_NAME: ReadonlyMap<string, string> = new Map([
  ['us', 'united states'],
  ['usa', 'united states'],
  ['united states of america', 'united states'],
]);

const SURROUNDING_PUNCTUATION = /^[^\p{L}\p{N}\p{Sc}#+-]+|[^\p{L}\p{N}\p{Sc}%.'’]+$/gu;
const POSSESSIVE = /(?:['’]s|(?<=s)['’]|['’])$/iu;
const LEADING_THE = /^the\s+(?=\S)/iu;
const DOTTED_LETTERS = /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}/gu;
/** A final stop that belongs to the name: `U.S.`, `Inc.`, `J.` */
const ENDS_ABBREVIATED = /(?:\p{L}\.\p{L}|(?<!\p{L})\p{L}|(?<!\p{L})(?:inc|corp|ltd|co|jr|sr))\.$/iu;

/** All but letters, digits, currency and percent signs, and the marks inside numbers. */
const NOT_IN_KEYS = /(?:(?!(?<=\p{N})[.,](?=\p{N}))[^\p{L}\p{M}\p{N}\p{Sc}%])+/gu;

/** Dates, sums and shares are the same only as values: their type belongs to their identity. */
export const VALUE_TYPES: ReadonlySet<EntityType> = new Set(['DATE', 'MONEY', 'PERCENT']);

/** A name as it should be shown: without what the sentence around it added. */
export function cleanName(text: string, type: EntityType): string {
  let name = text.normalize('NFC').replace(/[\s\p{Cc}]+/gu, ' ');
  name = name.replace(SURROUNDING_PUNCTUATION, '').replace(POSSESSIVE, '');
  if (type !== 'WORK_OF_ART') name = name.replace(LEADING_THE, '');
  return ENDS_ABBREVIATED.test(name) ? name : name.replace(/\.+$/u, '');
}

/** What is equal for all spellings of one name: lower case, no dots in acronyms, no punctuation. */
export function nameKey(name: string): string {
  const key = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(LEADING_THE, '')
    .replace(DOTTED_LETTERS, (letters) => letters.replaceAll('.', ''))
    .replaceAll('&', ' and ')
    .replace(/['’]/gu, '')
    .replace(NOT_IN_KEYS, ' ')
    .trim();
  return SAME_NAME.get(key) ?? key;
}

/** The tokens of a person's name without titles, suffixes and middle initials. */
export function personTokens(key: string): string[] {
  const tokens = key.split(' ');
  while (tokens.length > 1 && TITLES.has(tokens[0] ?? '')) tokens.shift();
  while (tokens.length > 1 && NAME_SUFFIXES.has(tokens.at(-1) ?? '')) tokens.pop();
  return tokens.filter((token, index) => index === 0 || index === tokens.length - 1 || token.length > 1);
}

/** The key of a company without its legal form. */
export function companyKey(key: string): string {
  const tokens = key.split(' ');
  while (tokens.length > 1 && COMPANY_SUFFIXES.has(tokens.at(-1) ?? '')) tokens.pop();
  return tokens.join(' ');
}

/** The acronym of a key of several words, or undefined where it has too few. */
export function acronymOf(key: string): string | undefined {
  const initials = key
    .split(' ')
    .filter((token) => !SKIPPED_IN_ACRONYMS.has(token))
    .map((token) => [...token][0] ?? '');
  return initials.length >= 2 ? initials.join('') : undefined;
}

const CAPITALISED_TYPES: ReadonlySet<EntityType> = new Set(['PERSON', 'GPE', 'LOC', 'NORP']);

/** Whether a name has the capitals that its type leads one to expect; recognizers sometimes leave them out. */
export const hasCapitals = (name: string): boolean =>
  name !== name.toLowerCase() || name === name.toUpperCase();

/** Gives a name capitals where its type has them and the recognizer wrote none. */
export const withCapitals = (name: string, type: EntityType): string =>
  CAPITALISED_TYPES.has(type) && !hasCapitals(name)
    ? name.replace(/(?<![\p{L}\p{M}'’])\p{Ll}/gu, (letter) => letter.toUpperCase())
    : name;
