import { Signal, type ISignal } from '@lumino/signaling';

import { liveView } from './liveview';
import type { IKernelState } from './kerneltokens';
import type { CellSummary, FeedSnapshot, FootprintRecord } from './protocol';
import { recordedView } from './recordedview';
import type { IFootprintModel, IFootprintView, IStale } from './tokens';

/** A busy kernel that says nothing for so long, ms, or for so many of its own pauses, is not to be believed any more. */
const SILENCE = 30_000;
const SILENT_PAUSES = 4;

/**
 * One notebook's footprint: the newest snapshot of its kernel, else the records in the document.
 */
export class FootprintModel implements IFootprintModel {
  /** What is known, or null. */
  get view(): IFootprintView | null {
    return this._view;
  }

  /** How it stands with the kernel. */
  get kernel(): IKernelState {
    return this._kernel;
  }

  /** Emitted after each change of the view or of the state of the kernel. */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /** Emitted when a kernel tells of a record that the document, as it was last read, lacks. */
  get recordMissing(): ISignal<this, void> {
    return this._recordMissing;
  }

  /** Whether the running kernel has spoken. */
  get isLive(): boolean {
    return this._snapshot !== null && this._stale?.why !== 'ended';
  }

  /** Whether the document holds records. */
  get hasRecords(): boolean {
    return this._records.size > 0;
  }

  /** Whether the model has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What the running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined {
    return this._summaries.get(id);
  }

  /** Whether the document holds this record. */
  isInDocument(id: string): boolean {
    return this._records.has(id);
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
    const now = Date.now();
    const pause = this._stale || !last ? 0 : now - this._heard;
    this._heard = now;
    this._snapshot = snapshot;
    this._summaries = new Map(snapshot.cells.map(cell => [cell.id, cell]));
    this._stale = null;
    this._watch(pause);
    this._seek(snapshot);
    this._update();
  }

  /**
   * Take the document's records.
   *
   * @param records - Each id once, in the document's order.
   * @param whole - Whether the document shows all that was run.
   */
  setRecords(records: readonly FootprintRecord[], whole = true): void {
    this._records = new Map(records.map(record => [record.id, record]));
    this._isWhole = whole;
    this._hasDocument = true;
    this._update();
  }

  /** Note how it stands with the kernel. */
  setKernel(change: Partial<IKernelState>): void {
    this._kernel = { ...this._kernel, ...change };
    if (change.isConnected === false && this._snapshot && !this._stale) {
      this._becomeStale('offline');
    } else if (change.isConnected && this._stale?.why === 'offline') {
      this._stale = null;
      this._watch(0);
      this._update();
    } else {
      this._stateChanged.emit();
    }
  }

  /** The kernel's life is over: what it said last stands until another one speaks, but nothing that is under way. */
  endLife(): void {
    if (this._snapshot && this.isLive) {
      this._ended.add(this._snapshot.boot);
      this._becomeStale('ended');
    }
  }

  /** Another kernel is connected. */
  changeKernel(): void {
    this._ended.clear();
    if (this._snapshot) {
      clearTimeout(this._timer);
      this._snapshot = null;
      this._stale = null;
      this._summaries = new Map();
      this._update();
    }
  }

  /** Dispose of the model. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _becomeStale(why: IStale['why']): void {
    clearTimeout(this._timer);
    this._stale = { seen: new Date(this._heard), why };
    this._update();
  }

  /** An idle kernel is silent for good reasons. */
  private _watch(pause: number): void {
    clearTimeout(this._timer);
    if (this._snapshot?.running.length) {
      const patience = Math.max(SILENCE, SILENT_PAUSES * pause);
      this._timer = setTimeout(() => this._becomeStale('silent'), patience);
    }
  }

  /** Have the document read again, once for each record that it seems to lack. */
  private _seek({ cells }: FeedSnapshot): void {
    const missing = cells.filter(
      ({ id, recorded }) => recorded && !this._records.has(id) && !this._sought.has(id)
    );
    if (missing.length > 0 && this._hasDocument) {
      missing.forEach(({ id }) => this._sought.add(id));
      this._recordMissing.emit();
    }
  }

  private _update(): void {
    if (this._isDisposed) {
      return;
    }
    const records = this._records;
    if (this._snapshot) {
      const documented = this._hasDocument ? records : null;
      this._view = liveView({ snapshot: this._snapshot, documented, stale: this._stale });
    } else {
      this._view = records.size > 0 ? recordedView([...records.values()], this._isWhole) : null;
    }
    this._stateChanged.emit();
  }

  private readonly _ended = new Set<string>();
  private _hasDocument = false;
  private _heard = 0;
  private _isDisposed = false;
  private _isWhole = true;
  private _kernel: IKernelState = {
    isConnected: true,
    pending: null,
    isWaiting: false,
    obstacle: null
  };
  private readonly _recordMissing = new Signal<this, void>(this);
  private _records: ReadonlyMap<string, FootprintRecord> = new Map<string, FootprintRecord>();
  private _snapshot: FeedSnapshot | null = null;
  private readonly _sought = new Set<string>();
  private _stale: IStale | null = null;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _summaries = new Map<string, CellSummary>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _view: IFootprintView | null = null;
}
