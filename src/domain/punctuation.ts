const SENTENCE_END = /[.!?…。！？؟][\p{Pe}\p{Pf}"']*$/u;
const CLAUSE_END = /[,;:–—،؛、，；：-][\p{Pe}\p{Pf}"']*$/u;

/** Whether a text ends like a sentence, in any of the great scripts. Also true of abbreviations. */
export const endsSentence = (text: string): boolean => SENTENCE_END.test(text);

/** Whether a text ends with a comma, a colon, a dash or their like. */
export const endsClause = (text: string): boolean => CLAUSE_END.test(text);
