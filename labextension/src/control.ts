import type { ISessionContext } from '@jupyterlab/apputils';
import { KernelMessage, type Kernel } from '@jupyterlab/services';

import { askForSnapshot } from './feed';
import { inquire } from './inquiry';
import { installCommand } from './installcommand';
import type { FootprintModel } from './model';
import type { IKernelControl, IKernelReply, KernelRequest } from './kerneltokens';

/** What a user would type. */
const CODE: { readonly [what in Exclude<KernelRequest, 'code'>]: string } = {
  load: '%load_ext jupyter_green',
  pause: '%carbon off',
  resume: '%carbon on',
  reset: '%carbon reset',
  report: '%carbon report'
};

/** How often a request that went down with a failing cell before it is made again. */
const TRIALS = 5;

/**
 * Asks one notebook's kernel, one thing at a time, by ordinary requests that leave no trace in its history.
 */
export class Control implements IKernelControl {
  constructor(options: Control.IOptions) {
    this._context = options.sessionContext;
    this._model = options.model;
  }

  /** Whether a request can be made now. */
  get isReady(): boolean {
    const { isConnected, pending } = this._model.kernel;
    return isConnected && pending === null && !!this._context.session?.kernel;
  }

  /** Ask; null if the kernel went away meanwhile. */
  async request(what: keyof typeof CODE): Promise<IKernelReply | null> {
    return this._ask(what, CODE[what]);
  }

  /** Execute code that stays out of the history. */
  async execute(code: string): Promise<IKernelReply | null> {
    return this._ask('code', code);
  }

  /** Execute such code as soon as it is its turn: the kernel itself keeps it until then. */
  async tell(code: string): Promise<IKernelReply | null> {
    const kernel = this._context.session?.kernel;
    try {
      const reply = kernel ? await execute(kernel, code) : null;
      if (kernel && reply && kernel.status === 'idle') {
        await askForSnapshot(kernel);
      }
      return reply;
    } catch (reason) {
      console.debug(`jupyter-green: no answer to "${code}": ${String(reason)}`);
      return null;
    }
  }

  private async _ask(what: KernelRequest, code: string): Promise<IKernelReply | null> {
    const kernel = this._context.session?.kernel;
    if (!kernel || !this.isReady) {
      return null;
    }
    this._model.setKernel({ pending: what, isWaiting: kernel.status === 'busy' });
    try {
      const reply = await execute(kernel, code);
      if (what === 'load' && reply.error !== null) {
        await this._explain(kernel, reply.error);
      } else if (what !== 'report') {
        await askForSnapshot(kernel);
      }
      return reply;
    } catch (reason) {
      console.debug(`jupyter-green: no answer to "${code}": ${String(reason)}`);
      return null;
    } finally {
      this._model.setKernel({ pending: null, isWaiting: false });
    }
  }

  /** Why loading failed. */
  private async _explain(kernel: Kernel.IKernelConnection, reason: string): Promise<void> {
    const answer = await inquire(kernel);
    const obstacle =
      answer && !answer.isInstalled
        ? { kind: 'not-installed' as const, command: installCommand(answer.executable) }
        : { kind: 'failed' as const, reason };
    this._model.setKernel({ obstacle });
  }

  private readonly _context: ISessionContext;
  private readonly _model: FootprintModel;
}

/** A namespace for Control statics. */
export namespace Control {
  /** The options of a Control. */
  export interface IOptions {
    sessionContext: ISessionContext;
    model: FootprintModel;
  }
}

/** Rejected when the kernel dies. */
async function execute(kernel: Kernel.IKernelConnection, code: string): Promise<IKernelReply> {
  for (let trial = 1; ; trial++) {
    let html: string | null = null;
    let text: string | null = null;
    const future = kernel.requestExecute({
      code,
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    });
    future.onIOPub = message => {
      if (KernelMessage.isDisplayDataMsg(message) || KernelMessage.isExecuteResultMsg(message)) {
        const { 'text/html': page, 'text/plain': words } = message.content.data;
        html = typeof page === 'string' ? page : html;
        text = typeof words === 'string' ? words : text;
      }
    };
    const { content } = await future.done;
    switch (content.status) {
      case 'ok':
        return { html, text, error: null };
      case 'error':
        return { html, text, error: `${content.ename}: ${content.evalue}` };
    }
    if (trial === TRIALS) {
      return { html, text, error: content.status };
    }
  }
}
