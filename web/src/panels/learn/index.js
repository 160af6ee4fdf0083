/** The way to the manual. In a page inside another one it opens in a tab of its own, as everywhere. */

export function mount() {}
