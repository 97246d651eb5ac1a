import * as React from 'react';

import type { ISource } from './tokens';
import type { IPartProps } from './total';

/** Where the figures come from, and which sources could not be used. */
export function Sources({ view, trans, wording }: IPartProps): React.JSX.Element | null {
  if (view.sources.length === 0) {
    return null;
  }
  const used = view.sources.filter(source => source.unavailableBecause === null);
  const absent = view.sources.filter(source => source.unavailableBecause !== null);
  const name = (source: ISource) => `${wording.component(source.component)}: ${source.label}`;
  return (
    <section className="jp-green-sources" aria-label={trans.__('Sources')}>
      {used.map((source, index) => (
        <div key={index} className="jp-green-source">
          <bdi>{name(source)}</bdi> · {wording.method(source.method)}
        </div>
      ))}
      {absent.map((source, index) => (
        <details key={index} className="jp-green-source">
          <summary>
            <bdi>{name(source)}</bdi> · {trans.__('not available')}{' '}
            <span className="jp-green-why">{trans.__('why?')}</span>
          </summary>
          <bdi>{source.unavailableBecause}</bdi>
        </details>
      ))}
    </section>
  );
}
