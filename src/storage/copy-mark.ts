/** The row of `setting` that stands in a copy until it is whole and verified: where it comes from, and the place reached. */
export const copyMark = "copy";

/** The table that stands in a copy from before its first migration to its end, with the digest of what is copied: there is no `setting` to mark at first. */
export const halfCopy = "half_copy";
