import type { FootprintRecord } from './protocol';
import { read } from './validate';

/** The output type under which a cell's footprint stands in the notebook. */
export const MIME_TYPE = 'application/vnd.jupyter-green.footprint.v1+json';

/** Figures are rounded on their way: factors that differ by less are the same. */
const SAME_FACTOR = 1e-3;

/** A range of joules, and which share of them was measured. */
type SessionTotal = FootprintRecord['session'];

/** A bundle of representations, as in an output. */
interface IBundle {
  readonly [mimeType: string]: unknown;
}

/** The record that an output holds; null if it holds none that can be read. */
export function recordIn(bundle: IBundle): FootprintRecord | null {
  return MIME_TYPE in bundle ? read('FootprintRecord', bundle[MIME_TYPE]) : null;
}

/** Each record once: a copied cell keeps its record. */
export function unique(records: Iterable<FootprintRecord>): FootprintRecord[] {
  const known = new Map<string, FootprintRecord>();
  for (const record of records) {
    known.set(record.id, record);
  }
  return [...known.values()];
}

/**
 * Of each life of a kernel the record with the largest session total, which includes all others of that life.
 */
export function closingRecords(records: readonly FootprintRecord[]): FootprintRecord[] {
  const closing = new Map<string, FootprintRecord>();
  for (const record of records) {
    const best = closing.get(record.boot);
    if (!best || (record.session.joules ?? -1) > (best.session.joules ?? -1)) {
      closing.set(record.boot, record);
    }
  }
  return [...closing.values()];
}

/**
 * The range of a session's emissions, from that of the record that closes it.
 *
 * The ends are those of the energy times one factor for each end, which the cell's own ends reveal: as long as the
 * session and its last cell were reckoned with the same factor. Otherwise it is not known.
 */
export function sessionEmissions({ energy, emissions, session }: FootprintRecord): {
  low: number | null;
  high: number | null;
} {
  const factor = ratio(emissions.grams, energy.joules);
  const whole = ratio(session.grams, session.joules);
  if (factor === null || whole === null || Math.abs(whole / factor - 1) > SAME_FACTOR) {
    return { low: null, high: null };
  }
  return {
    low: session.low === 0 ? 0 : times(session.low, ratio(emissions.low, energy.low)),
    high: times(session.high, ratio(emissions.high, energy.high))
  };
}

/** Add up the totals of several lives of a kernel; what one of them does not know, the sum does not know. */
export function addTotals(totals: readonly SessionTotal[]): SessionTotal {
  const add = (key: keyof SessionTotal) => sum(totals.map(total => total[key]));
  const joules = add('joules');
  const measured = sum(totals.map(total => times(total.joules, total.measured_share)));
  return {
    joules,
    low: add('low'),
    high: add('high'),
    measured_share: joules && measured !== null ? measured / joules : null,
    cells: add('cells') ?? 0,
    between_joules: add('between_joules'),
    grams: add('grams')
  };
}

/** The sum of numbers, or null if one is unknown or there are none. */
export function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length > 0 && known.length === values.length ? known.reduce((a, b) => a + b) : null;
}

/** A product; no energy has no measured share, and needs none. */
function times(joules: number | null, share: number | null): number | null {
  return joules === 0 ? 0 : joules === null || share === null ? null : joules * share;
}

function ratio(part: number | null, whole: number | null): number | null {
  return part !== null && whole !== null && part > 0 && whole > 0 ? part / whole : null;
}
