import * as React from 'react';

import { Phrase } from './marks';
import type { ISource } from './tokens';
import type { IPartProps, ISpeech } from './total';

/** Where the figures come from, component by component, and what stands in the way of measured ones. */
export function Sources({ view, ...speech }: IPartProps): React.JSX.Element | null {
  const { trans } = speech;
  const components = [...new Set(view.sources.map(source => source.component))];
  if (components.length === 0) {
    return null;
  }
  return (
    <section className="jp-green-sources" aria-label={trans.__('Sources')}>
      <h3 className="jp-green-unseen">{trans.__('Sources')}</h3>
      {components.map(component => (
        <Component
          key={component}
          component={component}
          sources={view.sources.filter(source => source.component === component)}
          {...speech}
        />
      ))}
    </section>
  );
}

/** "CPU: EPYC Genoa · modelled (why?)". */
function Component(
  props: ISpeech & { component: string; sources: readonly ISource[] }
): React.JSX.Element {
  const { component, sources, trans, wording } = props;
  const used = sources.filter(source => source.unavailableBecause === null);
  const absent = sources.filter(source => source.unavailableBecause !== null);
  const isMeasured = used.length > 0 && used.every(source => source.method !== 'modelled');
  const line = (
    <>
      {`${wording.component(component)}: `}
      {used.length === 0 && trans.__('not available')}
      {used.map((source, index) => (
        <React.Fragment key={index}>
          {index > 0 && ', '}
          <bdi>{source.label}</bdi> · {wording.method(source.method)}
        </React.Fragment>
      ))}
    </>
  );
  if (absent.length === 0 && (isMeasured || component === 'ram')) {
    return <div className="jp-green-source">{line}</div>;
  }
  return (
    <details className="jp-green-source">
      <summary>
        {line}{' '}
        <span className="jp-green-why">({isMeasured ? trans.__('more') : trans.__('why?')})</span>
      </summary>
      <div className="jp-green-reasons">
        {absent.map((source, index) => (
          <p key={index}>
            <bdi>{source.label}</bdi>: <bdi>{source.unavailableBecause}</bdi>
          </p>
        ))}
        {!isMeasured && <Advice {...props} />}
      </div>
    </details>
  );
}

/** How to get a measured figure. */
function Advice(props: ISpeech & { component: string }): React.JSX.Element {
  const { component, trans } = props;
  if (component === 'cpu') {
    return (
      <p>
        <Phrase
          text={trans.__(
            'For a measured figure the processor’s energy counter must be readable: %1 in a terminal says whether and how an administrator can grant it.',
            '%1'
          )}
          code="jupyter green rapl"
        />
      </p>
    );
  }
  return (
    <p>
      <Phrase
        text={trans.__('What can be done about it on this machine: %1 in a terminal says.', '%1')}
        code="jupyter green doctor"
      />
    </p>
  );
}
