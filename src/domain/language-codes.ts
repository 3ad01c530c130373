/** ISO 639-2/T by ISO 639-1, for the languages that are transcribed most. MP4 knows three letters only. */
// prettier-ignore
const THREE_LETTERS: Readonly<Record<string, string>> = {
  af: 'afr', ar: 'ara', bg: 'bul', bn: 'ben', bs: 'bos', ca: 'cat', cs: 'ces', cy: 'cym', da: 'dan', de: 'deu',
  el: 'ell', en: 'eng', es: 'spa', et: 'est', eu: 'eus', fa: 'fas', fi: 'fin', fr: 'fra', ga: 'gle', gl: 'glg',
  he: 'heb', hi: 'hin', hr: 'hrv', hu: 'hun', hy: 'hye', id: 'ind', is: 'isl', it: 'ita', ja: 'jpn', ka: 'kat',
  kk: 'kaz', ko: 'kor', lt: 'lit', lv: 'lav', mk: 'mkd', mr: 'mar', ms: 'msa', nl: 'nld', no: 'nor', pl: 'pol',
  pt: 'por', ro: 'ron', ru: 'rus', sk: 'slk', sl: 'slv', sq: 'sqi', sr: 'srp', sv: 'swe', sw: 'swa', ta: 'tam',
  te: 'tel', th: 'tha', tl: 'tgl', tr: 'tur', uk: 'ukr', ur: 'urd', vi: 'vie', zh: 'zho',
};

/** Three letters for a language; `und` where there are none for it. */
export const threeLetterCode = (language: string): string =>
  THREE_LETTERS[language.split(/[-_]/, 1)[0]?.toLowerCase() ?? ''] ?? 'und';
