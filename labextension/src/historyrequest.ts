import { ServerConnection } from '@jupyterlab/services';

import { Refusal, type AskHistory } from './history';

/** The server extension's address of the ledger, and how much of an error's text is shown. */
const ROUTE = 'jupyter-green/history';
const LONGEST_REASON = 300;

/** Asks the ledger through the server extension. */
export function historyOf(settings: ServerConnection.ISettings): AskHistory {
  return async since => {
    const url = new URL(ROUTE, settings.baseUrl);
    url.searchParams.set('since', String(since));
    const response = await ServerConnection.makeRequest(url.href, {}, settings);
    const text = await response.text();
    if (!response.ok) {
      throw new Refusal(reasonIn(text));
    }
    return parsed(text);
  };
}

/** Why the server says no; empty when it does not say so in our manner. */
function reasonIn(text: string): string {
  const answer = parsed(text);
  const message =
    typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : '';
  return typeof message === 'string' ? message.slice(0, LONGEST_REASON) : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
