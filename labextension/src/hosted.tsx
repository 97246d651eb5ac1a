import * as React from 'react';

import type { IRemote } from './tokens';
import type { ISpeech } from './total';

/** "Hosted models: ≈ 0.90 Wh (0.18 – 4.5), modelled, not included". */
export function Hosted(props: ISpeech & { remote: IRemote | null }): React.JSX.Element | null {
  const { remote, trans, wording } = props;
  if (!remote) {
    return null;
  }
  const calls = trans._n('one call', '%1 calls', remote.calls);
  return (
    <div
      className="jp-green-faint jp-green-hosted"
      title={[calls, remote.source].filter(part => part).join(' · ')}
    >
      {trans.__('Hosted models: %1', wording.hosted(remote))}
    </div>
  );
}
