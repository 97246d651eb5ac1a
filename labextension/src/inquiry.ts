import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { RESYNC_TARGET } from './feed';

/** What a Python kernel says of itself. */
export interface IInquiry {
  readonly isLoaded: boolean;
  readonly isInstalled: boolean;
  /** Python itself. */
  readonly executable: string;
}

/** The path goes as hexadecimal UTF-8, since what comes back is Python's notation of the value. */
const QUESTIONS = {
  loaded: `'${RESYNC_TARGET}' in get_ipython().kernel.comm_manager.targets`,
  installed: `__import__('importlib.util').util.find_spec('${RESYNC_TARGET}') is not None`,
  executable: "(__import__('sys').executable or 'python').encode('utf-8', 'replace').hex()"
};

/**
 * Ask a Python kernel whether it is metered, or could be.
 *
 * A silent request with nothing to execute: it has no number, is in no history and fires none of the hooks of a cell.
 *
 * @returns Null if it did not answer, or is no IPython.
 */
export async function inquire(kernel: Kernel.IKernelConnection): Promise<IInquiry | null> {
  try {
    const { content } = await kernel.requestExecute({
      code: '',
      silent: true,
      store_history: false,
      stop_on_error: false,
      user_expressions: QUESTIONS
    }).done;
    const said = content.status === 'ok' ? texts(content) : {};
    if (!('loaded' in said)) {
      return null;
    }
    return {
      isLoaded: said.loaded === 'True',
      isInstalled: said.installed === 'True',
      executable: fromHex(said.executable ?? '') || 'python'
    };
  } catch {
    return null;
  }
}

/** The answers to those questions that had one. */
function texts(reply: KernelMessage.IExecuteReplyMsg['content']): { [question: string]: string } {
  const answers = 'user_expressions' in reply ? (reply.user_expressions ?? {}) : {};
  const found: { [question: string]: string } = {};
  for (const question of Object.keys(QUESTIONS)) {
    const answer = answers[question] as { data?: { 'text/plain'?: unknown } } | undefined;
    const text = answer?.data?.['text/plain'];
    if (typeof text === 'string') {
      found[question] = text;
    }
  }
  return found;
}

function fromHex(text: string): string {
  const bytes = /^'((?:[0-9a-f]{2}){1,4096})'$/.exec(text)?.[1].match(/../g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(bytes, byte => parseInt(byte, 16)));
}
