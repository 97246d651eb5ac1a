import type { ISessionContext } from '@jupyterlab/apputils';
import { KernelMessage, type Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { askForSnapshot, isLifeOver } from './feed';
import { inquire } from './inquiry';
import { installCommand } from './installcommand';
import type { FootprintModel } from './model';

/** After so many questions without an answer this kernel is not asked again. */
const MAX_FAILURES = 3;

/**
 * Finds out whether a kernel is metered, and if not, why; and whether it can be reached.
 *
 * It asks once in a kernel's life, when the kernel is idle for the first time; again if the question got lost.
 */
export class Presence implements IDisposable {
  constructor(options: Presence.IOptions) {
    this._context = options.sessionContext;
    this._model = options.model;
    this._onUnmetered = options.onUnmetered;
    this._context.kernelChanged.connect(this._onKernelChanged, this);
    this._context.statusChanged.connect(this._onStatusChanged, this);
    this._context.connectionStatusChanged.connect(this._onConnectionChanged, this);
    this._context.iopubMessage.connect(this._onMessage, this);
    this._model.stateChanged.connect(this._onModelChanged, this);
    void this._check();
  }

  /** Whether this has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Stop listening. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onKernelChanged(): void {
    this._wasConnected = false;
    this._startLife();
  }

  private _onStatusChanged(_: ISessionContext, status: Kernel.Status): void {
    if (isLifeOver(status)) {
      this._wasConnected = false;
      this._startLife();
    }
    void this._check();
  }

  private _onConnectionChanged(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    this._wasConnected ||= status === 'connected';
    // Only what was lost is worth a word: each kernel begins as "connecting".
    const isConnected = status === 'connected' || !this._wasConnected;
    if (isConnected !== this._model.kernel.isConnected) {
      this._model.setKernel({ isConnected });
      const kernel = this._context.session?.kernel;
      if (isConnected && kernel && this._model.isLive) {
        // What was said meanwhile may be lost; a busy kernel goes on telling.
        void kernel.info.then(() =>
          kernel.status === 'idle' ? askForSnapshot(kernel) : undefined
        );
      }
    }
    void this._check();
  }

  /** Jupyter calls a kernel that was restarted after its death "unknown", though it says that it is idle. */
  private _onMessage(_: ISessionContext, message: KernelMessage.IMessage): void {
    if (!this._asked && KernelMessage.isStatusMsg(message)) {
      this._saysIdle = message.content.execution_state === 'idle';
      void this._check();
    }
  }

  /** A kernel that speaks is metered. */
  private _onModelChanged(): void {
    if (this._model.isLive && this._model.kernel.obstacle) {
      this._model.setKernel({ obstacle: null });
    }
  }

  private _startLife(): void {
    this._life++;
    this._asked = false;
    this._failures = 0;
    this._saysIdle = false;
    if (this._model.kernel.obstacle) {
      this._model.setKernel({ obstacle: null });
    }
    void this._check();
  }

  private async _check(): Promise<void> {
    const kernel = this._context.session?.kernel;
    if (this._asked || !kernel || kernel.connectionStatus !== 'connected') {
      return;
    }
    this._wasConnected = true;
    const life = this._life;
    const foreign = await foreignKernel(kernel);
    const isIdle = kernel.status === 'idle' || (kernel.status === 'unknown' && this._saysIdle);
    if (this._asked || this._isDisposed || life !== this._life || !isIdle) {
      return;
    }
    this._asked = true;
    if (foreign !== null) {
      this._model.setKernel({ obstacle: { kind: 'language', kernel: foreign } });
      return;
    }
    const answer = this._model.isLive ? null : await inquire(kernel);
    if (this._isDisposed || life !== this._life || this._model.isLive) {
      return;
    }
    if (!answer) {
      this._asked = ++this._failures >= MAX_FAILURES;
      return;
    }
    if (answer.isLoaded) {
      await askForSnapshot(kernel);
    } else if (answer.isInstalled) {
      this._model.setKernel({ obstacle: { kind: 'not-loaded' } });
      this._onUnmetered();
    } else {
      const command = installCommand(answer.executable);
      this._model.setKernel({ obstacle: { kind: 'not-installed', command } });
    }
  }

  private _asked = false;
  private readonly _context: ISessionContext;
  private _failures = 0;
  private _isDisposed = false;
  private _life = 0;
  private readonly _model: FootprintModel;
  private readonly _onUnmetered: () => void;
  private _saysIdle = false;
  private _wasConnected = false;
}

/** A namespace for Presence statics. */
export namespace Presence {
  /** The options of a Presence. */
  export interface IOptions {
    sessionContext: ISessionContext;
    model: FootprintModel;
    /** Called when a kernel is not metered, but could be. */
    onUnmetered: () => void;
  }
}

/** The name of a kernel of another language than Python; null for Python, and where nobody knows. */
async function foreignKernel(kernel: Kernel.IKernelConnection): Promise<string | null> {
  const spec = await kernel.spec.catch(() => undefined);
  return spec && spec.language.toLowerCase() !== 'python' ? spec.display_name : null;
}
