import { Conflict, viewOf, type CorrectedView, type CorrectionGround } from './corrected-view.ts';
import { merged, reassigned, renamed } from './correct-speakers.ts';
import { replaced, rewritten } from './correct-words.ts';
import type {
  Correction,
  CorrectionChange,
  CorrectionConflict,
  CorrectionOutcome,
  Corrections,
  Span,
} from './corrections.ts';
import type { Turn } from './speakers.ts';
import type { Transcript } from './transcript.ts';

/**
 * Carries out corrections one behind the other. One whose words or speaker are gone, or have changed, is left out and
 * listed. Pure: the same ground and corrections give the same result.
 */
export function applyCorrections(
  ground: CorrectionGround,
  { revision, corrections }: Corrections,
): { transcript: Transcript; turns: readonly Turn[]; outcome: CorrectionOutcome } {
  let view = viewOf(ground);
  const conflicts: CorrectionConflict[] = [];
  for (const correction of corrections) {
    try {
      view = changed(view, correction.change, correction.ground === ground.fingerprint);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      conflicts.push(conflictOf(correction, error.message));
    }
  }
  const outcome = { revision, applied: corrections.length - conflicts.length, conflicts };
  return { transcript: { ...withoutChecked(view), corrections: outcome }, turns: view.turns, outcome };
}

/**
 * The view after one change that was made on it.
 *
 * @param isSameGround whether ids of the change mean the same here
 * @throws Conflict where it cannot be carried out
 */
export function changed(view: CorrectedView, change: CorrectionChange, isSameGround = true): CorrectedView {
  switch (change.kind) {
    case 'rename':
      return renamed(view, change, isSameGround);
    case 'merge':
      return merged(view, change, isSameGround);
    case 'reassign':
      return reassigned(view, change, isSameGround);
    case 'text':
      return rewritten(view, change);
    case 'replace':
      return replaced(view, change);
  }
}

/** Doubts about text that somebody has written anew are settled. */
function withoutChecked({ transcript, checked }: CorrectedView): Transcript {
  if (transcript.suspectRanges === undefined || checked.length === 0) return transcript;
  const isSettled = ({ start, end, kind }: Span & { kind: string }): boolean =>
    (kind === 'lowConfidence' || kind === 'loop' || kind === 'textWithoutSpeech') &&
    checked.some((span) => span.start <= start && end <= span.end);
  return {
    ...transcript,
    suspectRanges: transcript.suspectRanges.filter((range) => !isSettled(range)),
  };
}

function conflictOf({ id, change }: Correction, message: string): CorrectionConflict {
  const place = change.kind === 'text' ? change : change.kind === 'reassign' ? change.ranges[0] : undefined;
  return {
    correctionId: id,
    kind: change.kind,
    start: place?.start ?? null,
    end: place?.end ?? null,
    message,
  };
}
