/** The commands, by which users may also bind keys. */
export const CommandIDs = {
  /** Shows or hides the panel. */
  open: 'jupyter-green:open',
  /** Pauses or resumes metering. */
  pause: 'jupyter-green:pause',
  /** Starts a new total. */
  reset: 'jupyter-green:reset',
  /** Meters the current kernel. */
  load: 'jupyter-green:load',
  /** Opens the report of the current kernel. */
  report: 'jupyter-green:report',
  /** Opens the settings. */
  settings: 'jupyter-green:settings'
} as const;
