/** What models cost, in one unit: those that are named, and all others. */
export interface ModelPrices {
  readonly byModel: ReadonlyMap<string, number>;
  readonly otherwise: number;
}

export const FREE: ModelPrices = { byModel: new Map(), otherwise: 0 };

export const priceOf = ({ byModel, otherwise }: ModelPrices, model: string): number =>
  byModel.get(model) ?? otherwise;
