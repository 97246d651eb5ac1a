import type { ISessionContext } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

/** A notebook or a console: what has a kernel. */
export interface IKernelWidget extends Widget {
  readonly sessionContext: ISessionContext;
}

/** What a user can ask of a kernel. */
export type KernelRequest = 'load' | 'pause' | 'resume' | 'reset' | 'report' | 'code';

/** Why a kernel is not metered. */
export type Obstacle =
  | { readonly kind: 'not-loaded' }
  /** The package is not in the kernel's own environment; the command puts it there. */
  | { readonly kind: 'not-installed'; readonly command: string }
  /** A kernel of another language. */
  | { readonly kind: 'language'; readonly kernel: string }
  /** Loading failed, with what Python said. */
  | { readonly kind: 'failed'; readonly reason: string };

/** How it stands between the page and a kernel. */
export interface IKernelState {
  /** False while the server cannot be reached: what is shown is what was known last. */
  readonly isConnected: boolean;
  /** What was asked of the kernel and is not done yet. */
  readonly pending: KernelRequest | null;
  /** Whether that waits for a running cell. */
  readonly isWaiting: boolean;
  /** Null when the kernel is metered, or nothing is known. */
  readonly obstacle: Obstacle | null;
}

/** What came of a request. */
export interface IKernelReply {
  /** What the kernel displayed as a page, if anything. */
  readonly html: string | null;
  /** What the kernel displayed, in plain words. */
  readonly text: string | null;
  /** What went wrong, in the kernel's words. */
  readonly error: string | null;
}

/** Asks a kernel, in the user's name. */
export interface IKernelControl {
  /** Whether a request can be made now: there is a kernel, and it has no other request to answer. */
  readonly isReady: boolean;
  /**
   * Ask. A request waits for a running cell.
   *
   * @returns Null if the kernel went away meanwhile, or is not ready.
   */
  request(what: Exclude<KernelRequest, 'code'>): Promise<IKernelReply | null>;
  /** Execute code that stays out of the history; null as above. */
  execute(code: string): Promise<IKernelReply | null>;
  /** Execute such code as soon as it is its turn, whatever else is asked meanwhile; null if the kernel went away. */
  tell(code: string): Promise<IKernelReply | null>;
}
