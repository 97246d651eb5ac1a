import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IKernelState, Obstacle } from './kerneltokens';

/** What an invitation is made of. */
export interface IInvitationProps {
  readonly kernel: IKernelState;
  /** Called when the user wants the kernel to be metered. */
  readonly load: () => void;
  readonly trans: TranslationBundle;
}

/** Says why a kernel is not metered, and how it can be. */
export function Invitation({ kernel, load, trans }: IInvitationProps): React.JSX.Element | null {
  const { obstacle, pending } = kernel;
  if (!obstacle) {
    return null;
  }
  const isLoading = pending === 'load';
  const again = obstacle.kind === 'not-installed' || obstacle.kind === 'failed';
  return (
    <section className="jp-green-invitation" aria-label={trans.__('Metering')}>
      <Reason obstacle={obstacle} trans={trans} />
      {obstacle.kind !== 'language' && (
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          disabled={pending !== null}
          onClick={load}
        >
          {again ? trans.__('Try again') : trans.__('Meter this notebook')}
        </button>
      )}
      {/* Always there, so that a screen reader tells what comes into it. */}
      <p className="jp-green-invitation-progress" role="status">
        {isLoading && kernel.isWaiting && trans.__('waiting for the running cell')}
        {isLoading && !kernel.isWaiting && trans.__('loading')}
      </p>
    </section>
  );
}

function Reason(props: { obstacle: Obstacle; trans: TranslationBundle }): React.JSX.Element {
  const { obstacle, trans } = props;
  switch (obstacle.kind) {
    case 'not-loaded':
      return <p>{trans.__('This kernel is not metered yet.')}</p>;
    case 'not-installed':
      return (
        <>
          <p>
            {trans.__(
              'This kernel’s Python does not have jupyter-green. This command, in a terminal, installs it:'
            )}
          </p>
          <code className="jp-green-command" tabIndex={0}>
            {obstacle.command}
          </code>
        </>
      );
    case 'language':
      return (
        <p>
          {trans.__('jupyter-green meters Python kernels; this kernel is %1.', obstacle.kernel)}
        </p>
      );
    case 'failed':
      return (
        <>
          <p>{trans.__('jupyter-green could not be loaded into this kernel:')}</p>
          <code className="jp-green-command">{obstacle.reason}</code>
        </>
      );
  }
}
