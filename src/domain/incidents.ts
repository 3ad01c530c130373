import { ALERTS, type AlertFacts, type AlertRule } from './alerts.ts';

/** What an alert is about, from the moment its condition holds. */
export interface Incident {
  id: string;
  /** The rule's name. */
  alert: string;
  /** What it is about, such as a task queue; the empty string where there is one only. */
  subject: string;
  /** What was read last while the condition held. */
  value: number;
  heldSince: Date;
  /** When it had held for long enough; null before. */
  openedAt: Date | null;
  /** Since when all has been well; null while it is not. */
  calmSince: Date | null;
  endedAt: Date | null;
  /** When it was looked at last. */
  seenAt: Date;
}

/** What a look makes of the incidents that have not ended. */
export interface Look {
  changed: Incident[];
  /** Conditions that no longer hold, and did not hold for long enough. */
  passed: Incident[];
}

/** An incident ends once all has been well for so long. `keep_firing_for` of the rules for Prometheus. */
export const CALM_SECONDS = 300;
/** A value that was too high must fall below this share of its limit: one that swings around it does not flap. */
const CALM_SHARE = 0.8;
/** After a longer pause nobody knows whether a condition held all the time. */
const LONGEST_PAUSE_MS = 5 * 60 * 1000;

/**
 * One look at an installation: opens incidents whose condition has held for long enough, and ends those that are over.
 *
 * @param known those that have not ended
 */
export function lookAt(
  facts: AlertFacts,
  known: readonly Incident[],
  { now, newId }: { now: Date; newId: () => string },
): Look {
  const look: Look = { changed: [], passed: [] };
  for (const rule of ALERTS) {
    const readings = rule.readings(facts);
    if (readings === undefined) continue;
    const ofRule = known.filter(({ alert }) => alert === rule.name);
    const subjects = new Set([...readings, ...ofRule].map(({ subject }) => subject));
    for (const subject of subjects) {
      const value = readings.find((reading) => reading.subject === subject)?.value;
      const before = ofRule.find((incident) => incident.subject === subject);
      const after = next(rule, before, value, now);
      if (after !== undefined)
        look.changed.push({ ...after, id: before?.id ?? newId(), alert: rule.name, subject });
      else if (before !== undefined) look.passed.push(before);
    }
  }
  return look;
}

type State = Omit<Incident, 'id' | 'alert' | 'subject'>;

/** @returns undefined where there is nothing to keep */
function next(
  { condition, forSeconds }: AlertRule,
  before: State | undefined,
  value: number | undefined,
  now: Date,
): State | undefined {
  const holds =
    value !== undefined && ('above' in condition ? value > condition.above : value === condition.is);
  const isRecent = before !== undefined && now.getTime() - before.seenAt.getTime() <= LONGEST_PAUSE_MS;
  if (before === undefined || before.openedAt === null) {
    if (!holds) return undefined;
    const heldSince = isRecent ? before.heldSince : now;
    const openedAt = lasted(heldSince, now, forSeconds) ? now : null;
    return { value, heldSince, openedAt, calmSince: null, endedAt: null, seenAt: now };
  }
  if (holds) return { ...before, value, calmSince: null, seenAt: now };
  const isNear = value !== undefined && 'above' in condition && value > CALM_SHARE * condition.above;
  if (isNear) return { ...before, calmSince: null, seenAt: now };
  const calmSince = isRecent ? (before.calmSince ?? now) : now;
  const endedAt = lasted(calmSince, now, CALM_SECONDS) ? now : null;
  return { ...before, calmSince, endedAt, seenAt: now };
}

const lasted = (since: Date, now: Date, seconds: number): boolean =>
  now.getTime() - since.getTime() >= seconds * 1000;

/** The rule of an incident; undefined where a later release has it no more. */
export const ruleOf = ({ alert }: Pick<Incident, 'alert'>): AlertRule | undefined =>
  ALERTS.find(({ name }) => name === alert);

/** What an incident says to people. */
export const summaryOf = (incident: Pick<Incident, 'alert' | 'value' | 'subject'>): string =>
  ruleOf(incident)?.summary(incident.value, incident.subject) ?? incident.alert;
