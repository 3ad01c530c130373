/** What a language model costs, in US dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/** Tokens of one request or several. Those with which a model thinks count as output. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const TOKENS_OF_A_PRICE = 1_000_000;

/** What tokens cost, in US dollars; nothing where no price is known. */
export const tokenCostUsd = (
  { inputTokens, outputTokens }: TokenUsage,
  price: TokenPrice | undefined,
): number =>
  price === undefined ? 0 : (inputTokens * price.input + outputTokens * price.output) / TOKENS_OF_A_PRICE;
