/** How deep a quorum may nest. */
export const MAX_QUORUM_DEPTH = 16;
/** The most nodes of a quorum. */
export const MAX_QUORUM_NODES = 64;
/** The most selectors that a quorum may name, each mention counted. */
export const MAX_QUORUM_SELECTORS = 256;
/** The most ways in which a quorum may be met: choices of branches, multiplied out where they need distinct people. */
export const MAX_QUORUM_WAYS = 256;
/** The most people, and the most denials, that a node may ask for: a step asks no more people than that. */
export const MAX_QUORUM_COUNT = 200;
/** The most that one selector may weigh. */
export const MAX_QUORUM_WEIGHT = 1000;
