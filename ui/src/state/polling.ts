// Asking again and again, for as long as somebody looks.

/** Asks at once, and again so long after each answer. What is returned ends it. */
export function poll(everyMs: number, ask: () => Promise<unknown>): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let ended = false;
  const turn = async (): Promise<void> => {
    await ask();
    if (!ended) timer = setTimeout(() => void turn(), everyMs);
  };
  void turn();
  return () => {
    ended = true;
    if (timer !== null) clearTimeout(timer);
  };
}
