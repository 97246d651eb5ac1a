import * as React from 'react';

import type { IPartProps } from './total';

/** One row for each GPU, where there are several. */
export function Devices({ view, quantities, trans }: IPartProps): React.JSX.Element | null {
  const { devices, stale } = view;
  if (devices.length < 2) {
    return null;
  }
  const most = Math.max(0, ...devices.map(device => device.joules ?? 0));
  return (
    <ul className="jp-green-devices" aria-label={trans.__('GPUs')}>
      {devices.map(({ joules, label, name, watts }, index) => (
        <li key={`${name} ${index}`} className="jp-green-device" title={`${name}\n${label}`}>
          <span className="jp-green-prompt">{trans.__('GPU %1', String(index))}</span>
          <span className="jp-green-name">
            <i
              className="jp-green-bar"
              style={{ width: `${most > 0 ? 100 * ((joules ?? 0) / most) : 0}%` }}
            />
            <bdi>{label}</bdi>
          </span>
          <span className="jp-green-figure">
            {watts !== null && !stale && <b>{quantities.power(watts)}</b>}
            {` ${quantities.text(quantities.energy({ value: joules }))}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
