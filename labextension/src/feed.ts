import type { ISessionContext } from '@jupyterlab/apputils';
import { KernelMessage, type Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { KernelMemory } from './kernelmemory';
import type { FootprintModel } from './model';
import { read } from './validate';

/** The fixed id of a comm that is never opened, under which a metered kernel tells its snapshots. */
const FEED = 'jupyter-green-feed';

/** The comm target that makes a metered kernel tell its snapshot again. */
const RESYNC_TARGET = 'jupyter_green';

/** States after which a kernel's process is another one, or none. */
const LIFE_OVER: readonly Kernel.Status[] = ['restarting', 'autorestarting', 'terminating', 'dead'];

/**
 * Brings one kernel's snapshots into a model.
 *
 * A snapshot may have any parent, since a thread sends it: only its own words count.
 */
export class Feed implements IDisposable {
  constructor(options: Feed.IOptions) {
    this._context = options.sessionContext;
    this._memory = options.memory;
    this._model = options.model;
    this._context.iopubMessage.connect(this._onMessage, this);
    this._context.kernelChanged.connect(this._onKernelChanged, this);
    this._context.statusChanged.connect(this._onStatusChanged, this);
    this._model.stateChanged.connect(this._resync, this);
    this._resync();
  }

  /** Whether the feed has been disposed. */
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

  private _onMessage(_: ISessionContext, message: KernelMessage.IMessage): void {
    if (!KernelMessage.isCommMsgMsg(message) || message.content.comm_id !== FEED) {
      return;
    }
    const snapshot = read('FeedSnapshot', message.content.data);
    const kernel = this._context.session?.kernel;
    if (snapshot && kernel) {
      this._memory.remember(kernel.id);
      this._model.receive(snapshot);
    }
  }

  private _onKernelChanged(): void {
    this._asked = false;
    this._model.changeKernel();
    this._resync();
  }

  private _onStatusChanged(_: ISessionContext, status: Kernel.Status): void {
    if (LIFE_OVER.includes(status)) {
      const kernel = this._context.session?.kernel;
      if (kernel) {
        this._memory.forget(kernel.id);
      }
      this._model.endLife();
    } else {
      this._resync();
    }
  }

  /**
   * Ask once for the snapshot of a kernel that was metered before this page knew it.
   *
   * Only while it is idle: a busy one tells by itself, and any other traffic would make it look idle. A kernel without
   * our extension would log an error, hence the grounds for believing that it has it.
   */
  private _resync(): void {
    const kernel = this._context.session?.kernel;
    if (this._asked || this._model.isLive || !kernel || kernel.status !== 'idle') {
      return;
    }
    const { id } = kernel;
    if (this._memory.isMetered(id) || (this._model.hasRecords && this._memory.isOlder(id))) {
      this._asked = true;
      void ask(kernel).catch((reason: unknown) => {
        console.debug(`jupyter-green: the kernel's snapshot did not come: ${String(reason)}`);
      });
    }
  }

  private _asked = false;
  private readonly _context: ISessionContext;
  private _isDisposed = false;
  private readonly _memory: KernelMemory;
  private readonly _model: FootprintModel;
}

/** A namespace for Feed statics. */
export namespace Feed {
  /** The options of a Feed. */
  export interface IOptions {
    sessionContext: ISessionContext;
    memory: KernelMemory;
    model: FootprintModel;
  }
}

/**
 * Open a comm and close it again.
 *
 * The messages are sent as they are: `createComm` would start a thread (a subshell) in the kernel for them.
 */
async function ask(kernel: Kernel.IKernelConnection): Promise<void> {
  const comm_id = UUID.uuid4();
  const header = {
    channel: 'shell' as const,
    session: kernel.clientId,
    username: kernel.username
  };
  const open = KernelMessage.createMessage<KernelMessage.ICommOpenMsg<'shell'>>({
    ...header,
    msgType: 'comm_open',
    content: { comm_id, target_name: RESYNC_TARGET, data: { resync: true } }
  });
  const close = KernelMessage.createMessage<KernelMessage.ICommCloseMsg<'shell'>>({
    ...header,
    msgType: 'comm_close',
    content: { comm_id, data: {} }
  });
  await kernel.sendShellMessage(open, false, true).done;
  await kernel.sendShellMessage(close, false, true).done;
}
