import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import { inOrder } from './components';
import type { History } from './protocol';
import type { ICellRow, IHistoryModel, IHistoryView, ITrouble, Period } from './tokens';
import { read } from './validate';
import { workOf } from './work';

/** How often the ledger is asked while somebody looks, ms; more rarely while it does not answer. */
const INTERVAL = 30_000;
const LONGEST = 300_000;

/** Says that a server answered, but not with figures. */
export class Refusal extends Error {}

/** Asks the ledger for all since a Unix time, s; rejects with a `Refusal`, or anything else if no answer came. */
export type AskHistory = (since: number) => Promise<unknown>;

/**
 * The ledger's figures of one stretch of time, asked for from time to time while started and the page is visible.
 */
export class HistoryModel implements IHistoryModel {
  constructor(options: HistoryModel.IOptions) {
    this.period = options.period;
    this._request = options.ask;
    this._poll = new Poll({
      auto: false,
      factory: () => this._ask(),
      frequency: { interval: INTERVAL, backoff: true, max: LONGEST },
      name: `jupyter-green:history ${options.period}`,
      standby: 'when-hidden'
    });
  }

  /** Which stretch of time. */
  readonly period: Period;

  /** The last figures, however old. */
  get view(): IHistoryView | null {
    return this._view;
  }

  /** When they were told. */
  get updated(): Date | null {
    return this._updated;
  }

  /** Why the last question brought none. */
  get trouble(): ITrouble | null {
    return this._trouble;
  }

  /** Emitted after each answer, and when there was none. */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /** Whether the model has been disposed. */
  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Ask now and from time to time. */
  start(): void {
    void this._poll.start();
  }

  /** Ask no more. */
  stop(): void {
    void this._poll.stop();
  }

  /** Dispose of the model. */
  dispose(): void {
    if (!this.isDisposed) {
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  private async _ask(): Promise<void> {
    try {
      const answer = read('History', await this._request(sinceOf(this.period)));
      if (!answer) {
        throw new Refusal();
      }
      this._view = historyView(answer);
      this._updated = new Date();
      this._trouble = null;
    } catch (error) {
      this._trouble =
        error instanceof Refusal
          ? { kind: 'refused', reason: error.message }
          : { kind: 'offline', reason: '' };
      throw error;
    } finally {
      if (!this.isDisposed) {
        this._stateChanged.emit();
      }
    }
  }

  private readonly _poll: Poll;
  private readonly _request: AskHistory;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _trouble: ITrouble | null = null;
  private _updated: Date | null = null;
  private _view: IHistoryView | null = null;
}

/** A namespace for HistoryModel statics. */
export namespace HistoryModel {
  /** The options of a HistoryModel. */
  export interface IOptions {
    ask: AskHistory;
    period: Period;
  }
}

function sinceOf(period: Period): number {
  return period === 'all' ? 0 : new Date().setHours(0, 0, 0, 0) / 1000;
}

function historyView(history: History): IHistoryView {
  return {
    energy: history.energy,
    // The ledger holds no range of emissions.
    emissions: { grams: history.grams, low: null, high: null },
    atLeast: history.at_least,
    measuredShare: history.energy.measured_share,
    components: inOrder(
      Object.entries(history.components).map(([name, joules]) => ({ name, joules })),
      part => part.name
    ),
    componentsOfCells: true,
    intensity: null,
    pue: null,
    cells: history.rows.map(rowOf),
    betweenJoules: history.between_joules,
    betweenWhy: null,
    cellCount: history.cells,
    kernels: history.kernels
  };
}

function rowOf(cell: History['rows'][number], index: number): ICellRow {
  return {
    key: `${cell.id} ${index}`,
    id: cell.id,
    executionCount: cell.execution_count,
    label: cell.label,
    status: cell.status,
    duration: cell.duration_s,
    joules: cell.joules,
    low: cell.low,
    high: cell.high,
    work: workOf(cell.work, cell.work?.joules ?? null),
    started: cell.started,
    order: cell.started,
    runs: cell.runs,
    members: [],
    lost: false,
    forecast: null
  };
}
