import type { Stretch } from '../../domain/reel-part.ts';
import { secondsOf } from '../../domain/reel-part.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ClipFile, EncodeOrder } from '../../ports/reel-tool.ts';
import type { StretchInput } from './reel-arguments.ts';
import {
  cardChain,
  crossfadeChains,
  overlayFilter,
  pictureChain,
  soundChain,
  type FilterAbilities,
} from './reel-filters.ts';

export interface PartGraph {
  inputs: StretchInput[];
  /** Gives `[v]`, unless the part's picture is copied, and `[a]`. */
  graph: string;
}

/** Read beyond the end of a stretch: pictures that are shown before its end may lie behind it. */
const MARGIN_SECONDS = 1;

/** What a part is made of, and how. */
export function partGraph(
  order: EncodeOrder,
  {
    abilities,
    overlay,
  }: { abilities: FilterAbilities; overlay: { fileName: string; fontFolder: string } | null },
): PartGraph {
  const { part, format, settings } = order;
  const { frames } = part;
  const draw = overlay === null ? '' : `,${overlayFilter(overlay.fileName, overlay.fontFolder)}`;
  const stretches =
    part.kind === 'card' ? [] : part.kind === 'transition' ? [part.from, part.into] : [part.stretch];
  const files = stretches.map((stretch) => ({ stretch, file: fileOf(order, stretch) }));
  const inputs = files.map(({ stretch: { start }, file: { filePath } }) => ({ filePath, start }));
  const readSeconds = secondsOf(frames, format) + MARGIN_SECONDS;
  const sound = (index: number, output: string): string =>
    soundChain({
      input: files[index]?.file.facts.audio ? `[${index}:a:0]` : null,
      ...{ output, frames, readSeconds },
      gainDb: files[index]?.stretch.gainDb ?? 0,
      format,
    });
  const picture = (index: number, output: string): string => {
    const { facts } = (files[index] as { file: ClipFile }).file;
    return pictureChain(facts, {
      ...{ input: `[${index}:V:0]`, output, id: index, frames, readSeconds, format },
      ...{ framing: settings.framing, abilities },
    });
  };
  switch (part.kind) {
    case 'copy':
      return { inputs, graph: sound(0, '[a]') };
    case 'card':
      return { inputs, graph: [`${cardChain(format, frames)}${draw}[v]`, sound(0, '[a]')].join(';') };
    case 'encode':
      return { inputs, graph: [picture(0, `${draw}[v]`), sound(0, '[a]')].join(';') };
    case 'transition': {
      const chains = [picture(0, '[v0]'), picture(1, '[v1]'), sound(0, '[a0]'), sound(1, '[a1]')];
      return { inputs, graph: [...chains, ...crossfadeChains(secondsOf(frames, format), draw)].join(';') };
    }
  }
}

function fileOf({ files }: EncodeOrder, { clip }: Stretch): ClipFile {
  const file = files.get(clip);
  if (file === undefined)
    throw new ClipScribeError('InternalError', 'A part names a clip that is not there.');
  return file;
}
