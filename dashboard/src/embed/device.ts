/** Whether LINE is likely to be on this device, rather than on a phone beside it. */
export function onSmartphone(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  if (/Android|iPhone|iPad|iPod|Mobile/.test(userAgent)) return true;
  // An iPad calls itself a Mac; a phone that asks for the desktop page has no mouse.
  return maxTouchPoints > 1 && !matchMedia("(any-pointer: fine)").matches;
}
