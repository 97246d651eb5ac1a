import { Signal, type ISignal } from '@lumino/signaling';

import type { Suggestion } from './protocol';

/** What Python says when it is interrupted. */
const STOPPED = 'KeyboardInterrupt';

/**
 * What became of a notebook's suggestions as long as the page lives: dismissed, or being measured.
 */
export class SuggestionMemory {
  /** Emitted after each change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The suggestion that is being measured. */
  get measuring(): string | null {
    return this._measuring;
  }

  /** Why the last measurement came to nothing; without a reason where the user stopped it. */
  get failure(): { readonly id: string; readonly reason: string | null } | null {
    return this._failure;
  }

  /** Whether the user dismissed this rule for this cell. */
  isDismissed(suggestion: Suggestion): boolean {
    return this._dismissed.has(keyOf(suggestion));
  }

  /** Hide what this rule says of this cell. */
  dismiss(suggestion: Suggestion): void {
    this._dismissed.add(keyOf(suggestion));
    this._changed.emit();
  }

  /** Show all again. */
  restore(): void {
    this._dismissed.clear();
    this._changed.emit();
  }

  /** Keep in mind that a suggestion is being measured until that is done. */
  async measure(id: string, run: () => Promise<void>): Promise<void> {
    if (this._measuring !== null) {
      return;
    }
    this._measuring = id;
    this._failure = null;
    this._changed.emit();
    try {
      await run();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this._failure = { id, reason: reason.startsWith(STOPPED) ? null : reason };
    } finally {
      this._measuring = null;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _dismissed = new Set<string>();
  private _failure: { readonly id: string; readonly reason: string | null } | null = null;
  private _measuring: string | null = null;
}

function keyOf({ rule, execution_count }: Suggestion): string {
  return `${execution_count} ${rule}`;
}

/** What makes an id safe to stand in a line of code. */
const SAFE_ID = /^[\w.:-]{1,64}$/;

/** The line that measures a suggestion; null for an id that is no mere name. */
export function codeToMeasure(id: string): string | null {
  return SAFE_ID.test(id) ? `%carbon try ${id}` : null;
}
