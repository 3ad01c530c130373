import type { ChatAnswer, ChatRequest } from './language-model-server.ts';

/** What our translator asks for in a prompt. */
export interface AskedTranslation {
  names: string[];
  before: string[];
  segments: { number: number; speaker: string | null; language: string; text: string; remark?: string }[];
  after: string[];
}

export const askedTranslation = ({ messages }: ChatRequest): AskedTranslation =>
  JSON.parse(messages.find(({ role }) => role === 'user')?.content ?? '{}') as AskedTranslation;

/** The tag of the language that a request asks for. */
export const targetOf = ({ messages }: ChatRequest): string =>
  /into .*?\(([A-Za-z-]+)\)\.\n/.exec(messages[0]?.content ?? '')?.[1] ?? '';

export const answerOf = (translations: { number: number; text: string }[]): ChatAnswer => ({
  content: JSON.stringify({ translations }),
});

/** What the fake model "translates" a text into: recognisable, in the script of the language. */
export const fakeTranslation = (text: string, target: string): string => {
  if (target === 'ja') return `日本語の字幕です。${text.length}文字の文章を短く訳しました。`;
  if (target === 'ar') return `ترجمة عربية للجملة رقم ${text.length} من الفيديو.`;
  return `[${target}] ${text}`;
};

/** A model that translates all that it is asked. */
export const fakeTranslator = (request: ChatRequest): ChatAnswer =>
  answerOf(
    askedTranslation(request).segments.map(({ number, text }) => ({
      number,
      text: fakeTranslation(text, targetOf(request)),
    })),
  );
