import type { TranslationBundle } from '@jupyterlab/translation';
import {
  pauseIcon,
  refreshIcon,
  runIcon,
  settingsIcon,
  type LabIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IFootprintView, IPanelActions } from './tokens';

/** What the header is given. */
export interface IHeaderProps {
  title: string;
  actions: IPanelActions;
  view: IFootprintView | null;
  trans: TranslationBundle;
}

/** The panel's name, and what can be done to metering as a whole. */
export function Header({ title, actions, view, trans }: IHeaderProps): React.JSX.Element {
  const { pause, resume, reset, settings } = actions;
  const isLive = view?.origin === 'live' && view.stale?.why !== 'ended';
  const isOff = view?.metering === 'off';
  return (
    <header className="jp-green-head">
      <h2>{title}</h2>
      <span className="jp-green-tools">
        {isLive && !isOff && pause && (
          <Tool icon={pauseIcon} label={trans.__('Pause metering')} run={pause} />
        )}
        {isLive && isOff && resume && (
          <Tool icon={runIcon} label={trans.__('Resume metering')} run={resume} />
        )}
        {isLive && reset && (
          <Tool icon={refreshIcon} label={trans.__('Begin a new total')} run={reset} />
        )}
        {settings && <Tool icon={settingsIcon} label={trans.__('Settings')} run={settings} />}
      </span>
    </header>
  );
}

function Tool(props: { icon: LabIcon; label: string; run: () => void }): React.JSX.Element {
  const { icon, label, run } = props;
  return (
    <button className="jp-green-tool" aria-label={label} title={label} onClick={run}>
      <icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
    </button>
  );
}
