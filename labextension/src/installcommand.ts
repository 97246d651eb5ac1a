/** The command that puts the package into the environment of this Python. */
export function installCommand(executable: string): string {
  const plain = /^[\w@%+=:,./\\~-]+$/u.test(executable);
  return `${plain ? executable : `"${executable}"`} -m pip install jupyter-green`;
}
