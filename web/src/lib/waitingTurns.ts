/** Page turns that the server has not acknowledged are kept under keys that begin so, and go on with the reader's id. */
export const WAITING_TURNS = "fumetto-turns.";

/** Whether this browser still has turns of this reader to send, of a tab that was closed before it could. */
export function hasWaitingTurns(reader: string): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(`${WAITING_TURNS}${reader}.`));
  } catch {
    return false;
  }
}
