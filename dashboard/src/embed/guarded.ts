/** The same function, which never throws into the merchant's page. */
export function guarded<Given extends unknown[]>(
  run: (...given: Given) => void,
): (...given: Given) => void {
  return (...given) => {
    try {
      run(...given);
    } catch {
      // The merchant's button still leads to a page that helps.
    }
  };
}
