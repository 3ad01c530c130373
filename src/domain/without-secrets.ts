/**
 * User name and password, and what follows the path, of any address in a text. Begins at `://`: a scheme in front would
 * be looked for from every word of a long text.
 */
const ADDRESS = /:\/\/(?<=\b[a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#"<>\\]*@)?([^\s?#"<>\\]*)(?:[?#][^\s"<>\\]*)?/gi;

/** Keys of providers, bearer tokens, secrets of webhooks, tokens of ours. */
const KEY = new RegExp(
  [
    String.raw`\b(?:sk|key)[-_][\w-]{8,}`,
    // Prose speaks of keys, too.
    String.raw`\bkey (?=[\w-]*\d)[\w-]{8,}`,
    String.raw`\bBearer [\w.~+/=-]{8,}`,
    String.raw`\bAIza[\w-]{8,}`,
    String.raw`\bwhsec_[\w+/=]{8,}`,
    String.raw`\b[a-z]{3}_[\dA-Za-z]{36}\b`,
  ].join('|'),
  'gi',
);

/**
 * A text for logs and messages: addresses without user name, password, query and fragment, and nothing that looks like
 * a key. JSON stays JSON.
 */
export const withoutSecrets = (text: string): string => text.replace(ADDRESS, '://$1').replace(KEY, '…');
