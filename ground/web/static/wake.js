/** Keeps the screen on while the page is looked at, where the browser can. */

/** @param {() => boolean} wanted */
export function keepAwake(wanted) {
  const ask = async () => {
    if (!wanted() || document.visibilityState !== 'visible') return;
    try {
      await navigator.wakeLock?.request('screen');
    } catch {
      // A battery saver may refuse: asked again when the page is looked at again.
    }
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}
