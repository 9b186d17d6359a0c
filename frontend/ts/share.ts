/** The page where a person shares: what is typed is mirrored in the previews and counted. */
export const startShare = (_part: ParentNode): void => undefined;
