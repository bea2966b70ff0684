/** What a person can say about a copy. */
export interface CopyOptions {
  /** with their owners; otherwise all belongs to whom it is copied to: root, or the caller */
  keepOwners: boolean;
  /** a symlink as the source is followed */
  followLink: boolean;
  /** is told of what is not copied as it is */
  onWarning: (message: string) => void;
  signal?: AbortSignal;
}
