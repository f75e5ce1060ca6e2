/** The row of `setting` that stands in a copy until it is whole and verified: where it comes from, and the place reached. */
export const copyMark = "copy";
