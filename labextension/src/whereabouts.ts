import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { IKernelWidget } from './kerneltokens';

/**
 * Knows at which notebook or console the user is.
 *
 * At a file, that is the file's console. At anything else it is still where the user was before.
 */
export class Whereabouts {
  constructor(options: Whereabouts.IOptions) {
    this._shell = options.shell;
    this._notebooks = options.notebooks;
    this._consoles = options.consoles;
    for (const tracker of [this._notebooks, this._consoles]) {
      tracker?.currentChanged.connect(this._update, this);
      tracker?.widgetAdded.connect((_, widget: Widget) => {
        widget.disposed.connect(this._update, this);
        this._update();
      });
    }
    this._shell.currentChanged?.connect(this._update, this);
    this._update();
  }

  /** The notebook or console. */
  get widget(): IKernelWidget | null {
    return this._widget;
  }

  /** Emitted when the user is at another one. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private _update(): void {
    const widget = this._find();
    if (widget !== this._widget) {
      this._widget = widget;
      this._changed.emit();
    }
  }

  private _find(): IKernelWidget | null {
    const current = this._shell.currentWidget;
    if (current && this._notebooks.has(current)) {
      return current as unknown as IKernelWidget;
    }
    if (current && this._consoles?.has(current)) {
      return current as ConsolePanel;
    }
    const path = current && pathOf(current);
    const console =
      path && this._consoles?.find(({ sessionContext }) => sessionContext.path === path);
    if (console) {
      return console;
    }
    if (this._widget && !this._widget.isDisposed) {
      return this._widget;
    }
    return this._notebooks.currentWidget ?? this._consoles?.currentWidget ?? null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _consoles: IConsoleTracker | null;
  private readonly _notebooks: INotebookTracker;
  private readonly _shell: JupyterFrontEnd.IShell;
  private _widget: IKernelWidget | null = null;
}

/** A namespace for Whereabouts statics. */
export namespace Whereabouts {
  /** The options of a Whereabouts. */
  export interface IOptions {
    shell: JupyterFrontEnd.IShell;
    notebooks: INotebookTracker;
    consoles: IConsoleTracker | null;
  }
}

/** The path of the document in a widget. */
function pathOf(widget: Widget): string | undefined {
  return (widget as Widget & Partial<Pick<IDocumentWidget, 'context'>>).context?.path;
}
