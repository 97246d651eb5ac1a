import type { IConsoleTracker } from '@jupyterlab/console';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableSet } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { Control } from './control';
import { DocumentRecords } from './document';
import { Feed } from './feed';
import { FootprintModel } from './model';
import { Presence } from './presence';
import type { CellSummary } from './protocol';
import type { IKernelControl, IKernelWidget } from './kerneltokens';
import type { IFootprintModel, IFootprints } from './tokens';
import type { Whereabouts } from './whereabouts';

/** What is kept for a notebook or console. */
interface IEntry {
  readonly model: FootprintModel;
  readonly control: Control;
}

/**
 * Keeps a footprint for each open notebook and console.
 */
export class Footprints implements IFootprints {
  constructor(options: Footprints.IOptions) {
    const { notebooks, consoles, whereabouts } = options;
    this._whereabouts = whereabouts;
    this._notebooks = notebooks;
    for (const tracker of [notebooks, consoles]) {
      tracker?.forEach(widget => this._entryOf(widget));
      tracker?.widgetAdded.connect((_, widget: IKernelWidget) => this._entryOf(widget));
    }
    whereabouts.changed.connect(() => this._currentChanged.emit());
  }

  /** The footprint of the notebook or console at which the user is. */
  get current(): IFootprintModel | null {
    return this._current?.model ?? null;
  }

  /** The notebook or console at which the user is. */
  get currentWidget(): IKernelWidget | null {
    return this._whereabouts.widget;
  }

  /** Its kernel. */
  get control(): IKernelControl | null {
    return this._current?.control ?? null;
  }

  /** Emitted when the user is at another notebook or console. */
  get currentChanged(): ISignal<this, void> {
    return this._currentChanged;
  }

  /** Emitted when a kernel said something new. */
  get summariesChanged(): ISignal<this, void> {
    return this._summariesChanged;
  }

  /** Emitted once in the life of a kernel that is not metered, but could be. */
  get unmetered(): ISignal<this, IKernelControl> {
    return this._unmetered;
  }

  /** What any running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined {
    for (const { model } of this._entries.values()) {
      const summary = model.summary(id);
      if (summary) {
        return summary;
      }
    }
    return undefined;
  }

  private get _current(): IEntry | null {
    const widget = this._whereabouts.widget;
    return widget && this._entryOf(widget);
  }

  /** Made on first demand, since a notebook may become the current one before it is announced. */
  private _entryOf(widget: IKernelWidget): IEntry {
    const known = this._entries.get(widget);
    if (known) {
      return known;
    }
    const { sessionContext } = widget;
    const model = new FootprintModel();
    const control = new Control({ sessionContext, model });
    const entry = { model, control };
    const onUnmetered = () => this._unmetered.emit(control);
    const parts = DisposableSet.from([
      model,
      new Feed({ sessionContext, model }),
      new Presence({ sessionContext, model, onUnmetered })
    ]);
    this._entries.set(widget, entry);
    model.stateChanged.connect(() => this._summariesChanged.emit());
    if (this._notebooks.has(widget)) {
      const panel = widget as NotebookPanel;
      void panel.context.ready.then(() => {
        if (panel.model && !parts.isDisposed) {
          parts.add(new DocumentRecords(panel.model, model));
        }
      });
    }
    widget.disposed.connect(() => {
      this._entries.delete(widget);
      parts.dispose();
    });
    return entry;
  }

  private readonly _currentChanged = new Signal<this, void>(this);
  private readonly _entries = new Map<IKernelWidget, IEntry>();
  private readonly _notebooks: INotebookTracker;
  private readonly _summariesChanged = new Signal<this, void>(this);
  private readonly _unmetered = new Signal<this, IKernelControl>(this);
  private readonly _whereabouts: Whereabouts;
}

/** A namespace for Footprints statics. */
export namespace Footprints {
  /** The options of Footprints. */
  export interface IOptions {
    notebooks: INotebookTracker;
    consoles: IConsoleTracker | null;
    whereabouts: Whereabouts;
  }
}
