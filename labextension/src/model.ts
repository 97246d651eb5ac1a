import { Signal, type ISignal } from '@lumino/signaling';

import type { CellSummary, FeedSnapshot, FootprintRecord } from './protocol';
import { inOrder } from './components';
import { addTotals, closingRecords, sum } from './recorded';
import type { ICellRow, IFootprintModel, IFootprintView, ISource } from './tokens';

/**
 * One notebook's footprint: the newest snapshot of its kernel, else the records in the document.
 */
export class FootprintModel implements IFootprintModel {
  /** What is known, or null. */
  get view(): IFootprintView | null {
    return this._view;
  }

  /** Emitted after each change of the view. */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /** Whether the running kernel has spoken. */
  get isLive(): boolean {
    return this._snapshot !== null;
  }

  /** Whether the document holds records. */
  get hasRecords(): boolean {
    return this._records.length > 0;
  }

  /** Whether the model has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What the running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined {
    return this._summaries.get(id);
  }

  /** Take a snapshot, unless a newer one of this life, or one of a later life of the kernel, has come before. */
  receive(snapshot: FeedSnapshot): void {
    const last = this._snapshot;
    if (this._ended.has(snapshot.boot)) {
      return;
    }
    if (last && last.boot === snapshot.boot && last.sequence >= snapshot.sequence) {
      return;
    }
    if (last && last.boot !== snapshot.boot) {
      this._ended.add(last.boot);
    }
    this._snapshot = snapshot;
    this._summaries = new Map(snapshot.cells.map(cell => [cell.id, cell]));
    this._update();
  }

  /** Take the document's records. */
  setRecords(records: readonly FootprintRecord[]): void {
    this._records = records;
    this._update();
  }

  /** The kernel's life is over: forget what it said, and what may still be under way. */
  endLife(): void {
    if (this._snapshot) {
      this._ended.add(this._snapshot.boot);
      this._forget();
    }
  }

  /** Another kernel is connected. */
  changeKernel(): void {
    this._ended.clear();
    if (this._snapshot) {
      this._forget();
    }
  }

  /** Dispose of the model. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _forget(): void {
    this._snapshot = null;
    this._summaries = new Map();
    this._update();
  }

  private _update(): void {
    if (this._snapshot) {
      this._view = live(this._snapshot, this._summaries, this._records);
    } else {
      this._view = this._records.length > 0 ? recorded(this._records) : null;
    }
    this._stateChanged.emit();
  }

  private readonly _ended = new Set<string>();
  private _isDisposed = false;
  private _records: readonly FootprintRecord[] = [];
  private _snapshot: FeedSnapshot | null = null;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _summaries = new Map<string, CellSummary>();
  private _view: IFootprintView | null = null;
}

function live(
  snapshot: FeedSnapshot,
  summaries: ReadonlyMap<string, CellSummary>,
  records: readonly FootprintRecord[]
): IFootprintView {
  const { session } = snapshot;
  const older = records.filter(
    record => record.boot === snapshot.boot && !summaries.has(record.id)
  );
  const running = snapshot.running.map<ICellRow>(cell => ({
    id: null,
    executionCount: cell.execution_count,
    label: cell.label,
    status: 'running',
    duration: cell.duration_s,
    joules: cell.joules,
    low: cell.low,
    high: cell.high
  }));
  const finished = [...summaries.values()].map<ICellRow>(cell => ({
    id: cell.id,
    executionCount: cell.execution_count,
    label: cell.label,
    status: cell.status,
    duration: cell.duration_s,
    joules: cell.joules,
    low: cell.low,
    high: cell.high
  }));
  return {
    origin: 'live',
    metering: snapshot.metering,
    energy: session.energy,
    emissions: session.emissions,
    measuredShare: session.energy.measured_share,
    intensity: session.emissions.intensity,
    pue: session.emissions.pue,
    components: inOrder(
      Object.entries(session.components).map(([name, { joules }]) => ({ name, joules })),
      part => part.name
    ),
    power: snapshot.power,
    cells: byEnergy([...running, ...finished, ...older.map(row)]),
    betweenJoules: session.between_joules,
    sources: inOrder(snapshot.sources, source => source.component).map(
      ({ component, label, method, unavailable_because }) => ({
        component,
        label,
        method,
        unavailableBecause: unavailable_because
      })
    )
  };
}

function recorded(records: readonly FootprintRecord[]): IFootprintView {
  const total = addTotals(closingRecords(records).map(record => record.session));
  const { intensity, pue } = records[records.length - 1].emissions;
  const components = new Map<string, (number | null)[]>();
  const sources = new Map<string, ISource>();
  for (const [name, part] of records.flatMap(record => Object.entries(record.components))) {
    components.set(name, [...(components.get(name) ?? []), part.joules]);
    sources.set(`${name} ${part.source}`, {
      component: name,
      label: part.source,
      method: part.method,
      unavailableBecause: null
    });
  }
  return {
    origin: 'recorded',
    metering: 'on',
    energy: total,
    // The range of a sum over lives of the kernel is not in the records.
    emissions: { grams: total.grams, low: null, high: null },
    measuredShare: total.measured_share,
    intensity,
    pue,
    components: inOrder(
      [...components].map(([name, joules]) => ({ name, joules: sum(joules) })),
      part => part.name
    ),
    power: null,
    cells: byEnergy(records.map(row)),
    betweenJoules: total.between_joules,
    sources: inOrder([...sources.values()], source => source.component)
  };
}

function row(record: FootprintRecord): ICellRow {
  return {
    id: record.id,
    executionCount: record.execution_count ?? null,
    label: record.label ?? null,
    status: record.status,
    duration: record.duration_s,
    joules: record.energy.joules,
    low: record.energy.low,
    high: record.energy.high
  };
}

function byEnergy(rows: ICellRow[]): ICellRow[] {
  return rows.sort((a, b) => (b.joules ?? -1) - (a.joules ?? -1));
}
