import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IKernelState } from './kerneltokens';

/** Says what keeps from being done what was asked for. */
export function KernelNotice(props: {
  readonly kernel: IKernelState;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { kernel, trans } = props;
  const waits = kernel.pending !== null && kernel.pending !== 'load' && kernel.isWaiting;
  // Always there, so that a screen reader tells what comes into it.
  return (
    <p className="jp-green-kernel-notice" role="status">
      {waits && trans.__('waiting for the running cell')}
    </p>
  );
}
