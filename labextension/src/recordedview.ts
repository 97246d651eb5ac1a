import { inOrder } from './components';
import type { FootprintRecord } from './protocol';
import { addTotals, closingRecords, sessionEmissions, sum } from './recorded';
import { remoteOf } from './remote';
import { byEnergy, fold, runOfRecord } from './runs';
import type { IFootprintView, ISource } from './tokens';

/** The cell that loads the extension is not metered. */
const UNMETERED_GRANTED = 1;

/**
 * What the records in a document say, of however many lives of a kernel.
 *
 * @param records - At least one.
 * @param whole - Whether the document shows all that was run.
 */
export function recordedView(records: readonly FootprintRecord[], whole: boolean): IFootprintView {
  const closing = closingRecords(records);
  const total = addTotals(closing.map(record => record.session));
  const emissions = closing.map(sessionEmissions);
  const { intensity, pue } = records[records.length - 1].emissions;
  return {
    origin: 'recorded',
    boot: null,
    metering: 'on',
    stale: null,
    energy: total,
    emissions: {
      grams: total.grams,
      low: sum(emissions.map(({ low }) => low)),
      high: sum(emissions.map(({ high }) => high))
    },
    // What earlier lives used after their last record is not in the document.
    atLeast: !whole || closing.length > 1 || closing.some(isPartial),
    measuredShare: total.measured_share,
    intensity,
    pue,
    components: componentsOf(records),
    componentsOfCells: true,
    remote: remoteOf(records),
    power: null,
    history: null,
    devices: [],
    budgets: [],
    suggestions: [],
    trial: null,
    cells: byEnergy(fold(records.map(record => runOfRecord(record, 'time')))),
    betweenJoules: total.between_joules,
    betweenWhy: null,
    sources: sourcesOf(records)
  };
}

/** Whether a session counts fewer executions than its prompt says: some were not metered, or it was reset. */
function isPartial({ execution_count, session }: FootprintRecord): boolean {
  return (execution_count ?? 0) - session.cells > UNMETERED_GRANTED;
}

function componentsOf(records: readonly FootprintRecord[]) {
  const joules = new Map<string, (number | null)[]>();
  for (const [name, part] of records.flatMap(record => Object.entries(record.components))) {
    const parts = joules.get(name);
    if (parts) {
      parts.push(part.joules);
    } else {
      joules.set(name, [part.joules]);
    }
  }
  return inOrder(
    [...joules].map(([name, parts]) => ({ name, joules: sum(parts) })),
    part => part.name
  );
}

function sourcesOf(records: readonly FootprintRecord[]): ISource[] {
  const sources = new Map<string, ISource>();
  for (const [component, { method, source }] of records.flatMap(record =>
    Object.entries(record.components)
  )) {
    sources.set(`${component} ${source}`, {
      component,
      name: '',
      label: source,
      method,
      unavailableBecause: null
    });
  }
  return inOrder([...sources.values()], source => source.component);
}
