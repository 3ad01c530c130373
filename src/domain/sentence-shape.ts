/** English sentences that begin so lean on the one before. */
const LEANING_STARTS = new Set(
  (
    'and but or so because then also which that this these those it its he she they them him her his their there ' +
    'here such well now yes no okay ok yeah right um uh again however therefore thus still'
  ).split(' '),
);
const LOWER_CASE_START = /^\P{L}*\p{Ll}/u;
const QUESTION = /[?？؟]["'”’)]*$/u;

/** Whether a sentence's first word points back to what was said before, in English. */
export const leansOnTheOneBefore = (firstWord: string | undefined): boolean =>
  LEANING_STARTS.has(firstWord?.toLowerCase() ?? '');

/** Whether a text goes on with a sentence that the recognizer cut off. */
export const startsLowerCase = (text: string): boolean => LOWER_CASE_START.test(text);

/** Whether a text ends like a question, in any of the great scripts. */
export const isQuestion = (text: string): boolean => QUESTION.test(text);
