import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableSet } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { DocumentRecords } from './document';
import { Feed } from './feed';
import type { KernelMemory } from './kernelmemory';
import { FootprintModel } from './model';
import type { CellSummary } from './protocol';
import type { IFootprintModel, IFootprints } from './tokens';

/**
 * Keeps a footprint for each open notebook.
 */
export class Footprints implements IFootprints {
  constructor(options: Footprints.IOptions) {
    this._memory = options.memory;
    this._tracker = options.tracker;
    this._tracker.forEach(panel => this._modelOf(panel));
    this._tracker.widgetAdded.connect((_, panel) => this._modelOf(panel));
    this._tracker.currentChanged.connect(() => this._currentChanged.emit());
  }

  /** The current notebook's footprint. */
  get current(): IFootprintModel | null {
    const panel = this._tracker.currentWidget;
    return panel && this._modelOf(panel);
  }

  /** Emitted when another notebook becomes the current one. */
  get currentChanged(): ISignal<this, void> {
    return this._currentChanged;
  }

  /** Emitted when a kernel said something new. */
  get summariesChanged(): ISignal<this, void> {
    return this._summariesChanged;
  }

  /** What any running kernel now says of the cell with this record. */
  summary(id: string): CellSummary | undefined {
    for (const model of this._models.values()) {
      const summary = model.summary(id);
      if (summary) {
        return summary;
      }
    }
    return undefined;
  }

  /** Made on first demand, since a notebook may become the current one before it is announced. */
  private _modelOf(panel: NotebookPanel): FootprintModel {
    const known = this._models.get(panel);
    if (known) {
      return known;
    }
    const model = new FootprintModel();
    const parts = DisposableSet.from([model]);
    this._models.set(panel, model);
    model.stateChanged.connect(() => this._summariesChanged.emit());
    parts.add(new Feed({ sessionContext: panel.sessionContext, memory: this._memory, model }));
    void panel.context.ready.then(() => {
      if (panel.model && !parts.isDisposed) {
        parts.add(new DocumentRecords(panel.model, model));
      }
    });
    panel.disposed.connect(() => {
      this._models.delete(panel);
      parts.dispose();
    });
    return model;
  }

  private readonly _currentChanged = new Signal<this, void>(this);
  private readonly _memory: KernelMemory;
  private readonly _models = new Map<NotebookPanel, FootprintModel>();
  private readonly _summariesChanged = new Signal<this, void>(this);
  private readonly _tracker: INotebookTracker;
}

/** A namespace for Footprints statics. */
export namespace Footprints {
  /** The options of Footprints. */
  export interface IOptions {
    tracker: INotebookTracker;
    memory: KernelMemory;
  }
}
