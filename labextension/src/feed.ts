import type { ISessionContext } from '@jupyterlab/apputils';
import { KernelMessage, type Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { FootprintModel } from './model';
import { read } from './validate';

/** The fixed id of a comm that is never opened, under which a metered kernel tells its snapshots. */
const FEED = 'jupyter-green-feed';

/** The comm target that makes a metered kernel tell its snapshot again. */
export const RESYNC_TARGET = 'jupyter_green';

/** From one kernel to another; either may be none. */
type KernelChange = Parameters<Parameters<ISessionContext['kernelChanged']['connect']>[0]>[1];

/** States after which a kernel's process is another one, or none. */
const LIFE_OVER: readonly Kernel.Status[] = ['restarting', 'autorestarting', 'terminating', 'dead'];

/** Whether a kernel in this state has lost what it knew. */
export function isLifeOver(status: Kernel.Status): boolean {
  return LIFE_OVER.includes(status);
}

/**
 * Brings one kernel's snapshots into a model.
 *
 * A snapshot may have any parent, since a thread sends it: only its own words count.
 */
export class Feed implements IDisposable {
  constructor(options: Feed.IOptions) {
    this._context = options.sessionContext;
    this._model = options.model;
    this._context.iopubMessage.connect(this._onMessage, this);
    this._context.kernelChanged.connect(this._onKernelChanged, this);
    this._context.statusChanged.connect(this._onStatusChanged, this);
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
    if (snapshot) {
      this._kernelId = this._context.session?.kernel?.id;
      this._model.receive(snapshot);
    }
  }

  private _onKernelChanged(_: ISessionContext, { newValue }: KernelChange): void {
    if (!newValue) {
      this._model.endLife();
    } else if (newValue.id !== this._kernelId) {
      this._kernelId = newValue.id;
      this._model.changeKernel();
    }
  }

  private _onStatusChanged(_: ISessionContext, status: Kernel.Status): void {
    if (isLifeOver(status)) {
      this._model.endLife();
    }
  }

  private readonly _context: ISessionContext;
  private _isDisposed = false;
  /** The kernel that spoke last: one that is only restarted is announced as changed, too. */
  private _kernelId: string | undefined;
  private readonly _model: FootprintModel;
}

/** A namespace for Feed statics. */
export namespace Feed {
  /** The options of a Feed. */
  export interface IOptions {
    sessionContext: ISessionContext;
    model: FootprintModel;
  }
}

/**
 * Ask a metered kernel for its snapshot: open a comm and close it again.
 *
 * Only an idle one, since a busy one tells by itself, and any other traffic would make it look idle. The messages are
 * sent as they are: `createComm` would start a thread (a subshell) in the kernel for them.
 */
export async function askForSnapshot(kernel: Kernel.IKernelConnection): Promise<void> {
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
  try {
    await kernel.sendShellMessage(open, false, true).done;
    await kernel.sendShellMessage(close, false, true).done;
  } catch (reason) {
    console.debug(`jupyter-green: the kernel's snapshot did not come: ${String(reason)}`);
  }
}
