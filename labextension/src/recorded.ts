import type { FootprintRecord } from './protocol';
import { read } from './validate';

/** The output type under which a cell's footprint stands in the notebook. */
export const MIME_TYPE = 'application/vnd.jupyter-green.footprint.v1+json';

/** A range of joules, and which share of them was measured. */
type SessionTotal = FootprintRecord['session'];

/** A bundle of representations, as in an output. */
interface IBundle {
  readonly [mimeType: string]: unknown;
}

/**
 * The records among outputs, each id once (a copied cell keeps its record).
 *
 * @param bundles - Outputs, in the document's order.
 */
export function recordsIn(bundles: Iterable<IBundle>): FootprintRecord[] {
  const records = new Map<string, FootprintRecord>();
  for (const bundle of bundles) {
    const record = MIME_TYPE in bundle ? read('FootprintRecord', bundle[MIME_TYPE]) : null;
    if (record) {
      records.set(record.id, record);
    }
  }
  return [...records.values()];
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
