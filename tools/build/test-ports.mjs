const FIRST = 15_000;
const LAST = 32_000;
const RANGES = 8;
const SIZE = Math.floor((LAST - FIRST) / RANGES);

/**
 * Ranges of ports for processes that start servers side by side: two that draw a free port at the same moment could draw
 * the same, as it is taken only once its server listens.
 * @param {number} process 0 for Jest itself, which starts what spec files share, and from 1 on for its workers
 * @returns {string} a value of TOLLGATE_FREE_PORTS
 */
export function testPorts(process) {
  const from = FIRST + (process % RANGES) * SIZE;
  return `${from}-${from + SIZE}`;
}
