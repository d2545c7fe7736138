/** What somebody a folder is shared with may do, as people choose it. */
export const personRights = ["read", "write", "names"] as const;
export type PersonRight = (typeof personRights)[number];

interface Rights {
  canWrite: boolean;
  hidesLinks: boolean;
}

export const rightOf = ({ canWrite, hidesLinks }: Rights): PersonRight =>
  canWrite ? "write" : hidesLinks ? "names" : "read";

export const rightsOf = (right: PersonRight): Rights => ({
  canWrite: right === "write",
  hidesLinks: right === "names",
});
